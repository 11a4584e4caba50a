import { afterEach, beforeEach, expect, test } from 'bun:test';
import { chmod, copyFile, mkdir, mkdtemp, realpath, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cleanEnvironment } from './support/server.ts';

const LAUNCHER = new URL('../bin/salon', import.meta.url).pathname;

let top: string;
let home: string;
let bin: string;

beforeEach(async () => {
  top = await realpath(await mkdtemp(join(tmpdir(), 'salon-launcher-')));
  [home, bin] = [join(top, 'a house'), join(top, 'bin')];
  await write('a house/package-lock.json', '{}');
  await write('a house/bin/salon', '');
  await copyFile(LAUNCHER, join(home, 'bin/salon'));
  for (const tool of ['sh', 'dirname', 'readlink', 'pwd', 'touch', 'mkdir', 'cp', 'chmod', 'head'])
    await linkTool(tool);
});

afterEach(() => rm(top, { recursive: true, force: true }));

/** Prints how it was called; replaces Bun. */
const BUN = `#!/bin/sh
[ "$1" = --version ] && exit 0
echo "bun $$ in $(pwd):"; for word in "$@"; do echo "<$word>"; done`;

const NOTE_ONLY = `#!/bin/sh
echo "the install script did not run" >&2; exit 1`;

/** An npm that installs this Bun, and records its arguments. */
const npm = (installs: boolean, isComplete = false): string => `#!/bin/sh
echo "npm $*" >>'${top}/asked'
[ "$1" != ls ] || exit ${isComplete ? 0 : 1}
${installs ? `mkdir -p node_modules/.bin && cp '${top}/bun' node_modules/.bin/bun && touch node_modules/.package-lock.json` : 'exit 1'}`;

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(top, path)), { recursive: true });
  await writeFile(join(top, path), text);
  await chmod(join(top, path), 0o755);
}

async function linkTool(name: string): Promise<void> {
  const found = Bun.which(name);
  if (found === null) return;
  await mkdir(bin, { recursive: true });
  await symlink(found, join(bin, name));
}

async function installed(bunAt = 'node_modules/.bin/bun'): Promise<void> {
  await write(`a house/${bunAt}`, BUN);
  await write('a house/node_modules/.package-lock.json', '{}');
  await lockChanged(-60);
}

/** Seconds from now: newer or older than what is installed. */
async function lockChanged(seconds: number): Promise<void> {
  const time = Date.now() / 1000 + seconds;
  await utimes(join(home, 'package-lock.json'), time, time);
}

async function start(args: string[] = [], from = top, file = join(home, 'bin/salon')) {
  const env = cleanEnvironment({ PATH: bin });
  const child = Bun.spawn([file, ...args], { cwd: from, env, stdin: 'ignore', stdout: 'pipe', stderr: 'pipe' });
  const [out, err, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  const askedFile = Bun.file(join(top, 'asked'));
  const asked = (await askedFile.exists()) ? (await askedFile.text()).trim().split('\n') : [];
  return { pid: child.pid, out, err, code, asked };
}

test('salon becomes Bun: one process, in the directory of the caller, with the words as they were', async () => {
  await installed();
  const { pid, out, err, code } = await start(['user', 'add', 'a name', '*']);
  expect([code, err]).toEqual([0, '']);
  expect(out).toStartWith(`bun ${pid} in ${top}:\n`);
  expect(out).toEndWith(`<${home}/cli/main.ts>\n<user>\n<add>\n<a name>\n<*>\n`);
});

test('salon finds its house through symlinks, absolute and relative', async () => {
  await installed();
  await symlink(join(home, 'bin/salon'), join(top, 'one'));
  await mkdir(join(top, 'deep'));
  await symlink('../one', join(top, 'deep/two'));
  const { out } = await start(['version'], '/', join(top, 'deep/two'));
  expect(out).toEndWith(`<${home}/cli/main.ts>\n<version>\n`);
});

test('where install scripts may not run, the Bun that was downloaded is used', async () => {
  await installed('node_modules/@oven/bun-linux-x64/bin/bun');
  await write('a house/node_modules/@oven/bun-linux-musl/bin/bun', NOTE_ONLY);
  await write('a house/node_modules/.bin/bun', NOTE_ONLY);
  const { out, asked } = await start(['version']);
  expect(out).toEndWith('<version>\n');
  expect(asked).toEqual([]);
});

test('the first start installs what is pinned, in a line or two, and goes on', async () => {
  await write('bun', BUN);
  await write('bin/npm', npm(true));
  const { out, err, code, asked } = await start(['version']);
  expect(code).toBe(0);
  expect(out).toEndWith('<version>\n');
  expect(err.trim().split('\n').length).toBeLessThanOrEqual(2);
  expect(asked.filter((line) => line.startsWith('npm ci --omit=dev'))).toHaveLength(1);
});

test('the second start installs nothing and asks nobody', async () => {
  await installed();
  await write('bin/npm', npm(false));
  expect((await start(['version'])).asked).toEqual([]);
});

test('after an update that needs nothing new, nothing is installed', async () => {
  await installed();
  await lockChanged(60);
  await write('bin/npm', npm(false, true));
  const { code, asked } = await start(['version']);
  expect([code, asked]).toEqual([0, ['npm ls --omit=dev']]);
});

test('after an update that needs something new, it is installed; what a developer has is kept', async () => {
  await installed();
  await lockChanged(60);
  await write('bun', BUN);
  await write('bin/npm', npm(true));
  await mkdir(join(home, 'node_modules/typescript'), { recursive: true });
  const { code, asked } = await start(['version']);
  expect(code).toBe(0);
  expect(asked.at(-1)).toStartWith('npm ci --include=dev');
});

test('without Node.js there is one clear line', async () => {
  const { code, err } = await start(['serve']);
  expect(code).toBe(1);
  expect(err).toMatch(/^salon: Node\.js with npm is needed[^\n]*\n$/);
});

test('when installing fails, that is said, and how to go on', async () => {
  await write('bin/npm', npm(false));
  const { code, err } = await start(['serve']);
  expect(code).toBe(1);
  expect(err).toContain('salon: installing failed');
});
