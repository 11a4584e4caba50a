/** Commits one batch as one transaction. Runs on the writer thread. */
import type { Database, Statement } from 'bun:sqlite';
import type { Write, WriteAnswer, WriteOf, WriteOutcome } from '../../writes/commands.ts';
import { describe, failureOf } from '../database/errors.ts';
import { SessionWrites, UserWrites } from './account-writes.ts';
import { DrillRoomWrites } from './drill-room-writes.ts';
import { MessageWrites } from './message-writes.ts';
import { RoomHeads } from './room-heads.ts';
import { RoomWrites } from './room-writes.ts';

/** From this many pages in the WAL on, `checkpoint` runs one. */
const CHECKPOINT_PAGES = 4_000;

/** All writes but the most frequent one. */
type OtherWrite = Exclude<Write, WriteOf<'post'>>;

export class BatchTransaction {
  readonly #db: Database;
  readonly #begin: Statement;
  readonly #commit: Statement;
  readonly #savepoint: Statement;
  readonly #rollbackTo: Statement;
  readonly #release: Statement;
  readonly #heads: RoomHeads;
  readonly #messages: MessageWrites;
  readonly #rooms: RoomWrites;
  readonly #users: UserWrites;
  readonly #sessions: SessionWrites;
  readonly #drillRoom: DrillRoomWrites;

  constructor(db: Database) {
    this.#db = db;
    this.#begin = db.prepare('BEGIN IMMEDIATE');
    this.#commit = db.prepare('COMMIT');
    this.#savepoint = db.prepare('SAVEPOINT one');
    this.#rollbackTo = db.prepare('ROLLBACK TO one');
    this.#release = db.prepare('RELEASE one');
    this.#heads = new RoomHeads(db);
    this.#messages = new MessageWrites(db, this.#heads);
    this.#rooms = new RoomWrites(db);
    this.#users = new UserWrites(db);
    this.#sessions = new SessionWrites(db);
    this.#drillRoom = new DrillRoomWrites(db);
  }

  /** When this returns `committed`, the batch is on the disk. */
  commit(batch: readonly Write[]): WriteAnswer {
    const at = Date.now();
    try {
      this.#begin.run();
      this.#heads.reset();
      const outcomes = batch.map((write) => this.#applyOrFail(write, at));
      this.#heads.save();
      this.#commit.run();
      return { kind: 'committed', at, outcomes };
    } catch (error) {
      return this.#rollBackAfter(error);
    }
  }

  /** Runs a checkpoint when the WAL has grown long. Throws when the disk failed. */
  checkpoint(): void {
    const pages = this.#db.query<{ log: number }, []>('PRAGMA wal_checkpoint(NOOP)').get()?.log ?? 0;
    if (pages < CHECKPOINT_PAGES) return;
    try {
      this.#db.query('PRAGMA wal_checkpoint(PASSIVE)').get();
    } catch (error) {
      // Nothing is lost: the WAL still holds everything, and the next checkpoint tries again.
      if (failureOf(error) === 'fatal') throw error;
    }
  }

  /** A write that fails affects only itself. A post is one statement, which SQLite rolls back by itself. */
  #applyOrFail(write: Write, at: number): WriteOutcome {
    try {
      return write[0] === 'post' ? this.#messages.post(write, at) : this.#applyAsOne(write, at);
    } catch (error) {
      if (failureOf(error) !== 'row') throw error;
      return { kind: 'failed', error: describe(error) };
    }
  }

  #applyAsOne(write: OtherWrite, at: number): WriteOutcome {
    this.#savepoint.run();
    try {
      return this.#apply(write, at);
    } catch (error) {
      if (failureOf(error) === 'row') this.#rollbackTo.run();
      throw error;
    } finally {
      if (this.#db.inTransaction) this.#release.run();
    }
  }

  #apply(write: OtherWrite, at: number): WriteOutcome {
    switch (write[0]) {
      case 'edit':
        return this.#messages.edit(write, at);
      case 'delete':
        return this.#messages.delete(write, at);
      case 'room.create':
        return this.#rooms.create(write, at);
      case 'room.update':
        return this.#rooms.update(write);
      case 'room.markRead':
        return this.#rooms.markRead(write);
      case 'user.create':
        return this.#users.create(write, at);
      case 'user.password':
        return this.#users.setPassword(write);
      case 'user.role':
        return this.#users.setRole(write);
      case 'user.disabled':
        return this.#users.setDisabled(write, at);
      case 'user.setupToken':
        return this.#users.setSetupTokenHash(write);
      case 'session.create':
        return this.#sessions.create(write, at);
      case 'session.touch':
        return this.#sessions.touch(write, at);
      case 'session.end':
        return this.#sessions.end(write);
      case 'session.endOthers':
        return this.#sessions.endOthers(write);
      case 'drillRoom.create':
        return this.#drillRoom.create(write, at);
      case 'drillRoom.endSessions':
        return this.#drillRoom.endSessions();
      default:
        return write satisfies never;
    }
  }

  #rollBackAfter(error: unknown): WriteAnswer {
    const failure = failureOf(error);
    if (!this.#tryRollback()) return { kind: 'fatal', error: describe(error) };
    if (failure === 'full') return { kind: 'refused', code: 'storage_full' };
    if (failure === 'busy') return { kind: 'refused', code: 'busy' };
    return { kind: 'fatal', error: describe(error) };
  }

  /** After some errors SQLite has already rolled back by itself. */
  #tryRollback(): boolean {
    try {
      if (this.#db.inTransaction) this.#db.run('ROLLBACK');
      return true;
    } catch {
      return false;
    }
  }
}
