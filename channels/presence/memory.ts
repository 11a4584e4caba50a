import { createLog, type Log } from '../log.ts';
import { Stays } from './local-connections.ts';
import type { Presence, Watcher } from './presence.ts';
import { Roll } from './roster.ts';

export interface PresenceOptions {
  /** How long a person without a connection is still here. */
  readonly graceMs: number;
  readonly log?: Log;
}

/** For one process. */
export function createMemoryPresence(options: PresenceOptions): Presence {
  return new MemoryPresence(options);
}

class MemoryPresence implements Presence {
  readonly #roll: Roll;
  readonly #stays: Stays;
  #stopped = false;

  constructor({ graceMs, log = createLog(1) }: PresenceOptions) {
    const roll = new Roll(log);
    this.#roll = roll;
    this.#stays = new Stays(graceMs, {
      came: (group, person, manner) => roll.add(group, person, manner),
      went: (group, person) => roll.remove(group, person),
    });
  }

  async enter(group: string, person: string, connection: string, manner = { quiet: false }): Promise<void> {
    if (!this.#stopped) this.#stays.enter(group, person, connection, manner);
  }

  async leave(group: string, person: string, connection: string): Promise<void> {
    this.#stays.leave(group, person, connection);
  }

  people(group: string): readonly string[] {
    return this.#roll.people(group);
  }

  count(group: string): number {
    return this.#roll.count(group);
  }

  watch(group: string, watcher: Watcher): () => void {
    return this.#roll.watch(group, watcher);
  }

  watchAll(watcher: (group: string) => void): () => void {
    return this.#roll.watchAll(watcher);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#stays.stop();
    this.#roll.clear();
  }
}
