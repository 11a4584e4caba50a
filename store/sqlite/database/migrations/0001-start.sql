CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value ANY NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE users (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL UNIQUE,
  password_hash TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('member', 'administrator')),
  created_at INTEGER NOT NULL,
  disabled_at INTEGER
) STRICT;

CREATE TABLE sessions (
  token_hash TEXT PRIMARY KEY,
  user_id INTEGER NOT NULL REFERENCES users,
  created_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_of_user ON sessions (user_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE rooms (
  id INTEGER PRIMARY KEY,
  slug TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL COLLATE NOCASE,
  topic TEXT NOT NULL,
  kind TEXT NOT NULL DEFAULT 'open',
  head INTEGER NOT NULL DEFAULT 0,
  created_by INTEGER REFERENCES users,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX rooms_by_name ON rooms (name, slug);

-- body_hash: of the text as it was first posted, set when the body stops being that text.
CREATE TABLE messages (
  room_id INTEGER NOT NULL REFERENCES rooms,
  seq INTEGER NOT NULL,
  author_id INTEGER NOT NULL REFERENCES users,
  nonce TEXT,
  body_hash BLOB,
  body TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  changed INTEGER NOT NULL,
  edited_at INTEGER,
  deleted_at INTEGER,
  PRIMARY KEY (room_id, seq)
) STRICT;
-- The nonce comes first because it begins with its time: new entries go to the end of the index, whoever writes.
CREATE UNIQUE INDEX messages_by_nonce ON messages (nonce, author_id) WHERE nonce IS NOT NULL;
-- A message is in messages_unchanged until it changes, then in messages_by_change, and in messages_edited while it is
-- not deleted: no read has to step over rows that it does not want, however many there are.
CREATE UNIQUE INDEX messages_unchanged ON messages (room_id, seq) WHERE changed = seq;
CREATE UNIQUE INDEX messages_by_change ON messages (room_id, changed) WHERE changed > seq;
CREATE UNIQUE INDEX messages_edited ON messages (room_id, seq) WHERE changed > seq AND deleted_at IS NULL;

CREATE TABLE memberships (
  user_id INTEGER NOT NULL REFERENCES users,
  room_id INTEGER NOT NULL REFERENCES rooms,
  role TEXT NOT NULL DEFAULT 'member',
  read_seq INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (user_id, room_id)
) STRICT, WITHOUT ROWID;
