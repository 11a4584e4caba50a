/** Messages that were posted one after the other, written by one statement. */

import { wasPostedAs } from '../../writes/body-hash.ts';
import type { WriteOf, WriteOutcome } from '../../writes/commands.ts';
import { DatabaseError } from '../database/errors.ts';
import type { PostgresConnection, Row } from '../database/pool.ts';
import { columnNumber, MESSAGE_COLUMNS, messageOf } from '../database/rows.ts';
import type { TransactionLocks } from './locks.ts';

type Post = WriteOf<'post'>;

/**
 * A statement after the lock of the rooms: in the same one it would miss what the lock's last holder wrote. LATERAL
 * with a LIMIT keeps it on the index, however little PostgreSQL knows of the table.
 */
const KNOWN_NONCES = `SELECT t.n, m.* FROM unnest($1::int8[], $2::text[]) WITH ORDINALITY AS t (author_id, nonce, n)
  CROSS JOIN LATERAL (SELECT m.body_hash, ${MESSAGE_COLUMNS} FROM messages m JOIN users u ON u.id = m.author_id
    WHERE m.nonce = t.nonce AND m.author_id = t.author_id LIMIT 1) AS m`;
const INSERT = `WITH written AS (
    INSERT INTO messages (room_id, seq, author_id, nonce, body, created_at, changed)
    SELECT room_id, seq, author_id, nonce, body, $6::int8, seq
    FROM unnest($1::int8[], $2::int8[], $3::int8[], $4::text[], $5::text[]) AS t (room_id, seq, author_id, nonce, body)
    ON CONFLICT (nonce, author_id) WHERE nonce IS NOT NULL DO NOTHING
    RETURNING 1)
  SELECT count(*) AS n FROM written`;

/** A nonce is known already: the batch has to be tried again, looking for what is known first. */
export class NonceKnown extends Error {
  override readonly name = 'NonceKnown';
}

interface Numbered {
  readonly post: Post;
  readonly seq: number;
}

export class PostWrites {
  readonly #connection: PostgresConnection;
  readonly #locks: TransactionLocks;
  readonly #at: number;

  constructor(connection: PostgresConnection, locks: TransactionLocks, at: number) {
    this.#connection = connection;
    this.#locks = locks;
    this.#at = at;
  }

  /** As if every nonce were new, which saves the look for them. Throws a NonceKnown when one is not. */
  async applyNew(posts: readonly Post[]): Promise<readonly WriteOutcome[]> {
    const nonces = new Set(posts.flatMap(([, , author, nonce]) => (nonce === null ? [] : [`${author} ${nonce}`])));
    if (nonces.size < posts.filter((post) => post[3] !== null).length) throw new NonceKnown();
    const fresh: Numbered[] = [];
    const outcomes = posts.map((post) => this.#refusal(post) ?? this.#number(post, fresh));
    if ((await this.#insert(fresh)) < fresh.length) throw new NonceKnown();
    return outcomes;
  }

  /** An outcome each, in their order. Of two under one nonce the first is new, the second its repeat. */
  async apply(posts: readonly Post[]): Promise<readonly WriteOutcome[]> {
    const known = await this.#known(posts);
    const nonces = new Set<string>();
    const fresh: Numbered[] = [];
    const repeats: Post[] = [];
    const outcomes = posts.map((post, index) => {
      const refusal = this.#refusal(post);
      if (refusal !== null) return refusal;
      const row = known.get(index);
      if (row !== undefined) return knownOutcome(post, row);
      const key = `${post[2]} ${post[3]}`;
      if (post[3] !== null && nonces.has(key)) return repeats.push(post) && null;
      nonces.add(key);
      return this.#number(post, fresh);
    });
    // Another process may have used one of these nonces in another room meanwhile.
    if ((await this.#insert(fresh)) < fresh.length) throw new DatabaseError('a nonce was used in between', '40001');
    const stored = repeats.length === 0 ? [] : await this.#repeatsOf(repeats);
    return outcomes.map((outcome) => outcome ?? stored.shift() ?? failed());
  }

  #refusal([, roomId, authorId]: Post): WriteOutcome | null {
    if (this.#locks.nextNumber(roomId) === null) return refused('not_found');
    return this.#locks.isEnabled(authorId) ? null : refused('forbidden');
  }

  #number(post: Post, fresh: Numbered[]): number {
    const seq = this.#locks.nextNumber(post[1]) ?? 0;
    fresh.push({ post, seq });
    this.#locks.takeMessage(post[1], seq);
    return seq;
  }

  /** By the place of the post among those that are asked for. */
  async #known(posts: readonly Post[]): Promise<ReadonlyMap<number, Row>> {
    const values = [posts.map((post) => post[2]), posts.map((post) => post[3])];
    const rows = await this.#connection.run(KNOWN_NONCES, values);
    return new Map(rows.map((row) => [columnNumber(row, 'n') - 1, row]));
  }

  /** Answers how many were written. */
  async #insert(fresh: readonly Numbered[]): Promise<number> {
    if (fresh.length === 0) return 0;
    const [row] = await this.#connection.run(INSERT, [
      fresh.map(({ post }) => post[1]),
      fresh.map(({ seq }) => seq),
      fresh.map(({ post }) => post[2]),
      fresh.map(({ post }) => post[3]),
      fresh.map(({ post }) => post[4]),
      this.#at,
    ]);
    return row === undefined ? 0 : columnNumber(row, 'n');
  }

  async #repeatsOf(repeats: readonly Post[]): Promise<WriteOutcome[]> {
    const stored = await this.#known(repeats);
    return repeats.map((post, index) => knownOutcome(post, stored.get(index) ?? failed()));
  }
}

function knownOutcome([, roomId, , , body]: Post, row: Row): WriteOutcome {
  const message = messageOf(row);
  const isSame = message.roomId === roomId && wasPostedAs(message, row.body_hash, body);
  return isSame ? { kind: 'duplicate', message } : refused('nonce_conflict');
}

function refused(code: 'not_found' | 'forbidden' | 'nonce_conflict'): WriteOutcome {
  return { kind: 'refused', code };
}

function failed(): never {
  throw new Error('a message that was just written is not there');
}
