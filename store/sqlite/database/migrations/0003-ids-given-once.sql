-- AUTOINCREMENT: an id is given once, also after its row was deleted, so that nothing that still bears the id of a
-- deleted user or room passes to the next one. SQLite cannot add it to a table; both tables are made anew, and the rows
-- keep their ids. The negative ids of drill rooms do not count. Needs `foreign_keys = OFF`, or the drop of the old table
-- would delete its rows one by one, each with a search for its references; nothing but these two tables is written.
CREATE TABLE new_users (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL UNIQUE,
  password_hash TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('member', 'administrator')),
  created_at INTEGER NOT NULL,
  disabled_at INTEGER
) STRICT;
INSERT INTO new_users SELECT id, name, name_key, password_hash, role, created_at, disabled_at FROM users;
DROP TABLE users;
ALTER TABLE new_users RENAME TO users;

CREATE TABLE new_rooms (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  slug TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL COLLATE NOCASE,
  topic TEXT NOT NULL,
  kind TEXT NOT NULL DEFAULT 'open',
  head INTEGER NOT NULL DEFAULT 0,
  created_by INTEGER REFERENCES users,
  created_at INTEGER NOT NULL
) STRICT;
INSERT INTO new_rooms SELECT id, slug, name, topic, kind, head, created_by, created_at FROM rooms;
DROP TABLE rooms;
ALTER TABLE new_rooms RENAME TO rooms;
CREATE INDEX rooms_by_name ON rooms (name, slug);
