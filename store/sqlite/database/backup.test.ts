import { Database } from 'bun:sqlite';
import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeBackup } from './backup.ts';
import { openSchema } from './schema.ts';

let data: string;
let db: Database;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'salon-copy-'));
  db = openSchema(join(data, 'salon.db'));
});
afterEach(() => {
  db.close(true);
  rmSync(data, { recursive: true });
});

const copies = () => readdirSync(data).filter((name) => name.startsWith('copy'));

/** A backup to `target` that calls `meanwhile` in its middle. */
function interrupted(target: string, meanwhile: () => void): void {
  using slow = new Database(join(data, 'salon.db'), { readonly: true });
  slow.prepare = new Proxy(slow.prepare, {
    apply(prepare, self, given) {
      meanwhile();
      return Reflect.apply(prepare, self, given);
    },
  });
  writeBackup(slow, target);
}

test('of two backups to the same target at once the first to finish stays, and the other is refused', () => {
  const target = join(data, 'copy.db');
  let ready: Buffer | undefined;
  const second = () => {
    writeBackup(db, target);
    ready = readFileSync(target);
  };
  expect(() => interrupted(target, second)).toThrow(`${target} exists already`);
  expect(ready).toEqual(readFileSync(target));
  expect(copies()).toEqual(['copy.db']);
});

test('a copy that fails does not take an unfinished one with it', () => {
  const target = join(data, 'copy.db');
  interrupted(target, () => {
    const failing = () =>
      interrupted(target, () => {
        throw new Error('the disk is gone');
      });
    expect(failing).toThrow('the disk is gone');
  });
  expect(copies()).toEqual(['copy.db']);
});
