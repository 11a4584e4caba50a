import { Database } from 'bun:sqlite';
import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StoreError } from '../../store-error.ts';
import { writeBackup } from './backup.ts';
import { MIGRATIONS, openSchema } from './schema.ts';

const NEXT = 'ALTER TABLE rooms ADD COLUMN colour TEXT';
const BROKEN = 'ALTER TABLE rooms ADD COLUMN shade TEXT; ALTER TABLE missing ADD COLUMN x TEXT';

let data: string;
let file: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'salon-schema-'));
  file = join(data, 'salon.db');
});
afterEach(() => rmSync(data, { recursive: true }));

function make(migrations = MIGRATIONS): void {
  openSchema(file, migrations).close(true);
}

function problem(migrations = MIGRATIONS): StoreError {
  try {
    make(migrations);
  } catch (error) {
    if (error instanceof StoreError) return error;
    throw error;
  }
  throw new Error('it was opened');
}

function read<T>(path: string, sql: string): T[] {
  using db = new Database(path, { readonly: true });
  return db.prepare<T, []>(sql).all();
}

const snapshots = () => readdirSync(data).filter((name) => /^salon-v\d+-.*\.db$/.test(name));

test('a new database is made once and then left as it is', () => {
  make();
  const before = read(file, 'SELECT * FROM meta ORDER BY key');
  make();
  expect(read(file, 'SELECT * FROM meta ORDER BY key')).toEqual(before);
  expect(snapshots()).toEqual([]);
});

test('before an older database is migrated a copy of it is written beside it', () => {
  make();
  make([...MIGRATIONS, NEXT]);
  expect(read(file, 'SELECT colour FROM rooms').length).toBe(3);
  const [copy = '', ...others] = snapshots();
  expect(others).toEqual([]);
  expect(read(join(data, copy), 'PRAGMA user_version')).toEqual([{ user_version: MIGRATIONS.length }]);
  expect(read(join(data, copy), 'SELECT slug FROM rooms').length).toBe(3);
  make([...MIGRATIONS, NEXT]);
  expect(snapshots()).toEqual([copy]);
});

test('a migration that fails leaves the database as it was before that step', () => {
  make();
  problem([...MIGRATIONS, NEXT, BROKEN]);
  expect(read(file, 'PRAGMA user_version')).toEqual([{ user_version: MIGRATIONS.length + 1 }]);
  expect(() => read(file, 'SELECT shade FROM rooms')).toThrow('no such column');
  make([...MIGRATIONS, NEXT]);
});

test('a database of a newer Salon is refused, with its name and both versions, and not touched', () => {
  make([...MIGRATIONS, NEXT]);
  const before = readFileSync(file);
  const { message } = problem();
  const versions = `its schema is ${MIGRATIONS.length + 1}, this one knows ${MIGRATIONS.length}`;
  expect(message).toContain(`${file} was written by a newer Salon (${versions})`);
  expect(message).not.toContain('\n');
  expect(readFileSync(file)).toEqual(before);
});

test('a user who was logged in before sessions had a device stays logged in', () => {
  make(MIGRATIONS.slice(0, 1));
  using db = new Database(file);
  db.run("INSERT INTO users VALUES (1, 'ann', 'ann', 'hash', 'member', 0, NULL)");
  db.run("INSERT INTO sessions VALUES ('a1', 1, 0, 0, 9000000000000)");
  db.close();
  make();
  expect(read(file, 'SELECT token_hash, device FROM sessions')).toEqual([{ token_hash: 'a1', device: '' }]);
});

/** Every row of every table, and what SQLite keeps of the schema beside the two tables that get a counter. */
function contents() {
  const tables = ['meta', 'users', 'sessions', 'rooms', 'messages', 'memberships'];
  const rows = tables.map((table) => [table, read(file, `SELECT * FROM ${table} ORDER BY 1, 2`)]);
  const indexes = read(file, "SELECT name, tbl_name, sql FROM sqlite_schema WHERE type = 'index' ORDER BY name");
  const references = tables.map((table) => [table, read(file, `PRAGMA foreign_key_list(${table})`)]);
  const columns = tables.map((table) => [table, read(file, `PRAGMA table_xinfo(${table})`)]);
  return { rows, indexes, references, columns };
}

/** A database without counters, in use: with a drill room, edited and deleted messages, and read marks. */
function makeWithoutCounters(): void {
  make(MIGRATIONS.slice(0, 2));
  using db = new Database(file);
  db.run(`INSERT INTO users VALUES (1, 'Ann', 'ann', 'h1', 'administrator', 1, NULL), (7, 'Bob', 'bob', 'h7', 'member', 2, 3),
    (-5001, 'bot', 'SCRATCH 0', '', 'member', 4, NULL)`);
  db.run(
    "INSERT INTO sessions VALUES ('a1', 1, 0, 0, 9000000000000, 'Firefox'), ('s1', -5001, 0, 0, 9000000000000, '')",
  );
  db.run(`INSERT INTO rooms VALUES (9, 'tea', 'Tea', 'of tea', 'open', 4, 7, 5),
    (-5000, 'scratch', 'Scratch', '', 'scratch', 1, NULL, 6)`);
  db.run(`INSERT INTO messages VALUES (9, 1, 1, 'n1', NULL, 'one', 7, 1, NULL, NULL),
    (9, 2, 7, NULL, x'01', 'edited', 7, 3, 8, NULL), (9, 4, 7, NULL, x'02', '', 7, 5, NULL, 8),
    (-5000, 1, -5001, 'n2', NULL, 'drill', 7, 1, NULL, NULL)`);
  db.run('INSERT INTO memberships VALUES (1, 9, ?, 2), (-5001, -5000, ?, 1)', ['member', 'member']);
}

test('a database from before ids were counted keeps every row, index and reference', () => {
  makeWithoutCounters();
  const before = contents();
  make();
  expect(contents()).toEqual(before);
  expect(read(file, 'PRAGMA foreign_key_check')).toEqual([]);
  expect(read(file, 'PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
});

test('references are enforced on the connection that migrated, too', () => {
  makeWithoutCounters();
  using db = openSchema(file);
  expect(() => db.run('DELETE FROM users WHERE id = 1')).toThrow('FOREIGN KEY');
  expect(() => db.run("INSERT INTO sessions VALUES ('x', 4711, 0, 0, 0, '')")).toThrow('FOREIGN KEY');
});

test('ids go on after the highest one of the older database, whatever is deleted from then on, in a backup too', () => {
  makeWithoutCounters();
  using db = openSchema(file);
  const insertUser = `INSERT INTO users (name, name_key, password_hash, role, created_at) VALUES ('C', ?, '', 'member', 0) RETURNING id`;
  const insertRoom = `INSERT INTO rooms (slug, name, topic, created_at) VALUES (?, 'R', '', 0) RETURNING id`;
  const newIds = (key: string, into = db) => [insertUser, insertRoom].map((sql) => into.prepare(sql).get(key));
  expect(newIds('c')).toEqual([{ id: 8 }, { id: 10 }]);
  db.run('DELETE FROM users WHERE id = 8');
  db.run('DELETE FROM rooms WHERE id = 10');
  const copy = join(data, 'copy.db');
  writeBackup(db, copy);
  expect(newIds('d')).toEqual([{ id: 9 }, { id: 11 }]);
  using restored = openSchema(copy);
  expect(newIds('d', restored)).toEqual([{ id: 9 }, { id: 11 }]);
});

test("another program's database is refused and not touched", () => {
  const other = new Database(file, { create: true });
  other.run('CREATE TABLE recipes (dish TEXT)');
  other.close(true);
  expect(problem().message).toContain(`${file} is a database of another program`);
  expect(read(file, 'SELECT name FROM sqlite_schema')).toEqual([{ name: 'recipes' }]);
});
