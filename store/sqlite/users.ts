/** Users: writes go to the writer thread, reads are done here. */
import type { User, Users } from '../store.ts';
import type { WriteQueue } from '../writes/queue.ts';
import { QueuedUsers } from '../writes/users.ts';
import { USER_COLUMNS } from './database/columns.ts';
import type { Query, Reader } from './database/reader.ts';

export class SqliteUsers extends QueuedUsers implements Users {
  readonly #byId: Query<User, [number]>;
  readonly #byNameKey: Query<User, [string]>;
  readonly #count: Query<{ n: number }, []>;
  readonly #setupTokenHash: Query<{ value: string }, []>;

  constructor(reader: Reader, queue: WriteQueue) {
    super(queue);
    this.#byId = reader.prepare(`SELECT ${USER_COLUMNS} FROM users WHERE id = ?`);
    this.#byNameKey = reader.prepare(`SELECT ${USER_COLUMNS} FROM users WHERE name_key = ?`);
    this.#count = reader.prepare('SELECT count(*) AS n FROM users WHERE id > 0');
    this.#setupTokenHash = reader.prepare(`SELECT value FROM meta WHERE key = 'setup_token_hash'`);
  }

  async byId(id: number): Promise<User | null> {
    return this.#byId.get(id);
  }

  async byNameKey(nameKey: string): Promise<User | null> {
    return this.#byNameKey.get(nameKey);
  }

  async count(): Promise<number> {
    return this.#count.get()?.n ?? 0;
  }

  async setupTokenHash(): Promise<string | null> {
    return this.#setupTokenHash.get()?.value ?? null;
  }
}
