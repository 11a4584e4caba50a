import { afterEach, beforeEach, expect, test } from 'bun:test';
import { chmod, mkdir, mkdtemp, rm, rmdir, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createLog } from '../../channels/log.ts';
import { FormErrors } from '../accounts/form-errors.ts';
import { type AdminCommand, CommandError, type CommandTargets } from './commands.ts';
import { type Control, controlPath, openControl, parseAnswer, reachControl, sendCommand } from './control-socket.ts';
import { DRILL_PATH } from './drill-reservation.ts';

let data: string;
let done: string[];
let logged: string;
let control: Control | null;

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'salon-control-'));
  done = [];
  logged = '';
  control = null;
});

afterEach(async () => {
  await control?.stop();
  await rm(data, { recursive: true, force: true });
});

const room = { id: 7, slug: 'tea', name: 'Tea', topic: '', createdBy: null, head: 0, last: 0 };

const note =
  (what: string) =>
  async (...words: unknown[]): Promise<void> =>
    void done.push([what, ...words].join(' '));

const targets: CommandTargets = {
  accounts: {
    add: note('add'),
    setPassword: note('password'),
    setRole: note('role'),
    disable: note('disable'),
    enable: async () => {
      throw FormErrors.of('username', 'unknown', 'There is no user of this name.');
    },
  },
  directory: {
    add: async (name) => ({ ...room, name }),
    list: async () => {
      throw new TypeError('a bug, with a secret in it');
    },
  },
  store: { snapshot: note('snapshot') },
};

const listen = (directory = data): Control => {
  control = openControl(
    directory,
    targets,
    createLog(1, (line) => (logged += line)),
    { answer: async () => Response.json({ lines: ['a drill'] }), stop: note('stop the drill') },
  );
  return control;
};

const problemOf = async (command: AdminCommand, directory = data): Promise<string> => {
  const error = await sendCommand(directory, command).catch((thrown: unknown) => thrown);
  if (!(error instanceof CommandError)) throw new Error(`no problem: ${JSON.stringify(error)}`);
  return error.message;
};

const raw = (body: string): Promise<Response> =>
  fetch('http://salon/', { unix: controlPath(data), method: 'POST', body });

test('a running server carries out what another command asks for', async () => {
  listen();
  expect(await sendCommand(data, { command: 'room add', name: 'Tea' })).toEqual(['tea\tTea']);
  await sendCommand(data, { command: 'user add', name: 'ann', password: 'long enough', role: 'administrator' });
  await sendCommand(data, { command: 'user passwd', name: 'ann', password: 'longer still' });
  await sendCommand(data, { command: 'user role', name: 'ann', role: 'member' });
  await sendCommand(data, { command: 'user disable', name: 'ann' });
  await sendCommand(data, { command: 'backup', file: join(data, 'copy.db') });
  expect(done).toEqual([
    'add ann long enough administrator',
    'password ann longer still',
    'role ann member',
    'disable ann',
    `snapshot ${join(data, 'copy.db')}`,
  ]);
});

test('a password that was set never stands in the log', async () => {
  listen();
  await sendCommand(data, { command: 'user passwd', name: 'ann', password: 'hunter2hunter2' });
  expect(logged).toContain('user passwd');
  expect(logged).not.toContain('hunter2');
});

test('what the server refuses arrives as its own words; a fault of the server as no more than that', async () => {
  listen();
  expect(await problemOf({ command: 'user enable', name: 'nobody' })).toBe('There is no user of this name.');
  expect(await problemOf({ command: 'room list' })).toBe('The server could not do this; its log says why.');
  expect(logged).toContain('a bug, with a secret in it');
});

test('a backup never writes over a file', async () => {
  listen();
  const file = join(data, 'precious.db');
  await writeFile(file, 'precious');
  expect(await problemOf({ command: 'backup', file })).toContain('exists already');
  expect(done).toEqual([]);
});

test('without a server there is no response, whether the socket is missing or a dead process left it', async () => {
  expect(await sendCommand(data, { command: 'room list' })).toBeNull();
  await leaveDeadSocket(controlPath(data));
  expect(await sendCommand(data, { command: 'room list' })).toBeNull();
});

test('the socket of a dead process is replaced', async () => {
  await leaveDeadSocket(controlPath(data));
  listen();
  expect(await sendCommand(data, { command: 'room add', name: 'Tea' })).toEqual(['tea\tTea']);
});

test('only the owner can open the socket', async () => {
  const { path } = listen();
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test('a drill has a path of its own, and stops when the server does', async () => {
  const { stop } = listen();
  const response = await reachControl(data, DRILL_PATH, { people: 1 });
  expect(parseAnswer(await response?.json())).toEqual(['a drill']);
  await stop();
  expect(done).toEqual(['stop the drill']);
});

test('the socket is gone when the server has stopped', async () => {
  await listen().stop();
  control = null;
  expect(await sendCommand(data, { command: 'room list' })).toBeNull();
});

test('a data directory with a long path has its socket where paths are short, and only the owner can go there', async () => {
  const deep = join(data, 'd'.repeat(60), 'e'.repeat(60));
  await mkdir(deep, { recursive: true });
  const { path } = listen(deep);
  expect(Buffer.byteLength(path)).toBeLessThanOrEqual(100);
  expect((await stat(dirname(path))).mode & 0o777).toBe(0o700);
  await symlink(deep, join(data, 'short-cut'));
  expect(await sendCommand(deep, { command: 'room add', name: 'Tea' })).toEqual(['tea\tTea']);
  await chmod(dirname(path), 0o755);
  await sendCommand(deep, { command: 'room add', name: 'Tea' });
  expect((await stat(dirname(path))).mode & 0o777).toBe(0o700);
  await control?.stop();
  control = null;
  await rmdir(dirname(path)).catch(() => undefined);
});

const NOT_ORDERS = [
  '',
  'null',
  '[]',
  '7',
  '"backup"',
  '{}',
  '{"command":"shell","name":"x"}',
  '{"command":"toString"}',
  '{"command":"user add","name":"ann"}',
  '{"command":"user add","name":"ann","password":"p","role":"king"}',
  '{"command":"user role","name":"ann","role":1}',
  '{"command":"user disable","name":["ann"]}',
  '{"command":"user disable","name":""}',
  '{"__proto__":{"command":"user disable","name":"ann"}}',
  '{"command":"backup"}',
];

test('what is not a command is refused and does nothing', async () => {
  listen();
  for (const body of NOT_ORDERS) {
    const response = await raw(body);
    expect([body, response.status]).toEqual([body, 400]);
    expect(await response.json()).toEqual({ problem: expect.any(String) });
  }
  expect((await raw(JSON.stringify({ command: 'room add', name: 'x'.repeat(70_000) }))).status).toBe(413);
  expect(done).toEqual([]);
});

async function leaveDeadSocket(path: string): Promise<void> {
  const script = `Bun.serve({ unix: ${JSON.stringify(path)}, fetch: () => new Response() }); console.log('up');`;
  const child = Bun.spawn([process.execPath, '-e', script], { stdout: 'pipe' });
  await child.stdout.getReader().read();
  child.kill('SIGKILL');
  await child.exited;
  expect((await stat(path)).isSocket()).toBe(true);
}
