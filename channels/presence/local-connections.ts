export interface LocalConnectionsOwner {
  onJoined(group: string, person: string, manner: { readonly quiet: boolean }): void;
  onLeft(group: string, person: string): void;
}

interface Presences {
  readonly connections: Set<string>;
  going: NodeJS.Timeout | null;
}

/** The connections of this process, a person's together. Without one, a person stays for the grace time. */
export class LocalConnections {
  readonly #graceMs: number;
  readonly #owner: LocalConnectionsOwner;
  readonly #groups = new Map<string, Map<string, Presences>>();

  constructor(graceMs: number, owner: LocalConnectionsOwner) {
    this.#graceMs = graceMs;
    this.#owner = owner;
  }

  enter(group: string, person: string, connection: string, manner: { readonly quiet: boolean }): void {
    const people = this.#groups.get(group) ?? new Map<string, Presences>();
    this.#groups.set(group, people);
    const stay = people.get(person);
    if (stay !== undefined) {
      stay.connections.add(connection);
      return void keep(stay);
    }
    people.set(person, { connections: new Set([connection]), going: null });
    this.#owner.onJoined(group, person, manner);
  }

  leave(group: string, person: string, connection: string): void {
    const stay = this.#groups.get(group)?.get(person);
    if (stay === undefined || !stay.connections.delete(connection) || stay.connections.size > 0) return;
    stay.going = setTimeout(() => this.#gone(group, person), this.#graceMs);
    stay.going.unref();
  }

  /** Everybody, in their grace time too. */
  all(): [group: string, people: string[]][] {
    return [...this.#groups].map(([group, people]) => [group, [...people.keys()]]);
  }

  stop(): void {
    for (const people of this.#groups.values()) people.forEach(keep);
    this.#groups.clear();
  }

  #gone(group: string, person: string): void {
    const people = this.#groups.get(group);
    people?.delete(person);
    if (people?.size === 0) this.#groups.delete(group);
    this.#owner.onLeft(group, person);
  }
}

function keep(stay: Presences): void {
  if (stay.going !== null) clearTimeout(stay.going);
  stay.going = null;
}
