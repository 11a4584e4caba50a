import { expect, test } from 'bun:test';
import { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { RecordingLog } from '../channels/testing/recording-log.ts';
import { DEFAULTS, type Settings } from '../server/settings.ts';
import { firstUncaughtError, ignoreStreamErrors, startUpLines } from './serve.ts';

test('a rejection that nobody handles is a line in the log, and ends nothing', async () => {
  const program = new EventEmitter();
  const log = new RecordingLog();
  const fault = firstUncaughtError(program, log);
  program.emit('unhandledRejection', new TypeError('forgotten'));
  program.emit('unhandledRejection', 'just text');
  expect(log.lines).toHaveLength(2);
  expect(log.lines[0]).toStartWith('error unhandled rejection: TypeError: forgotten');
  expect(await Promise.race([fault, Promise.resolve('goes on')])).toBe('goes on');
});

test('an exception that nobody catches is a line in the log, and the reason to end; the next is a line only', async () => {
  const program = new EventEmitter();
  const log = new RecordingLog();
  const fault = firstUncaughtError(program, log);
  const first = new RangeError('first');
  program.emit('uncaughtException', first);
  program.emit('uncaughtException', null);
  expect(await fault).toBe(first);
  expect(log.lines.map((line) => line.split(' (')[0])).toEqual([
    'error uncaught exception: RangeError: first',
    'error uncaught exception: thrown: null',
  ]);
});

/** A program that says ten lines on standard error, then gives the number 7 if nothing ended it before. */
const CHATTER = `
  import { createLog } from ${JSON.stringify(join(import.meta.dir, '../channels/log.ts'))};
  import { ignoreStreamErrors, firstUncaughtError } from ${JSON.stringify(join(import.meta.dir, 'serve.ts'))};
  const log = createLog(1);
  firstUncaughtError(process, log).then(() => process.exit(1));
  ignoreStreamErrors(process.stdout, process.stderr);
  await new Promise((resolve) => process.stdin.once('data', resolve));
  for (let said = 0; said < 10; said += 1) {
    log.error('a line');
    await new Promise((resolve) => setImmediate(resolve));
  }
  process.exit(7);`;

test.skipIf(!existsSync('/dev/full'))('a log on a full disk ends nothing', async () => {
  const stderr = Bun.file('/dev/full');
  const child = Bun.spawn([process.execPath, '-e', CHATTER], { stdin: Buffer.from('go'), stderr });
  expect(await child.exited).toBe(7);
});

test('a log that nobody reads any more ends nothing', async () => {
  const child = Bun.spawn([process.execPath, '-e', CHATTER], { stdin: 'pipe', stderr: 'pipe' });
  await child.stderr.cancel();
  child.stdin.write('go');
  child.stdin.end();
  expect(await child.exited).toBe(7);
});

test('a stream to which one is deaf may fail', () => {
  const stream = new EventEmitter();
  ignoreStreamErrors(stream);
  expect(stream.emit('error', new Error('full'))).toBe(true);
});

function greeted(settings: Partial<Settings>, url = 'http://127.0.0.1:8000'): string[] {
  return startUpLines({ ...DEFAULTS, ...settings }, { url, port: 8000, setupLink: '/account?setup=abc' });
}

test('S53: the set-up link is one that can be opened, and whose form is taken: under the address that people open', () => {
  expect(greeted({ origins: ['https://chat.example', 'https://b.example'] })).toEqual([
    'Salon is open at http://127.0.0.1:8000',
    'People open https://chat.example or https://b.example',
    "Make the administrator's account, once, here: https://chat.example/account?setup=abc",
    'Ctrl-C stops it.',
  ]);
});

test.each([
  ['0.0.0.0', 'http://0.0.0.0:8000'],
  ['::', 'http://[::]:8000'],
])('S53: where it listens everywhere, at %s, the set-up link names one address that can be opened', (bind, url) => {
  const [link = ''] = greeted({ bind }, url).filter((line) => line.includes('setup='));
  expect(link).toMatch(/here: http:\/\/(?:localhost|[1-9]\d*\.\d+\.\d+\.\d+):8000\/account\?setup=abc$/);
});

test('S53: behind a unix socket the way in is told without an address that nobody could open', () => {
  const lines = greeted({ unixSocket: '/run/salon.sock' }, 'unix:');
  expect(lines[0]).toBe('Salon is open at /run/salon.sock');
  expect(lines[1]).toEndWith('here: /account?setup=abc (behind the address of your proxy)');
  expect(greeted({ unixSocket: '/run/salon.sock', origins: ['https://chat.example'] }, 'unix:')[2]).toEndWith(
    'here: https://chat.example/account?setup=abc',
  );
});
