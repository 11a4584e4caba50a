import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '../../channels/log.ts';
import { type Salon, startSalon } from '../../server/app.ts';
import { BODY_BYTES } from '../../server/http/body.ts';
import { DEFAULTS } from '../../server/settings.ts';
import { type Person, signUp } from '../support/person.ts';
import { workMs } from '../support/thread-time.ts';

const FIELD_MS_MAX = 5;
const HEADER_MS_MAX = 2;
/** With the request line and the other headers just below what the runtime accepts. */
const HEADER_CHARACTERS = 14_000;

let data: string;
let salon: Salon;
let mallory: Person;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'salon-work-'));
  const settings = { ...DEFAULTS, data, port: 0, throttle: false, messageRate: 0, trustProxy: ['127.0.0.1'] };
  salon = await startSalon(settings, createLog(0));
  mallory = await signUp(salon, 'mallory');
  await mallory.post('/api/rooms', { name: 'own' });
});

afterAll(async () => {
  await salon.stop();
  await rm(data, { recursive: true });
});

/** Each is repeated: runs of marks, of blanks, of what is drawn as nothing, of what grows when it is normalized, of separators. */
const PIECES = [
  'a',
  ' ',
  ' \t',
  '0.',
  '\\"',
  'a\u0301\u0316',
  '\u0316\u0301',
  '\u200d',
  '\u{1f468}\u200d',
  '\ufe0f',
  '\ufdfa',
  '\uac00\u11a8',
  'salon',
  '/../',
  '<',
];

/** A value that takes up the rest of a body of the largest size, and the longest values that pass the usual checks of length. */
function valuesOf(piece: string): string[] {
  const filled = Math.floor((BODY_BYTES - 400) / new TextEncoder().encode(JSON.stringify(piece)).length);
  const short = [80, 150, 1_024, 4_000].map((characters) => `a${piece.repeat(characters)}`.slice(0, characters));
  return [`a${piece.repeat(filled)}`, piece.repeat(filled), ...short];
}

const FORMS: ReadonlyArray<
  readonly [path: string, fields: Readonly<Record<string, string>>, names: readonly string[]]
> = [
  ['/account/login', { username: 'mallory', password: 'wrong' }, ['username', 'password', 'other']],
  ['/account/signup', { username: 'new', password: 'short' }, ['username', 'password', 'setup']],
  ['/account/password', { old: 'wrong', new: 'short' }, ['old', 'new']],
  ['/account/sessions/end', { id: 'none' }, ['id', 'others']],
  ['/api/rooms', { name: '', topic: '' }, ['name', 'topic']],
  ['/api/rooms/own', {}, ['name', 'topic']],
  ['/api/rooms/general/messages', { message: 'x' }, ['message', 'nonce']],
];

test.each(FORMS)(
  'no field of %s costs more than 5 ms of the one thread, whatever it holds',
  async (path, fields, names) => {
    const slow: string[] = [];
    for (const name of names) {
      for (const value of PIECES.flatMap(valuesOf)) {
        const body = { ...fields, [name]: value };
        const ms = await workMs(async () => (await mallory.post(path, body)).arrayBuffer(), FIELD_MS_MAX);
        if (ms > FIELD_MS_MAX)
          slow.push(`${name}: ${value.length} of ${JSON.stringify(value.slice(1, 5))}: ${ms.toFixed(1)} ms`);
      }
    }
    expect(slow).toEqual([]);
  },
);

const HEADERS = [
  'accept',
  'accept-encoding',
  'connection',
  'content-length',
  'content-type',
  'cookie',
  'origin',
  'referer',
  'sec-fetch-site',
  'sec-websocket-key',
  'upgrade',
  'user-agent',
  'x-csrftoken',
  'x-forwarded-for',
  'x-forwarded-proto',
];

/** What an attacker repeats in a header: a beginning, many of the same, and an end that fits nothing. */
const RUNS = [
  ' ',
  '\t',
  ' ;',
  ';',
  ',',
  ', ',
  '; q=0',
  '=',
  'a=;',
  ';a',
  '/',
  '[',
  ':',
  '.',
  '0',
  '@',
  '\\',
  '(',
  'Edg/',
  '%41',
  '127.0.0.1, ',
  '::ffff:7f00:1,',
];

test.each(HEADERS)('no %s of a request costs more than 2 ms of the one thread', async (name) => {
  const slow: string[] = [];
  for (const run of RUNS) {
    for (const start of ['', 'gzip', 'text/html', 'https://a', '127.0.0.1, ']) {
      const value = `${start}${run.repeat(HEADER_CHARACTERS / run.length)}x`;
      for (const [what, send] of requestsWith({ [name]: value })) {
        const ms = await workMs(async () => (await send()).arrayBuffer(), HEADER_MS_MAX);
        if (ms > HEADER_MS_MAX) slow.push(`${what} ${JSON.stringify(start + run)}: ${ms.toFixed(1)} ms`);
      }
    }
  }
  expect(slow).toEqual([]);
});

function requestsWith(
  headers: Readonly<Record<string, string>>,
): ReadonlyArray<readonly [what: string, send: () => Promise<Response>]> {
  const handshake = { connection: 'upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', ...headers };
  return [
    ['page', () => fetch(`${salon.url}/account`, { headers, redirect: 'manual', decompress: false })],
    ['form', () => mallory.post('/api/rooms/own', {}, headers)],
    ['handshake', () => fetch(`${salon.url}/ws/lobby/`, { headers: handshake, redirect: 'manual' })],
  ];
}

const ADDRESSES = [
  '/account?next=/',
  '/account?setup=',
  '/chat/',
  '/chat?x=',
  '/chat/own/',
  '/api/rooms?after=',
  '/api/rooms?room=',
  '/api/rooms/own/messages?before=',
  '/api/rooms/own/people?after=',
  '/ws/chat/own/?epoch=',
];

test.each(ADDRESSES)('no address %s… costs more than 2 ms of the one thread', async (start) => {
  const slow: string[] = [];
  for (const run of [...RUNS.map(encodeURIComponent), ...PIECES.map(encodeURIComponent), '+', '&room=a', '%', './']) {
    const address = start + run.repeat(HEADER_CHARACTERS / run.length);
    const ms = await workMs(async () => (await mallory.get(address)).arrayBuffer(), HEADER_MS_MAX);
    if (ms > HEADER_MS_MAX) slow.push(`${run}: ${ms.toFixed(1)} ms`);
  }
  expect(slow).toEqual([]);
});
