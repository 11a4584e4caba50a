/** From a row of the database to what store.ts promises. */
import type { Message, Role, Room, Session, User } from '../../store.ts';
import type { Row } from './pool.ts';

export const MESSAGE_COLUMNS = `m.room_id, m.seq, m.changed, m.author_id, u.name AS author, m.nonce, m.body,
  m.created_at, m.edited_at, m.deleted_at`;
export const SELECT_MESSAGE = `SELECT ${MESSAGE_COLUMNS} FROM messages m JOIN users u ON u.id = m.author_id`;
export const ROOM_COLUMNS = 'id, slug, name, topic, created_by, head, last_seq';
export const USER_COLUMNS = 'id, name, role, password_hash, created_at, disabled_at';
export const SESSION_COLUMNS = 'token_hash, user_id, created_at, seen_at, expires_at, device';

/** Conditions that each have an index of their own: a query has to name them in these words to be given it. */
export const UNCHANGED = 'm.changed = m.seq';
export const CHANGED = 'm.changed > m.seq';
export const EDITED = `${CHANGED} AND m.deleted_at IS NULL`;

export function messageOf(row: Row): Message {
  return {
    roomId: numberIn(row, 'room_id'),
    seq: numberIn(row, 'seq'),
    changed: numberIn(row, 'changed'),
    authorId: numberIn(row, 'author_id'),
    author: textIn(row, 'author'),
    nonce: maybeTextIn(row, 'nonce'),
    body: textIn(row, 'body'),
    createdAt: numberIn(row, 'created_at'),
    editedAt: maybeNumberIn(row, 'edited_at'),
    deletedAt: maybeNumberIn(row, 'deleted_at'),
  };
}

export function roomOf(row: Row): Room {
  return {
    id: numberIn(row, 'id'),
    slug: textIn(row, 'slug'),
    name: textIn(row, 'name'),
    topic: textIn(row, 'topic'),
    createdBy: maybeNumberIn(row, 'created_by'),
    head: numberIn(row, 'head'),
    last: numberIn(row, 'last_seq'),
  };
}

export function userOf(row: Row): User {
  return {
    id: numberIn(row, 'id'),
    name: textIn(row, 'name'),
    role: roleIn(row),
    passwordHash: textIn(row, 'password_hash'),
    createdAt: numberIn(row, 'created_at'),
    disabledAt: maybeNumberIn(row, 'disabled_at'),
  };
}

export function sessionOf(row: Row): Session {
  return {
    tokenHash: textIn(row, 'token_hash'),
    userId: numberIn(row, 'user_id'),
    createdAt: numberIn(row, 'created_at'),
    seenAt: numberIn(row, 'seen_at'),
    expiresAt: numberIn(row, 'expires_at'),
    device: textIn(row, 'device'),
  };
}

export function numberIn(row: Row, column: string): number {
  const number = maybeNumberIn(row, column);
  if (number === null) throw new TypeError(`column ${column} is NULL`);
  return number;
}

export function textIn(row: Row, column: string): string {
  const text = maybeTextIn(row, column);
  if (text === null) throw new TypeError(`column ${column} is NULL`);
  return text;
}

/** int8 comes as text. */
export function maybeNumberIn(row: Row, column: string): number | null {
  const value = row[column];
  if (value === null) return null;
  if (typeof value !== 'string' && typeof value !== 'number') throw new TypeError(`column ${column} is no number`);
  return Number(value);
}

export function maybeTextIn(row: Row, column: string): string | null {
  const value = row[column];
  if (value === null || typeof value === 'string') return value;
  throw new TypeError(`column ${column} is no text`);
}

function roleIn(row: Row): Role {
  const role = textIn(row, 'role');
  if (role === 'member' || role === 'administrator') return role;
  throw new TypeError(`unknown role ${role}`);
}
