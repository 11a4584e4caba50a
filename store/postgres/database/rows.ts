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
    roomId: columnNumber(row, 'room_id'),
    seq: columnNumber(row, 'seq'),
    changed: columnNumber(row, 'changed'),
    authorId: columnNumber(row, 'author_id'),
    author: columnText(row, 'author'),
    nonce: maybeColumnText(row, 'nonce'),
    body: columnText(row, 'body'),
    createdAt: columnNumber(row, 'created_at'),
    editedAt: maybeColumnNumber(row, 'edited_at'),
    deletedAt: maybeColumnNumber(row, 'deleted_at'),
  };
}

export function roomOf(row: Row): Room {
  return {
    id: columnNumber(row, 'id'),
    slug: columnText(row, 'slug'),
    name: columnText(row, 'name'),
    topic: columnText(row, 'topic'),
    createdBy: maybeColumnNumber(row, 'created_by'),
    head: columnNumber(row, 'head'),
    last: columnNumber(row, 'last_seq'),
  };
}

export function userOf(row: Row): User {
  return {
    id: columnNumber(row, 'id'),
    name: columnText(row, 'name'),
    role: roleIn(row),
    passwordHash: columnText(row, 'password_hash'),
    createdAt: columnNumber(row, 'created_at'),
    disabledAt: maybeColumnNumber(row, 'disabled_at'),
  };
}

export function sessionOf(row: Row): Session {
  return {
    tokenHash: columnText(row, 'token_hash'),
    userId: columnNumber(row, 'user_id'),
    createdAt: columnNumber(row, 'created_at'),
    seenAt: columnNumber(row, 'seen_at'),
    expiresAt: columnNumber(row, 'expires_at'),
    device: columnText(row, 'device'),
  };
}

export function columnNumber(row: Row, column: string): number {
  const number = maybeColumnNumber(row, column);
  if (number === null) throw new TypeError(`column ${column} is NULL`);
  return number;
}

export function columnText(row: Row, column: string): string {
  const text = maybeColumnText(row, column);
  if (text === null) throw new TypeError(`column ${column} is NULL`);
  return text;
}

/** int8 comes as text. */
export function maybeColumnNumber(row: Row, column: string): number | null {
  const value = row[column];
  if (value === null) return null;
  if (typeof value !== 'string' && typeof value !== 'number') throw new TypeError(`column ${column} is no number`);
  return Number(value);
}

export function maybeColumnText(row: Row, column: string): string | null {
  const value = row[column];
  if (value === null || typeof value === 'string') return value;
  throw new TypeError(`column ${column} is no text`);
}

function roleIn(row: Row): Role {
  const role = columnText(row, 'role');
  if (role === 'member' || role === 'administrator') return role;
  throw new TypeError(`unknown role ${role}`);
}
