import { Database } from 'bun:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { salon, salonAtTerminal } from './support/command.ts';
import { PASSWORD } from './support/person.ts';

let data: string;

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'salon-cli-'));
});

afterEach(() => rm(data, { recursive: true, force: true }));

const PAGE_BYTES = 4_096;

const oneLine = /^salon: [^\n]+\n$/;

test('help and version are printed, and nothing is made on disk for it', async () => {
  for (const words of [[], ['help'], ['--help'], ['-h'], ['serve', '--help'], ['help', 'user'], ['user', '-h']]) {
    const { code, out, err } = await salon(words, { cwd: data });
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('salon');
  }
  expect((await salon(['version'])).out).toMatch(/^Salon \d+\.\d+\.\d+ on Bun \d+\.\d+\.\d+\n$/);
  expect(await Array.fromAsync(new Bun.Glob('**/*').scan({ cwd: data, dot: true }))).toEqual([]);
});

const TYPED_WRONGLY: ReadonlyArray<readonly [words: readonly string[], named: string]> = [
  [['sreve'], 'sreve'],
  [['serve', '--prot', '1'], '--prot'],
  [['serve', '--port', 'x'], '--port'],
  [['serve', 'now'], 'now'],
  [['user'], 'what to do. See: salon help user'],
  [['user', 'add'], 'NAME'],
  [['user', 'remove', 'ann'], 'Unknown argument "remove". See: salon help user'],
  [['user', 'add', 'ann', 'bob'], 'bob'],
  [['user', 'add', 'ann', '--port', '1'], '--port'],
  [['user', 'role', 'ann'], 'ROLE'],
  [['user', 'role', 'ann', 'king'], 'administrator'],
  [['user', 'role', 'ann', 'member', '--administrator'], '--administrator'],
  [['room'], 'what to do. See: salon help room'],
  [['room', 'add'], 'NAME'],
  [['room', 'list', 'all'], 'all'],
  [['backup'], 'FILE'],
  [['drill', 'now'], 'now'],
  [['drill', '--clients', '1'], '--clients'],
  [['drill', '--seconds', 'soon'], '--seconds'],
  [['backup', '--redis-url', 'redis://x'], '--redis-url'],
];

test('what is typed wrongly is answered with one line that names it, the way to help, and exit code 2', async () => {
  for (const [words, named] of TYPED_WRONGLY) {
    const { code, out, err } = await salon([...words, '--data', data].slice(0, words[0] === 'sreve' ? 1 : undefined));
    expect([words, code, out]).toEqual([words, 2, '']);
    expect(err).toMatch(oneLine);
    expect(err).toContain(named);
    expect(err).toContain('help');
  }
});

test('a bad variable of the environment is one line that names it, and exit code 2', async () => {
  const { code, err } = await salon(['serve'], { cwd: data, env: { SALON_HISTORY: 'lots' } });
  expect([code, err]).toEqual([2, expect.stringMatching(/^salon: SALON_HISTORY: "lots"[^\n]+\n$/)]);
});

test('a data directory that cannot be made is one line, and exit code 1', async () => {
  await writeFile(join(data, 'file'), '');
  for (const words of [
    ['serve', '-p', '0'],
    ['room', 'list'],
  ]) {
    const { code, out, err } = await salon([...words, '--data', join(data, 'file', 'data')]);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(oneLine);
  }
});

describe('a database damaged after a clean stop', () => {
  /** Overwrites the first page of a table or an index. */
  async function damage(name: string): Promise<void> {
    const file = join(data, 'salon.db');
    using database = new Database(file, { readonly: true });
    const root = database.prepare<{ page: number }, [string]>(
      'SELECT rootpage AS page FROM sqlite_schema WHERE name = ?',
    );
    const end = (root.get(name)?.page ?? 0) * PAGE_BYTES;
    await writeFile(file, (await readFile(file)).fill(0xaa, end - PAGE_BYTES, end));
  }

  test.each(['meta', 'users', 'rooms'])('in %s is told so in one line, at the start that meets it', async (table) => {
    const at = ['--data', data];
    await salon(['room', 'list', ...at]);
    await damage(table);
    const { code, out, err } = await salon(['serve', '-p', '0', ...at]);
    expect([code, out, err]).toEqual([1, '', expect.stringMatching(oneLine)]);
    expect(err).toContain('is damaged');
    expect(err).not.toContain('.ts');
  });

  test('is reported in one line by the command whose write meets it', async () => {
    const at = ['--data', data];
    await salon(['room', 'list', ...at]);
    await damage('sqlite_autoindex_users_1');
    const { code, out, err } = await salon(['user', 'add', 'ann', ...at], { input: PASSWORD });
    expect([code, out, err]).toEqual([1, '', expect.stringMatching(oneLine)]);
    expect(err).toContain('is damaged');
  });
});

test('S19: rooms are listed and made before anybody serves them', async () => {
  const at = ['--data', data];
  expect((await salon(['room', 'add', 'Tea Room', ...at])).out).toBe('tea-room\tTea Room\n');
  const { out } = await salon(['room', 'list', ...at]);
  for (const slug of ['general', 'random', 'help', 'tea-room']) expect(out).toMatch(new RegExp(`^${slug}\t`, 'm'));
  const again = await salon(['room', 'add', 'Tea Room', ...at]);
  expect([again.code, again.err]).toEqual([1, expect.stringMatching(oneLine)]);
});

test('a file where the data directory should be is reported in one line, by every command that makes one', async () => {
  const file = join(data, 'file');
  await writeFile(file, '');
  for (const words of [['serve'], ['room', 'list'], ['user', 'disable', 'ann'], ['backup', 'copy.db']]) {
    for (const place of [file, join(file, 'data')]) {
      const { code, out, err } = await salon([...words, '--data', place]);
      expect([words, code, out, err]).toEqual([words, 1, '', expect.stringMatching(oneLine)]);
      expect(err).toStartWith(`salon: The data directory ${place} is a file`);
    }
  }
});

test('a user is added with a password from standard input; a weak one and a taken name are one line', async () => {
  const add = (input: string) => salon(['user', 'add', 'ann', '--data', data], { input });
  const weak = await add('short\n');
  expect([weak.code, weak.err]).toEqual([1, expect.stringMatching(oneLine)]);
  expect(await add(`${PASSWORD}\n`)).toEqual({ code: 0, out: 'ann can log in now.\n', err: '' });
  const taken = await add(`${PASSWORD}\n`);
  expect([taken.code, taken.err]).toEqual([1, expect.stringMatching(oneLine)]);
  const unknown = await salon(['user', 'disable', 'nobody', '--data', data]);
  expect([unknown.code, unknown.err]).toEqual([1, expect.stringMatching(oneLine)]);
});

test('at a terminal the password is asked for twice and never shown', async () => {
  const words = ['user', 'add', 'ann', '--administrator', '--data', data];
  const right = await salonAtTerminal(words, [
    ['Password:', `${PASSWORD}\r`],
    ['again:', `${PASSWORD}\r`],
  ]);
  expect(right.code).toBe(0);
  expect(right.screen).toContain('ann can log in now, as an administrator.');
  expect(right.screen).not.toContain('horse');
});

test('two different passwords, or Ctrl-C at the question, change nothing', async () => {
  const words = ['user', 'add', 'ann', '--data', data];
  const different = await salonAtTerminal(words, [
    ['Password:', `${PASSWORD}\r`],
    ['again:', 'another one\r'],
  ]);
  expect([different.code, different.screen]).toEqual([1, expect.stringContaining('differ')]);
  expect((await salonAtTerminal(words, [['Password:', '\x03']])).code).toBe(1);
  expect((await salon(words, { input: PASSWORD })).code).toBe(0);
});

test('a backup is a whole data base in a new file, and never goes over an old one', async () => {
  const file = join(data, 'copy.db');
  const backup = () => salon(['backup', 'copy.db', '--data', join(data, 'live')], { cwd: data });
  expect(await backup()).toEqual({ code: 0, out: `Everything is in ${file}, as of now.\n`, err: '' });
  expect(await Bun.file(file).slice(0, 15).text()).toBe('SQLite format 3');
  const again = await backup();
  expect([again.code, again.err]).toEqual([1, expect.stringContaining('exists already')]);
});

test('a backup to where nothing can be written is one line that names the file, and exit code 1', async () => {
  await writeFile(join(data, 'file'), '');
  for (const file of [join(data, 'none', 'copy.db'), join(data, 'file', 'copy.db')]) {
    const { code, out, err } = await salon(['backup', file, '--data', join(data, 'live')]);
    expect([code, out, err]).toEqual([1, '', expect.stringMatching(oneLine)]);
    expect(err).toStartWith(`salon: ${file} cannot be written`);
    expect(err).not.toMatch(/\.part|\.ts/);
  }
});
