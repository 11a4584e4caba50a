/** A running `salon drill`, and a check of what it must not leave behind. */
import { Database } from 'bun:sqlite';
import { join } from 'node:path';
import { eventually } from './eventually.ts';
import { cleanEnvironment, type Server } from './server.ts';

const MAIN = new URL('../../cli/main.ts', import.meta.url).pathname;

export interface Drill {
  readonly process: Bun.Subprocess<'ignore', 'pipe', 'pipe'>;
  /** The exit code and the output. */
  result(): Promise<{ readonly code: number; readonly out: string; readonly err: string }>;
}

export function startDrill(data: string, clients: number, seconds: number): Drill {
  const words = ['drill', '--data', data, '--clients', String(clients), '--seconds', String(seconds)];
  const child = Bun.spawn([process.execPath, '--no-env-file', MAIN, ...words], {
    env: cleanEnvironment(),
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const ended = Promise.all([child.exited, child.stdout.text(), child.stderr.text()]);
  return { process: child, result: () => ended.then(([code, out, err]) => ({ code, out, err })) };
}

/** Reads the server's database beside it. */
export class DrillDatabase {
  readonly #db: Database;

  constructor(server: Pick<Server, 'data'>) {
    this.#db = new Database(join(server.data, 'salon.db'));
    this.#db.run('PRAGMA busy_timeout = 5000');
  }

  /** The number of rows of every table that users write to. */
  countRows(): Record<string, number> {
    const tables = ['rooms', 'users', 'sessions', 'messages', 'memberships'];
    return Object.fromEntries(tables.map((table) => [table, this.#count(`SELECT count(*) AS n FROM ${table}`)]));
  }

  /** Resolves with the slug of the drill room when it has so many messages. */
  async waitForMessages(messages: number): Promise<string> {
    const isSaid = (): boolean => this.#count('SELECT count(*) AS n FROM messages WHERE room_id < 0') >= messages;
    await eventually(isSaid, true);
    return this.#db.query<{ slug: string }, []>('SELECT slug FROM rooms WHERE id < 0').get()?.slug ?? '';
  }

  /** Acts as a server that loses what it has acknowledged. */
  deleteFirstMessage(): void {
    this.#db.run('DELETE FROM messages WHERE room_id < 0 AND seq = 1');
  }

  close(): void {
    this.#db.close();
  }

  #count(sql: string): number {
    return this.#db.query<{ n: number }, []>(sql).get()?.n ?? -1;
  }
}
