/** The store on PostgreSQL: any number of processes on one database. */

import type { DrillRoomStore, Store } from '../store.ts';
import { StoreError } from '../store-error.ts';
import { WriteQueue } from '../writes/queue.ts';
import { dumpDatabase } from './database/dump.ts';
import { DatabaseError } from './database/errors.ts';
import { isBehindPooler, refuseUnfit } from './database/guards.ts';
import { databaseName, openError } from './database/names.ts';
import { PostgresPool } from './database/pool.ts';
import { PostgresReader } from './database/reader.ts';
import { type Identity, openSchema } from './database/schema.ts';
import { PostgresMessages } from './messages.ts';
import { PostgresRooms } from './rooms.ts';
import { PostgresSessions } from './sessions.ts';
import { PostgresUsers } from './users.ts';
import { PostgresWriter } from './writer/writer.ts';

/** Writes have a connection of their own: on a shared one short statements wait behind long reads. */
const WRITER_CONNECTIONS = 2;
const READER_CONNECTIONS = 4;
const CONNECT_WITHIN_MS = 5_000;
const CLOSE_WITHIN_MS = 5_000;

export interface PostgresOptions {
  /** postgres://user:password@host:port/database */
  readonly url: string;
  /** A failure that is neither the network's nor the server's. */
  readonly failed?: (error: unknown) => void;
  readonly warn?: (line: string) => void;
}

/** Throws a StoreError when the database cannot be had or cannot keep what is promised. */
export async function openPostgresStore(options: PostgresOptions): Promise<Store> {
  const { url, failed = () => {}, warn = () => {} } = options;
  const name = databaseName(url);
  const probe = new PostgresPool({ url, connections: WRITER_CONNECTIONS, prepared: false });
  try {
    const pooled = await isBehindPooler(probe);
    if (pooled) warn(`${name} is behind a pooler: statements are not prepared, which costs a third of the speed.`);
    const connection = await probe.reserve(CONNECT_WITHIN_MS);
    await refuseUnfit(connection, name);
    const identity = await openSchema(connection, name);
    connection.release();
    return await PostgresStore.open(url, !pooled, identity, failed);
  } catch (error) {
    throw error instanceof DatabaseError ? openError(name, error) : error;
  } finally {
    await probe.close(0);
  }
}

class PostgresStore implements Store {
  readonly epoch: string;
  readonly secret: Uint8Array;
  readonly messages: PostgresMessages;
  readonly rooms: PostgresRooms;
  readonly users: PostgresUsers;
  readonly sessions: PostgresSessions;
  readonly drillRoom: DrillRoomStore = NO_DRILL_ROOM;
  readonly #url: string;
  readonly #queue: WriteQueue;
  readonly #writer: PostgresWriter;
  readonly #pools: readonly PostgresPool[];
  #closing: Promise<void> | null = null;

  static async open(...parts: ConstructorParameters<typeof PostgresStore>): Promise<PostgresStore> {
    const store = new PostgresStore(...parts);
    await store.#writer.open();
    return store;
  }

  constructor(url: string, prepared: boolean, { epoch, secret }: Identity, failed: (error: unknown) => void) {
    const writing = new PostgresPool({ url, connections: WRITER_CONNECTIONS, prepared });
    const reading = new PostgresPool({ url, connections: READER_CONNECTIONS, prepared });
    const reader = new PostgresReader(reading);
    this.epoch = epoch;
    this.secret = secret;
    this.#url = url;
    this.#pools = [writing, reading];
    this.#writer = new PostgresWriter(writing, failed);
    this.#queue = new WriteQueue({
      sendBatch: (batch) => void this.#writer.write(batch).then((answer) => this.#queue.onAnswer(answer)),
      onFatal: failed,
    });
    this.messages = new PostgresMessages(reader, this.#queue);
    this.rooms = new PostgresRooms(reader, this.#queue);
    this.users = new PostgresUsers(reader, this.#queue);
    this.sessions = new PostgresSessions(reader, this.#queue);
  }

  snapshot(file: string): Promise<void> {
    return dumpDatabase(this.#url, file);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#queue.close();
    await this.#writer.close();
    await Promise.all(this.#pools.map((pool) => pool.close(CLOSE_WITHIN_MS)));
  }
}

/** Rooms and accounts cannot be deleted yet, so nothing could take a drill's away again. */
const NO_DRILL_ROOM: DrillRoomStore = {
  create: () =>
    Promise.reject(new StoreError('A drill needs the embedded database: start Salon without DATABASE_URL.')),
  find: async () => null,
  endSessions: async () => [],
  cleanUp: async () => {},
};
