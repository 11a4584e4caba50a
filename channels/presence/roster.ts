import { faultLine, type Log } from '../log.ts';
import { byCodePoint, type EnterOptions, type Watcher } from './presence.ts';

interface Group {
  /** The number of processes in which each person is present. */
  readonly people: Map<string, number>;
  readonly watchers: Set<Watcher>;
  /** Sorted on demand; null when the people have changed since. */
  sorted: readonly string[] | null;
}

/** The people of each group, and the watchers of changes. A person stays until they have left every process. */
export class Roster {
  readonly #log: Log;
  readonly #groups = new Map<string, Group>();
  readonly #watchersOfAll = new Set<(group: string) => void>();
  readonly #pending: (() => void)[] = [];
  #isEmitting = false;

  constructor(log: Log) {
    this.#log = log;
  }

  addPerson(name: string, person: string, options: EnterOptions): void {
    const group = this.#groupNamed(name);
    const processes = group.people.get(person) ?? 0;
    group.people.set(person, processes + 1);
    if (processes > 0) return;
    this.#emitChange(name, group, (watcher) => {
      if (options.announce) watcher.onJoined(person);
    });
  }

  removePerson(name: string, person: string): void {
    const group = this.#groups.get(name);
    const processes = group?.people.get(person);
    if (group === undefined || processes === undefined) return;
    if (processes > 1) return void group.people.set(person, processes - 1);
    group.people.delete(person);
    this.#emitChange(name, group, (watcher) => watcher.onLeft(person));
    this.#forgetIfEmpty(name, group);
  }

  people(name: string): readonly string[] {
    const group = this.#groups.get(name);
    if (group === undefined) return [];
    group.sorted ??= [...group.people.keys()].sort(byCodePoint);
    return group.sorted;
  }

  count(name: string): number {
    return this.#groups.get(name)?.people.size ?? 0;
  }

  watch(name: string, watcher: Watcher): () => void {
    const group = this.#groupNamed(name);
    group.watchers.add(watcher);
    return () => {
      group.watchers.delete(watcher);
      this.#forgetIfEmpty(name, group);
    };
  }

  watchAll(watcher: (group: string) => void): () => void {
    this.#watchersOfAll.add(watcher);
    return () => void this.#watchersOfAll.delete(watcher);
  }

  /** Removes all people without notifying a watcher. */
  clear(): void {
    this.#groups.clear();
    this.#watchersOfAll.clear();
    this.#pending.length = 0;
  }

  #emitChange(name: string, group: Group, notify: (watcher: Watcher) => void): void {
    group.sorted = null;
    this.#emitInOrder(() => {
      for (const watcher of group.watchers) {
        this.#callSafely(() => {
          notify(watcher);
          watcher.onListChanged();
        });
      }
      for (const watcher of this.#watchersOfAll) this.#callSafely(() => watcher(name));
    });
  }

  /** A watcher may cause the next change: all watchers receive the current one first. */
  #emitInOrder(emit: () => void): void {
    this.#pending.push(emit);
    if (this.#isEmitting) return;
    this.#isEmitting = true;
    for (let next = this.#pending.shift(); next !== undefined; next = this.#pending.shift()) next();
    this.#isEmitting = false;
  }

  #callSafely(notify: () => void): void {
    try {
      notify();
    } catch (error) {
      this.#log.error(`a watcher of presence failed: ${faultLine(error)}`);
    }
  }

  #groupNamed(name: string): Group {
    const known = this.#groups.get(name);
    if (known !== undefined) return known;
    const group: Group = { people: new Map(), watchers: new Set(), sorted: null };
    this.#groups.set(name, group);
    return group;
  }

  #forgetIfEmpty(name: string, group: Group): void {
    if (group.people.size > 0 || group.watchers.size > 0) return;
    if (this.#groups.get(name) === group) this.#groups.delete(name);
  }
}
