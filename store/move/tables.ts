/** What a move carries from one database to another: every table, in an order in which each refers only to earlier ones. */

export type Cell = string | number | null | Uint8Array;
/** In the order of the table's columns. */
export type TableRow = readonly Cell[];

export interface Table {
  readonly name: string;
  /** The columns that order the rows, and name one each. */
  readonly key: readonly string[];
  readonly columns: readonly Column[];
}

export interface Column {
  readonly name: string;
  readonly type: 'number' | 'text' | 'bytes';
}

const number = (name: string): Column => ({ name, type: 'number' });
const text = (name: string): Column => ({ name, type: 'text' });

export const USERS: Table = {
  name: 'users',
  key: ['id'],
  columns: [
    number('id'),
    text('name'),
    text('name_key'),
    text('password_hash'),
    text('role'),
    number('created_at'),
    number('disabled_at'),
  ],
};

export const SESSIONS: Table = {
  name: 'sessions',
  key: ['token_hash'],
  columns: [
    text('token_hash'),
    number('user_id'),
    number('created_at'),
    number('seen_at'),
    number('expires_at'),
    text('device'),
  ],
};

export const ROOMS: Table = {
  name: 'rooms',
  key: ['id'],
  columns: [
    number('id'),
    text('slug'),
    text('name'),
    text('topic'),
    text('kind'),
    number('head'),
    number('created_by'),
    number('created_at'),
  ],
};

export const MESSAGES: Table = {
  name: 'messages',
  key: ['room_id', 'seq'],
  columns: [
    number('room_id'),
    number('seq'),
    number('author_id'),
    text('nonce'),
    { name: 'body_hash', type: 'bytes' },
    text('body'),
    number('created_at'),
    number('changed'),
    number('edited_at'),
    number('deleted_at'),
  ],
};

export const MEMBERSHIPS: Table = {
  name: 'memberships',
  key: ['user_id', 'room_id'],
  columns: [number('user_id'), number('room_id'), text('role'), number('read_seq')],
};

export const TABLES: readonly Table[] = [USERS, SESSIONS, ROOMS, MESSAGES, MEMBERSHIPS];

/** The part of a row by which the next page of its table begins. */
export function keyOf(table: Table, row: TableRow): Cell[] {
  return table.key.map((name) => row[table.columns.findIndex((column) => column.name === name)] ?? null);
}
