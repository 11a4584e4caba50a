/** Faults of the SQLite backend: kills, a second process, a corrupt file. */
import { Database } from 'bun:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore } from '../../store/sqlite/store.ts';
import type { Store } from '../../store/store.ts';
import { duplicate, numbers, roomOf, signUp, upTo } from './store-scene.ts';

let data: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'salon-faults-'));
});
afterEach(() => rmSync(data, { recursive: true }));

async function withStore<T>(work: (store: Store) => Promise<T>): Promise<T> {
  const store = await openSqliteStore({ data });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

async function manyMessages(store: Store): Promise<void> {
  const author = await signUp(store, 'Ann');
  await Promise.all(
    upTo(500).map((n) => store.messages.post({ roomId: 1, author, nonce: `n${n}`, body: 'x'.repeat(300) })),
  );
}

const DIE_AFTER_COMMIT = ['--preload', join(import.meta.dir, 'die-after-commit.ts')];

function child(run: string, bunOptions: readonly string[] = []) {
  const script = join(import.meta.dir, 'store-sqlite-child.ts');
  return Bun.spawn([process.execPath, ...bunOptions, script, data, run], { stdout: 'pipe', stderr: 'pipe' });
}

/** Lets the child write until it has printed `enough` answers, kills it, and returns all printed ones. */
async function answersUntilKilled(run: string, enough: number): Promise<Map<string, number>> {
  const writer = child(run);
  const decoder = new TextDecoder();
  let output = '';
  for await (const piece of writer.stdout) {
    output += decoder.decode(piece, { stream: true });
    if (output.split('\n').length > enough) writer.kill('SIGKILL');
  }
  await writer.exited;
  const lines = output.split('\n').slice(0, -1);
  return new Map(lines.map((line) => [line.split(' ')[0] ?? '', Number(line.split(' ')[1])]));
}

describe('kill -9', () => {
  test('every message that was answered before a kill -9 is there after it, once, under its number, without a gap', async () => {
    const answered = new Map<string, number>();
    for (const run of upTo(5)) {
      for (const [nonce, seq] of await answersUntilKilled(`run${run}`, 150 * run)) answered.set(nonce, seq);
    }
    expect(answered.size).toBeGreaterThan(2_000);
    const stored = await withStore((store) => store.messages.changedSince(1, 0, 1e9, 1e9));
    expect(numbers(stored)).toEqual(upTo(stored.length));
    const found = new Map(stored.map(({ nonce, seq }) => [nonce, seq]));
    expect(found.size).toBe(stored.length);
    for (const [nonce, seq] of answered) expect(found.get(nonce)).toBe(seq);
  });

  test('a message stored but not answered, when the server dies between the two, is a duplicate with the same number', async () => {
    const writer = child('run', DIE_AFTER_COMMIT);
    expect(await writer.exited).not.toBe(0);
    expect(writer.signalCode).toBe('SIGKILL');
    expect(await new Response(writer.stdout).text()).toBe('');
    await withStore(async (store) => {
      const room = await roomOf(store, 'general');
      const author = await store.users.byNameKey('ann');
      if (author === null) throw new Error('Ann is gone');
      const stored = await store.messages.latest(room.id, 1_000, 1_000);
      expect(stored.length).toBeGreaterThan(0);
      for (const { nonce, body, seq } of stored) {
        expect(duplicate(await store.messages.post({ roomId: room.id, author, nonce, body })).seq).toBe(seq);
      }
      expect(await store.messages.head(room.id)).toBe(stored.length);
    });
  });
});

describe('the data directory', () => {
  test('belongs to one process: a second one is refused with the pid of the first, and may have it when the first has ended', async () => {
    await withStore(async () => {
      await expect(openSqliteStore({ data })).rejects.toThrow(`is in use by another Salon (pid ${process.pid})`);
      const other = child('run');
      expect(await new Response(other.stderr).text()).toContain(`in use by another Salon (pid ${process.pid})`);
      expect(await other.exited).not.toBe(0);
    });
    await withStore(async (store) => expect(await store.users.count()).toBe(0));
  });

  test('is free again when its owner was killed', async () => {
    await answersUntilKilled('run', 10);
    await withStore(async (store) => expect(await store.users.count()).toBe(1));
  });

  test('is made if it is missing, for its owner only', async () => {
    const missing = join(data, 'deep', 'er');
    await (await openSqliteStore({ data: missing })).close();
    expect(statSync(missing).mode & 0o777).toBe(0o700);
    expect(statSync(join(missing, 'salon.db')).mode & 0o777).toBe(0o600);
  });

  test('that cannot be created is reported in one line that names it', async () => {
    const file = join(data, 'file');
    writeFileSync(file, '');
    const error = await openSqliteStore({ data: join(file, 'data') }).catch((error) => error);
    expect(error.name).toBe('StoreError');
    expect(error.message).toContain(join(file, 'data'));
    expect(error.message).not.toContain('\n');
  });
});

describe('the file', () => {
  const file = () => join(data, 'salon.db');
  const openingError = () =>
    openSqliteStore({ data }).then(
      () => null,
      (error) => error,
    );

  /** Overwrites everything but the first page. */
  function corrupt(): void {
    const bytes = readFileSync(file());
    writeFileSync(file(), bytes.fill(0xaa, 4_096));
  }

  test('that is no database is refused, and left as it is', async () => {
    writeFileSync(file(), 'these are the notes of somebody else, and they are long enough to be looked at');
    expect(await openingError()).toMatchObject({ name: 'StoreError', message: expect.stringContaining('is damaged') });
    expect(readFileSync(file(), 'utf8')).toStartWith('these are the notes');
  });

  test('that was corrupted while the store was not closed is refused at the start', async () => {
    await withStore(manyMessages);
    corrupt();
    writeFileSync(`${file()}-wal`, 'not empty');
    expect(await openingError()).toMatchObject({ name: 'StoreError', message: expect.stringContaining(file()) });
  });

  test('that was corrupted after a clean stop is noticed while the server runs', async () => {
    await withStore(manyMessages);
    const bytes = readFileSync(file());
    writeFileSync(file(), bytes.fill(0xaa, bytes.length - 20_480));
    const noticed = Promise.withResolvers<Error>();
    const store = await openSqliteStore({ data, onFatal: noticed.resolve, checkAfterMs: 0 });
    expect((await noticed.promise).message).toContain('is damaged');
    const author = { id: 1, name: 'Ann' };
    const late = await store.messages.post({ roomId: 1, author, nonce: null, body: 'late' });
    expect(late).toMatchObject({ kind: 'refused', code: 'busy' });
    await store.close();
    // No thread is left that touches the files: the last one to close a database removes its WAL.
    expect(readdirSync(data).toSorted()).toEqual(['lock', 'salon.db']);
  });

  test('that was cut short is refused', async () => {
    await withStore(manyMessages);
    truncateSync(file(), 8_192);
    expect(await openingError()).toMatchObject({ name: 'StoreError' });
  });
});

describe('a snapshot', () => {
  test('is whole, taken while others write, and opens as a store with an epoch of its own', async () => {
    const copy = join(data, 'copy', 'salon.db');
    mkdirSync(join(data, 'copy'));
    const epoch = await withStore(async (store) => {
      const author = await signUp(store, 'Ann');
      const post = (n: number) => store.messages.post({ roomId: 1, author, nonce: `n${n}`, body: `m${n}` });
      await Promise.all(upTo(200).map(post));
      const more = upTo(200).map((n) => post(200 + n));
      await store.snapshot(copy);
      await Promise.all(more);
      return store.epoch;
    });
    const copied = await openSqliteStore({ data: join(data, 'copy') });
    const stored = await copied.messages.changedSince(1, 0, 1_000, 1_000);
    expect(stored.length).toBeGreaterThanOrEqual(200);
    expect(numbers(stored)).toEqual(upTo(await copied.messages.head(1)));
    expect(copied.epoch).not.toBe(epoch);
    await copied.close();
    expect(statSync(copy).mode & 0o777).toBe(0o600);
  });

  test('leaves a file alone that looks like an unfinished copy, and leaves none behind', async () => {
    const directory = join(data, 'copies');
    mkdirSync(directory);
    writeFileSync(join(directory, 'copy.part'), 'precious');
    await withStore((store) => store.snapshot(join(directory, 'copy')));
    expect(readFileSync(join(directory, 'copy.part'), 'utf8')).toBe('precious');
    expect(readdirSync(directory).sort()).toEqual(['copy', 'copy.part']);
  });

  test('of several at once is taken for each target, whole, and for the same target once', async () => {
    const directory = join(data, 'copies');
    mkdirSync(directory);
    await withStore(async (store) => {
      await manyMessages(store);
      const targets = ['a', 'b', 'c', 'c', 'c'].map((name) => join(directory, name));
      const ends = await Promise.allSettled(targets.map((target) => store.snapshot(target)));
      const refused = ends.flatMap((end) => (end.status === 'rejected' ? [String(end.reason)] : []));
      expect(refused).toEqual(Array(2).fill(expect.stringContaining(`${join(directory, 'c')} exists already`)));
    });
    expect(readdirSync(directory).sort()).toEqual(['a', 'b', 'c']);
    for (const name of ['a', 'b', 'c']) {
      using copy = new Database(join(directory, name), { readonly: true });
      expect(copy.prepare('SELECT count(*) AS n FROM messages').get()).toEqual({ n: 500 });
      expect(copy.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    }
  });

  test('does not overwrite a file', async () => {
    const target = join(data, 'precious');
    writeFileSync(target, 'precious');
    await withStore(async (store) => {
      await expect(store.snapshot(target)).rejects.toThrow('exists already');
    });
    expect(readFileSync(target, 'utf8')).toBe('precious');
  });
});
