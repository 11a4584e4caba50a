import type { PresenceChange, Snapshot } from './messages.ts';
import type { Roster } from './roster.ts';

/** Another process, as far as we know it: who is there, after which of its changes, and when it last gave a sign. */
export class RemoteProcess {
  lastSeenAt: number;
  readonly #roster: Roster;
  readonly #groups = new Map<string, Set<string>>();
  #number = 0;

  constructor(roll: Roster, now: number) {
    this.#roster = roll;
    this.lastSeenAt = now;
  }

  get number(): number {
    return this.#number;
  }

  /** False when changes before these are missing: then nothing is done. */
  applyChanges(first: number, changes: readonly PresenceChange[]): boolean {
    if (first > this.#number + 1) return false;
    for (const [group, person, how] of changes.slice(this.#number + 1 - first)) {
      if (how === 'went') this.#went(group, person);
      else this.#came(group, person, how === 'quiet');
      this.#number += 1;
    }
    return true;
  }

  /** Who came while we could not hear is here without a word: they may have been here for long. */
  applySnapshot({ number, groups }: Snapshot): void {
    if (number < this.#number) return;
    this.#number = number;
    const there = new Map(groups.map(([group, people]) => [group, new Set(people)]));
    for (const [group, people] of there) for (const person of people) this.#came(group, person, true);
    for (const [group, people] of this.#groups) {
      for (const person of [...people]) if (there.get(group)?.has(person) !== true) this.#went(group, person);
    }
  }

  /** It is dead, and everybody who was there only has gone with it. */
  removeEveryone(): void {
    for (const [group, people] of this.#groups) for (const person of [...people]) this.#went(group, person);
  }

  #came(group: string, person: string, quiet: boolean): void {
    const people = this.#groups.get(group) ?? new Set();
    if (people.has(person)) return;
    this.#groups.set(group, people.add(person));
    this.#roster.add(group, person, { quiet });
  }

  #went(group: string, person: string): void {
    const people = this.#groups.get(group);
    if (people?.delete(person) !== true) return;
    if (people.size === 0) this.#groups.delete(group);
    this.#roster.remove(group, person);
  }
}
