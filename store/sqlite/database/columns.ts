/** The columns of the store's rows, named as the interfaces name them, so that a row is a Message, a Room, a User or a Session. */
const OTHER_COLUMNS = `m.author_id AS authorId, u.name AS author, m.nonce, m.body,
  m.created_at AS createdAt, m.edited_at AS editedAt, m.deleted_at AS deletedAt`;
const TABLES = 'messages m JOIN users u ON u.id = m.author_id';

export const SELECT_MESSAGE = `SELECT m.room_id AS roomId, m.seq, m.changed, ${OTHER_COLUMNS} FROM ${TABLES}`;
/** For rows that never changed: returns `seq` as `changed`, so that the index on `seq` gives their order. */
export const SELECT_UNCHANGED_MESSAGE = `SELECT m.room_id AS roomId, m.seq, m.seq AS changed, ${OTHER_COLUMNS} FROM ${TABLES}`;

/** Each condition has a partial index: SQLite uses it only for a query that spells the condition this way. */
export const UNCHANGED = 'm.changed = m.seq';
export const CHANGED = 'm.changed > m.seq';
export const EDITED = `${CHANGED} AND m.deleted_at IS NULL`;

export const SELECT_ROOM = `SELECT r.id, r.slug, r.name, r.topic, r.created_by AS createdBy, r.head,
  (SELECT coalesce(max(seq), 0) FROM messages WHERE room_id = r.id) AS last FROM rooms r`;

export const USER_COLUMNS = `id, name, role, password_hash AS passwordHash,
  created_at AS createdAt, disabled_at AS disabledAt`;
export const SESSION_COLUMNS = `token_hash AS tokenHash, user_id AS userId,
  created_at AS createdAt, seen_at AS seenAt, expires_at AS expiresAt, device`;
