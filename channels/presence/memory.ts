import { createLog, type Log } from '../log.ts';
import { LocalConnections } from './local-connections.ts';
import type { EnterOptions, Presence, Watcher } from './presence.ts';
import { Roster } from './roster.ts';

export interface PresenceOptions {
  /** How long a person without a connection still counts as present. */
  readonly graceMs: number;
  readonly log?: Log;
}

/** For one process. */
export function createMemoryPresence(options: PresenceOptions): Presence {
  return new MemoryPresence(options);
}

class MemoryPresence implements Presence {
  readonly #roster: Roster;
  readonly #local: LocalConnections;
  #isStopped = false;

  constructor({ graceMs, log = createLog(1) }: PresenceOptions) {
    const roster = new Roster(log);
    this.#roster = roster;
    this.#local = new LocalConnections(graceMs, {
      onJoined: (group, person, options) => roster.addPerson(group, person, options),
      onLeft: (group, person) => roster.removePerson(group, person),
    });
  }

  async enter(group: string, person: string, connection: string, options: EnterOptions = ANNOUNCED): Promise<void> {
    if (!this.#isStopped) this.#local.enter(group, person, connection, options);
  }

  async leave(group: string, person: string, connection: string): Promise<void> {
    this.#local.leave(group, person, connection);
  }

  people(group: string): readonly string[] {
    return this.#roster.people(group);
  }

  count(group: string): number {
    return this.#roster.count(group);
  }

  watch(group: string, watcher: Watcher): () => void {
    return this.#roster.watch(group, watcher);
  }

  watchAll(watcher: (group: string) => void): () => void {
    return this.#roster.watchAll(watcher);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#local.stop();
    this.#roster.clear();
  }
}

const ANNOUNCED: EnterOptions = { announce: true };
