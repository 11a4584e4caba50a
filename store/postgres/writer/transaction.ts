/** One batch, one transaction. */
import type { Write, WriteOf, WriteOutcome } from '../../writes/commands.ts';
import { failureOf } from '../database/errors.ts';
import type { PostgresConnection } from '../database/pool.ts';
import { AccountWrites } from './account-writes.ts';
import { TransactionLocks } from './locks.ts';
import { MessageWrites } from './message-writes.ts';
import { PostWrites } from './post-writes.ts';

import { RoomWrites } from './room-writes.ts';

/**
 * A server that was cut off from us ends our transaction by itself, so that its locks do not outlive it. The first two
 * are below the time after which the writer gives the connection up.
 */
const BEGIN = `BEGIN; SET LOCAL statement_timeout = 4500; SET LOCAL lock_timeout = 4000;
  SET LOCAL idle_in_transaction_session_timeout = 10000`;

/** Set in the transaction itself: afterwards it tells whether the transaction was committed. */
const MARK = `INSERT INTO writers (id, batch, at) VALUES ($1, $2, $3)
  ON CONFLICT (id) DO UPDATE SET batch = excluded.batch, at = excluded.at`;

/** By which a batch is found again. */
export interface BatchMark {
  /** Of this process. */
  readonly writer: string;
  /** Rises with every attempt. */
  readonly number: number;
}

/** The connection was lost during COMMIT: whether the batch was kept is to be looked up by its mark. */
export class CommitUnknown extends Error {
  override readonly name = 'CommitUnknown';

  constructor(readonly outcomes: readonly WriteOutcome[]) {
    super('the connection was lost during COMMIT');
  }
}

/**
 * How much is looked at before it is written. `fast`: every nonce is taken for a new one; a known one throws a
 * NonceKnown. `lookup`: known ones are found. `apart`: each write has a savepoint of its own, so that one that fails
 * refuses only itself; in the other two it throws.
 */
export type Care = 'fast' | 'lookup' | 'apart';

/**
 * Answers when the batch is committed. Throws a CommitUnknown, or what the connection or a write threw: then nothing
 * of the batch was kept.
 */
export async function commitBatch(
  connection: PostgresConnection,
  batch: readonly Write[],
  at: number,
  care: Care,
  mark: BatchMark,
): Promise<readonly WriteOutcome[]> {
  await connection.command(BEGIN);
  const transaction = new BatchTransaction(connection, at, care);
  try {
    const outcomes = await transaction.apply(batch);
    await transaction.commit(outcomes, mark);
    return outcomes;
  } catch (error) {
    if (!(error instanceof CommitUnknown) && failureOf(error) !== 'away') await connection.command('ROLLBACK');
    throw error;
  }
}

class BatchTransaction {
  readonly #connection: PostgresConnection;
  readonly #at: number;
  readonly #care: Care;
  readonly #locks: TransactionLocks;
  readonly #posts: PostWrites;
  readonly #messages: MessageWrites;
  readonly #rooms: RoomWrites;
  readonly #accounts: AccountWrites;

  constructor(connection: PostgresConnection, at: number, care: Care) {
    this.#connection = connection;
    this.#at = at;
    this.#care = care;
    this.#locks = new TransactionLocks(connection);
    this.#posts = new PostWrites(connection, this.#locks, at);
    this.#messages = new MessageWrites(connection, this.#locks, at);
    this.#rooms = new RoomWrites(connection, this.#locks, at);
    this.#accounts = new AccountWrites(connection, this.#locks, at);
  }

  /** In the order of the batch: each write sees what those before it did. Posts that follow each other go together. */
  async apply(batch: readonly Write[]): Promise<readonly WriteOutcome[]> {
    await this.#locks.take(batch);
    const outcomes: WriteOutcome[] = [];
    while (outcomes.length < batch.length) {
      const write = batch[outcomes.length];
      if (write === undefined) throw new Error('a batch has a hole');
      outcomes.push(...(await this.#protected(() => this.#applyFrom(batch, outcomes.length, write))));
    }
    return outcomes;
  }

  async #applyFrom(batch: readonly Write[], from: number, write: Write): Promise<readonly WriteOutcome[]> {
    if (write[0] !== 'post') return [await this.#apply(write)];
    const posts = postsFrom(batch, from, this.#care === 'apart' ? 1 : batch.length);
    return this.#care === 'fast' ? this.#posts.applyNew(posts) : this.#posts.apply(posts);
  }

  async commit(outcomes: readonly WriteOutcome[], { writer, number }: BatchMark): Promise<void> {
    await Promise.all([this.#locks.saveNumbers(), this.#connection.run(MARK, [writer, number, this.#at])]);
    try {
      await this.#connection.command('COMMIT');
    } catch (error) {
      throw failureOf(error) === 'away' ? new CommitUnknown(outcomes) : error;
    }
  }

  /** Apart from the others: what fails is undone alone. */
  async #protected(apply: () => Promise<readonly WriteOutcome[]>): Promise<readonly WriteOutcome[]> {
    if (this.#care !== 'apart') return apply();
    await this.#connection.command('SAVEPOINT one');
    const numbers = this.#locks.copyNumbers();
    try {
      const outcomes = await apply();
      await this.#connection.command('RELEASE one');
      return outcomes;
    } catch (error) {
      if (failureOf(error) !== 'row') throw error;
      this.#locks.restoreNumbers(numbers);
      await this.#connection.command('ROLLBACK TO one; RELEASE one');
      return [{ kind: 'failed', error: error instanceof Error ? error.message : String(error) }];
    }
  }

  #apply(write: Exclude<Write, WriteOf<'post'>>): Promise<WriteOutcome> {
    switch (write[0]) {
      case 'edit':
        return this.#messages.edit(write);
      case 'delete':
        return this.#messages.delete(write);
      case 'room.create':
        return this.#rooms.create(write);
      case 'room.update':
        return this.#rooms.update(write);
      case 'room.markRead':
        return this.#rooms.markRead(write);
      case 'user.create':
        return this.#accounts.createUser(write);
      case 'user.password':
        return this.#accounts.setPassword(write);
      case 'user.role':
        return this.#accounts.setRole(write);
      case 'user.disabled':
        return this.#accounts.setDisabled(write);
      case 'user.setupToken':
        return this.#accounts.setSetupTokenHash(write);
      case 'session.create':
        return this.#accounts.createSession(write);
      case 'session.touch':
        return this.#accounts.touchSession(write);
      case 'session.end':
        return this.#accounts.endSession(write);
      case 'session.endOthers':
        return this.#accounts.endOtherSessions(write);
      case 'drillRoom.create':
      case 'drillRoom.endSessions':
        throw new Error('a drill room is not for PostgreSQL');
      default:
        return write satisfies never;
    }
  }
}

/** Neighbours that are all posts, from a place on; `most` of them. */
function postsFrom(batch: readonly Write[], from: number, most: number): WriteOf<'post'>[] {
  const posts: WriteOf<'post'>[] = [];
  for (let index = from; index < batch.length && posts.length < most; index += 1) {
    const write = batch[index];
    if (write?.[0] !== 'post') break;
    posts.push(write);
  }
  return posts;
}
