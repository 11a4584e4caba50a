/** The columns of a message, named as the interface names them, so that a row is a Message. */
const REST = `m.author_id AS authorId, u.name AS author, m.nonce, m.body,
  m.created_at AS createdAt, m.edited_at AS editedAt, m.deleted_at AS deletedAt`;
const TABLES = 'messages m JOIN users u ON u.id = m.author_id';

export const SELECT_MESSAGE = `SELECT m.room_id AS roomId, m.seq, m.changed, ${REST} FROM ${TABLES}`;
/** For rows that never changed: `changed` told as `seq`, so that the index on `seq` gives their order. */
export const SELECT_UNCHANGED_MESSAGE = `SELECT m.room_id AS roomId, m.seq, m.seq AS changed, ${REST} FROM ${TABLES}`;

/** Conditions that each have an index of their own: a query has to name them in these words to be given it. */
export const UNCHANGED = 'm.changed = m.seq';
export const CHANGED = 'm.changed > m.seq';
export const EDITED = `${CHANGED} AND m.deleted_at IS NULL`;
