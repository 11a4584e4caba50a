import { faultLine, type Log } from '../log.ts';
import { byCodePoint, type Watcher } from './presence.ts';

interface Group {
  /** In how many places: this process, others. */
  readonly people: Map<string, number>;
  readonly watchers: Set<Watcher>;
  /** Sorted when somebody asks; null when the list has changed since. */
  list: readonly string[] | null;
}

/** Who is here, and who is told when that changes. A person may be in several places, and is here until the last is left. */
export class Roster {
  readonly #log: Log;
  readonly #groups = new Map<string, Group>();
  readonly #everywhere = new Set<(group: string) => void>();
  readonly #news: (() => void)[] = [];
  #telling = false;

  constructor(log: Log) {
    this.#log = log;
  }

  add(name: string, person: string, manner: { readonly quiet: boolean }): void {
    const group = this.#group(name);
    const places = group.people.get(person) ?? 0;
    group.people.set(person, places + 1);
    if (places > 0) return;
    this.#changed(name, group, (watcher) => {
      if (!manner.quiet) watcher.onJoined(person);
    });
  }

  remove(name: string, person: string): void {
    const group = this.#groups.get(name);
    const places = group?.people.get(person);
    if (group === undefined || places === undefined) return;
    if (places > 1) return void group.people.set(person, places - 1);
    group.people.delete(person);
    this.#changed(name, group, (watcher) => watcher.onLeft(person));
    this.#forgetIfEmpty(name, group);
  }

  people(name: string): readonly string[] {
    const group = this.#groups.get(name);
    if (group === undefined) return [];
    group.list ??= [...group.people.keys()].sort(byCodePoint);
    return group.list;
  }

  count(name: string): number {
    return this.#groups.get(name)?.people.size ?? 0;
  }

  watch(name: string, watcher: Watcher): () => void {
    const group = this.#group(name);
    group.watchers.add(watcher);
    return () => {
      group.watchers.delete(watcher);
      this.#forgetIfEmpty(name, group);
    };
  }

  watchAll(watcher: (group: string) => void): () => void {
    this.#everywhere.add(watcher);
    return () => void this.#everywhere.delete(watcher);
  }

  /** Nobody is here any more, and nobody is told. */
  clear(): void {
    this.#groups.clear();
    this.#everywhere.clear();
    this.#news.length = 0;
  }

  #changed(name: string, group: Group, told: (watcher: Watcher) => void): void {
    group.list = null;
    this.#tell(() => {
      for (const watcher of group.watchers) {
        this.#guard(() => {
          told(watcher);
          watcher.onListChanged();
        });
      }
      for (const watcher of this.#everywhere) this.#guard(() => watcher(name));
    });
  }

  /** A watcher may cause the next change; everybody hears of the one under way first. */
  #tell(news: () => void): void {
    this.#news.push(news);
    if (this.#telling) return;
    this.#telling = true;
    for (let next = this.#news.shift(); next !== undefined; next = this.#news.shift()) next();
    this.#telling = false;
  }

  #guard(tell: () => void): void {
    try {
      tell();
    } catch (error) {
      this.#log.error(`a watcher of presence failed: ${faultLine(error)}`);
    }
  }

  #group(name: string): Group {
    const known = this.#groups.get(name);
    if (known !== undefined) return known;
    const group: Group = { people: new Map(), watchers: new Set(), list: null };
    this.#groups.set(name, group);
    return group;
  }

  #forgetIfEmpty(name: string, group: Group): void {
    if (group.people.size > 0 || group.watchers.size > 0) return;
    if (this.#groups.get(name) === group) this.#groups.delete(name);
  }
}
