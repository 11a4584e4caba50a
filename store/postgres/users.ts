/** Users: asked of the writer, read here. */

import type { User, Users } from '../store.ts';
import type { WriteQueue } from '../writes/queue.ts';
import { QueuedUsers } from '../writes/users.ts';
import type { PostgresReader } from './database/reader.ts';
import { columnNumber, columnText, USER_COLUMNS, userOf } from './database/rows.ts';

export class PostgresUsers extends QueuedUsers implements Users {
  readonly #reader: PostgresReader;

  constructor(reader: PostgresReader, queue: WriteQueue) {
    super(queue);
    this.#reader = reader;
  }

  byId(id: number): Promise<User | null> {
    return this.#find('id = $1', id);
  }

  byNameKey(nameKey: string): Promise<User | null> {
    return this.#find('name_key = $1', nameKey);
  }

  async count(): Promise<number> {
    const row = await this.#reader.first('SELECT count(*) AS n FROM users', []);
    return row === null ? 0 : columnNumber(row, 'n');
  }

  async setupTokenHash(): Promise<string | null> {
    const row = await this.#reader.first('SELECT value FROM meta WHERE key = $1', ['setup_token_hash']);
    return row === null ? null : columnText(row, 'value');
  }

  async #find(where: string, value: string | number): Promise<User | null> {
    const row = await this.#reader.first(`SELECT ${USER_COLUMNS} FROM users WHERE ${where}`, [value]);
    return row === null ? null : userOf(row);
  }
}
