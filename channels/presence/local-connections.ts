import type { EnterOptions } from './presence.ts';

export interface LocalConnectionsOwner {
  onJoined(group: string, person: string, options: EnterOptions): void;
  onLeft(group: string, person: string): void;
}

interface PersonConnections {
  readonly connections: Set<string>;
  graceTimer: NodeJS.Timeout | null;
}

/** The connections of this process, by person. A person without a connection stays for the grace time. */
export class LocalConnections {
  readonly #graceMs: number;
  readonly #owner: LocalConnectionsOwner;
  readonly #groups = new Map<string, Map<string, PersonConnections>>();

  constructor(graceMs: number, owner: LocalConnectionsOwner) {
    this.#graceMs = graceMs;
    this.#owner = owner;
  }

  enter(group: string, person: string, connection: string, options: EnterOptions): void {
    const people = this.#groups.get(group) ?? new Map<string, PersonConnections>();
    this.#groups.set(group, people);
    const present = people.get(person);
    if (present !== undefined) {
      present.connections.add(connection);
      return void endGrace(present);
    }
    people.set(person, { connections: new Set([connection]), graceTimer: null });
    this.#owner.onJoined(group, person, options);
  }

  leave(group: string, person: string, connection: string): void {
    const present = this.#groups.get(group)?.get(person);
    if (present === undefined || !present.connections.delete(connection) || present.connections.size > 0) return;
    present.graceTimer = setTimeout(() => this.#removePerson(group, person), this.#graceMs);
    present.graceTimer.unref();
  }

  /** Every person, including those in their grace time. */
  peopleByGroup(): [group: string, people: string[]][] {
    return [...this.#groups].map(([group, people]) => [group, [...people.keys()]]);
  }

  stop(): void {
    for (const people of this.#groups.values()) people.forEach(endGrace);
    this.#groups.clear();
  }

  #removePerson(group: string, person: string): void {
    const people = this.#groups.get(group);
    people?.delete(person);
    if (people?.size === 0) this.#groups.delete(group);
    this.#owner.onLeft(group, person);
  }
}

function endGrace(present: PersonConnections): void {
  if (present.graceTimer !== null) clearTimeout(present.graceTimer);
  present.graceTimer = null;
}
