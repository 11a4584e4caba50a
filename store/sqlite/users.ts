/** Users: writes go to the writer thread, reads are done here. */
import type { Role, User, Users } from '../store.ts';
import { USER_COLUMNS } from './database/columns.ts';
import type { Query, Reader } from './database/reader.ts';
import { endedSessions, expectDone, unexpectedOutcome, type WriteQueue } from './writer/queue.ts';

export class SqliteUsers implements Users {
  readonly #queue: WriteQueue;
  readonly #byId: Query<User, [number]>;
  readonly #byNameKey: Query<User, [string]>;
  readonly #count: Query<{ n: number }, []>;
  readonly #setupTokenHash: Query<{ value: string }, []>;

  constructor(reader: Reader, queue: WriteQueue) {
    this.#queue = queue;
    this.#byId = reader.prepare(`SELECT ${USER_COLUMNS} FROM users WHERE id = ?`);
    this.#byNameKey = reader.prepare(`SELECT ${USER_COLUMNS} FROM users WHERE name_key = ?`);
    this.#count = reader.prepare('SELECT count(*) AS n FROM users WHERE id > 0');
    this.#setupTokenHash = reader.prepare(`SELECT value FROM meta WHERE key = 'setup_token_hash'`);
  }

  create(user: { name: string; nameKey: string; passwordHash: string; role: Role }): Promise<User | 'taken'> {
    return this.#queue.enqueue(['user.create', user.name, user.nameKey, user.passwordHash, user.role], (outcome) => {
      if (typeof outcome === 'object' && outcome.kind === 'taken') return 'taken';
      if (typeof outcome === 'object' && outcome.kind === 'user') return outcome.user;
      throw unexpectedOutcome(outcome);
    });
  }

  async byId(id: number): Promise<User | null> {
    return this.#byId.get(id);
  }

  async byNameKey(nameKey: string): Promise<User | null> {
    return this.#byNameKey.get(nameKey);
  }

  setPassword(id: number, passwordHash: string): Promise<void> {
    return this.#queue.enqueue(['user.password', id, passwordHash], expectDone);
  }

  setRole(id: number, role: Role): Promise<void> {
    return this.#queue.enqueue(['user.role', id, role], expectDone);
  }

  setDisabled(id: number, disabled: boolean): Promise<string[]> {
    return this.#queue.enqueue(['user.disabled', id, disabled], endedSessions);
  }

  async count(): Promise<number> {
    return this.#count.get()?.n ?? 0;
  }

  async setupTokenHash(): Promise<string | null> {
    return this.#setupTokenHash.get()?.value ?? null;
  }

  setSetupTokenHash(hash: string | null): Promise<void> {
    return this.#queue.enqueue(['user.setupToken', hash], expectDone);
  }
}
