import { Database } from 'bun:sqlite';
import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StoreError } from '../../store-error.ts';
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

test('who was signed in before their sessions had a device stays signed in', () => {
  make(MIGRATIONS.slice(0, 1));
  using db = new Database(file);
  db.run("INSERT INTO users VALUES (1, 'ann', 'ann', 'hash', 'member', 0, NULL)");
  db.run("INSERT INTO sessions VALUES ('a1', 1, 0, 0, 9000000000000)");
  db.close();
  make();
  expect(read(file, 'SELECT token_hash, device FROM sessions')).toEqual([{ token_hash: 'a1', device: '' }]);
});

test("another program's database is refused and not touched", () => {
  const other = new Database(file, { create: true });
  other.run('CREATE TABLE recipes (dish TEXT)');
  other.close(true);
  expect(problem().message).toContain(`${file} is a database of another program`);
  expect(read(file, 'SELECT name FROM sqlite_schema')).toEqual([{ name: 'recipes' }]);
});
