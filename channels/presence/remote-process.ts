import type { PresenceChange, Snapshot } from './messages.ts';
import type { EnterOptions } from './presence.ts';
import type { Roster } from './roster.ts';

/** What is known of another process: its people, the last of its changes applied here, and its last sign of life. */
export class RemoteProcess {
  lastSeenAt: number;
  readonly #roster: Roster;
  readonly #groups = new Map<string, Set<string>>();
  #lastChange = 0;

  constructor(roster: Roster, now: number) {
    this.#roster = roster;
    this.lastSeenAt = now;
  }

  get lastChange(): number {
    return this.#lastChange;
  }

  /** False when earlier changes are missing: then none is applied. */
  applyChanges(first: number, changes: readonly PresenceChange[]): boolean {
    if (first > this.#lastChange + 1) return false;
    for (const [group, person, kind] of changes.slice(this.#lastChange + 1 - first)) {
      if (kind === 'left') this.#remove(group, person);
      else this.#add(group, person, { announce: kind === 'joined' });
      this.#lastChange += 1;
    }
    return true;
  }

  /** Adds people without announcing them: they may have joined long before this process could know it. */
  applySnapshot({ number, groups }: Snapshot): void {
    if (number < this.#lastChange) return;
    this.#lastChange = number;
    const present = new Map(groups.map(([group, people]) => [group, new Set(people)]));
    for (const [group, people] of present) for (const person of people) this.#add(group, person, { announce: false });
    for (const [group, people] of this.#groups) {
      for (const person of [...people]) if (present.get(group)?.has(person) !== true) this.#remove(group, person);
    }
  }

  /** The process is dead: its people leave, unless they are present elsewhere. */
  removeEveryone(): void {
    for (const [group, people] of this.#groups) for (const person of [...people]) this.#remove(group, person);
  }

  #add(group: string, person: string, options: EnterOptions): void {
    const people = this.#groups.get(group) ?? new Set();
    if (people.has(person)) return;
    this.#groups.set(group, people.add(person));
    this.#roster.addPerson(group, person, options);
  }

  #remove(group: string, person: string): void {
    const people = this.#groups.get(group);
    if (people?.delete(person) !== true) return;
    if (people.size === 0) this.#groups.delete(group);
    this.#roster.removePerson(group, person);
  }
}
