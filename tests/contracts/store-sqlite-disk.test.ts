/** A really full disk: a small one in memory, mounted for the test. */
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore } from '../../store/sqlite/store.ts';
import type { Store } from '../../store/store.ts';
import { applied, roomOf, signUp, upTo } from './store-scene.ts';

const mounts = canMount();
if (!mounts) console.warn('The full disk is not tested: that needs Linux and the right to mount.');

describe.if(mounts)('a full disk', () => {
  let disk: string;
  beforeEach(() => {
    disk = mkdtempSync(join(tmpdir(), 'salon-disk-'));
    run('mount', '-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', disk);
  });
  afterEach(() => {
    run('umount', disk);
    rmSync(disk, { recursive: true });
  });

  test('refuses what it cannot keep, goes on reading, and takes messages again when there is room', async () => {
    const fatal: Error[] = [];
    const store = await openSqliteStore({ data: disk, onFatal: (error) => fatal.push(error) });
    try {
      await fillAndFree(store, join(disk, 'filler'));
    } finally {
      await store.close();
    }
    expect(fatal).toEqual([]);
  });

  test('at the start is reported in one line', async () => {
    fill(join(disk, 'filler'));
    const error = await openSqliteStore({ data: disk }).catch((error) => error);
    expect(error.name).toBe('StoreError');
    expect(error.message).toContain(disk);
    expect(error.message).not.toContain('\n');
  });
});

async function fillAndFree(store: Store, filler: string): Promise<void> {
  const author = await signUp(store, 'Ann');
  const room = await roomOf(store, 'general');
  const post = (n: number) =>
    store.messages.post({ roomId: room.id, author, nonce: `n${n}`, body: `${n} ${'x'.repeat(4_000)}` });
  const first = applied(await post(0));
  fill(filler);
  const written = await Promise.all(upTo(500).map(post));
  const refused = written.filter((each) => each.kind === 'refused');
  expect(refused.length).toBeGreaterThan(0);
  for (const each of refused) expect(each).toMatchObject({ code: 'storage_full', retryAfter: expect.any(Number) });
  const room2 = { slug: 'x', name: 'X', topic: 'x'.repeat(100_000), createdBy: null };
  expect(await store.rooms.create(room2).catch((error) => error)).toMatchObject({ code: 'storage_full' });
  expect((await store.messages.latest(room.id, 1, 1))[0]).toEqual(first);
  rmSync(filler);
  const stored = written.length - refused.length;
  const again = await Promise.all(upTo(20).map((n) => post(1_000 + n)));
  expect(again.map((each) => applied(each).seq)).toEqual(upTo(20).map((n) => 1 + stored + n));
  expect(await store.messages.head(room.id)).toBe(21 + stored);
}

/** Fills the disk. */
function fill(file: string): void {
  const block = Buffer.alloc(4_096);
  try {
    for (;;) writeFileSync(file, block, { flag: 'a' });
  } catch {
    // The disk is full.
  }
}

function canMount(): boolean {
  const disk = mkdtempSync(join(tmpdir(), 'salon-disk-'));
  try {
    run('mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk);
    run('umount', disk);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(disk, { recursive: true });
  }
}

function run(...command: string[]): void {
  const { exitCode, stderr } = Bun.spawnSync(command);
  if (exitCode !== 0) throw new Error(stderr.toString());
}
