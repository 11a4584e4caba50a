/** The store on SQLite: one writer thread, reads on the main thread, one process per data directory. */
import type { Store } from '../store.ts';
import { WriteQueue } from '../writes/queue.ts';
import { claimDataDirectory, type DataDirectory } from './data-directory.ts';
import { fatalError } from './database/errors.ts';
import { Reader } from './database/reader.ts';
import { SqliteDrillRoom } from './drill-room.ts';
import { MaintenanceTasks } from './maintenance/tasks.ts';
import { SqliteMessages } from './messages.ts';
import { SqliteRooms } from './rooms.ts';
import { SqliteSessions } from './sessions.ts';
import { SqliteUsers } from './users.ts';
import { WriterThread } from './writer/thread.ts';

/** After a clean stop the file is checked while the server already runs. */
const CHECK_AFTER_MS = 10_000;

export interface SqliteOptions {
  /** The directory of `salon.db`; created if it is missing. */
  readonly data: string;
  /**
   * The disk failed or the file is corrupt, so the promises can no longer be kept; every write is refused with `busy`.
   * Called at most once. The process should report it and exit with a status other than 0.
   */
  readonly onFatal?: (error: Error) => void;
  /** ms. */
  readonly checkAfterMs?: number;
}

/** Throws a StoreError when the directory or the file cannot be used. */
export async function openSqliteStore(options: SqliteOptions): Promise<Store> {
  const directory = claimDataDirectory(options.data);
  const thread = new WriterThread();
  const queue = new WriteQueue({
    sendBatch: (batch) => thread.sendBatch(JSON.stringify(batch)),
    onFatal: (error) => options.onFatal?.(fatalError(directory.database, error)),
  });
  try {
    await thread.open(directory.database, {
      onAnswer: (answer) => queue.onAnswer(answer),
      onFailure: (error) => queue.fail(error),
    });
    return new SqliteStore(directory, thread, queue, options.checkAfterMs ?? CHECK_AFTER_MS);
  } catch (error) {
    await thread.terminate();
    directory.release();
    throw error;
  }
}

class SqliteStore implements Store {
  readonly epoch: string;
  readonly secret: Uint8Array;
  readonly messages: SqliteMessages;
  readonly rooms: SqliteRooms;
  readonly users: SqliteUsers;
  readonly sessions: SqliteSessions;
  readonly drillRoom: SqliteDrillRoom;
  readonly #directory: DataDirectory;
  readonly #writer: WriterThread;
  readonly #queue: WriteQueue;
  readonly #reader: Reader;
  readonly #maintenance: MaintenanceTasks;
  #closing: Promise<void> | null = null;

  constructor(directory: DataDirectory, thread: WriterThread, queue: WriteQueue, checkAfterMs: number) {
    const reader = new Reader(directory.database);
    const { epoch, secret } = readIdentity(reader);
    this.epoch = epoch;
    this.secret = secret;
    this.messages = new SqliteMessages(reader, queue);
    this.rooms = new SqliteRooms(reader, queue);
    this.users = new SqliteUsers(reader, queue);
    this.sessions = new SqliteSessions(reader, queue);
    this.#directory = directory;
    this.#writer = thread;
    this.#queue = queue;
    this.#reader = reader;
    this.#maintenance = new MaintenanceTasks(directory.database);
    this.drillRoom = new SqliteDrillRoom(reader, queue, () => this.#maintenance.cleanUpDrillRooms());
    this.#maintenance.checkLater(checkAfterMs, (error) => queue.fail(error));
  }

  snapshot(file: string): Promise<void> {
    return this.#maintenance.backUp(file);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#queue.close();
    await this.#maintenance.close();
    this.#reader.close();
    if (this.#queue.hasFailed) await this.#writer.terminate();
    else await this.#writer.close();
    this.#directory.release();
  }
}

function readIdentity(reader: Reader): { epoch: string; secret: Uint8Array } {
  const find = reader.prepare<{ value: unknown }, [string]>('SELECT value FROM meta WHERE key = ?');
  const epoch = find.get('epoch')?.value;
  const secret = find.get('secret')?.value;
  if (typeof epoch !== 'string' || !(secret instanceof Uint8Array)) throw new Error('the database has no identity');
  return { epoch, secret };
}
