import { Database } from 'bun:sqlite';
import { expect, test } from 'bun:test';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Entry } from '../../client/journal.ts';
import type { ServerFrame } from '../../protocol/frames.ts';
import { salon } from '../support/command.ts';
import { at, bodyAt } from '../support/json.ts';
import { type Person, signUp } from '../support/person.ts';
import { Random } from '../support/random.ts';
import { seedOfThisRun } from '../support/seeded-random.ts';
import { type Server, startServer, UNTHROTTLED } from '../support/server.ts';
import { checkRun, expectNoViolations, Fleet } from './load/fleet.ts';
import { wholeHistory } from './load/history.ts';
import { report } from './report/table.ts';
import { run, testWith } from './system/requirements.ts';
import { Strace } from './system/strace.ts';

/** The log grows by two calls a page: these are several commits, and every place within one. */
const FAILING_WRITES = 12;
const DISK = 'size=6m';

/** Each has its own directory: they run concurrently. */
function inDirectory(work: (data: string) => Promise<void>): () => Promise<void> {
  return async () => {
    const data = mkdtempSync(join(tmpdir(), 'salon-disk-'));
    await work(data).finally(() => rmSync(data, { recursive: true }));
  };
}

async function onServer(data: string, work: (server: Server) => Promise<void>): Promise<void> {
  const server = await startServer({ data, args: UNTHROTTLED });
  await work(server).finally(() => server.stop());
}

testWith(
  'tmpfs',
  'a full disk: nothing is acknowledged, reading goes on, and with room again so does writing, without a restart',
  inDirectory(async (data) => {
    run('mount', '-t', 'tmpfs', '-o', DISK, 'tmpfs', data);
    await onServer(data, fillAndFree).finally(() => run('umount', data));
  }),
  test.concurrent,
);

async function fillAndFree(server: Server): Promise<void> {
  const seed = seedOfThisRun();
  const reader = await signUp(server, 'ann');
  let refusals = 0;
  const onFrame = (frame: ServerFrame): void => {
    if (frame.type === 'error' && frame.code === 'storage_full') refusals += 1;
  };
  const fleet = await Fleet.create(server, new Random(seed), { writers: 3, readers: 1, options: { onFrame } });
  try {
    fleet.startWriting();
    await fleet.nextAcknowledgement();
    const filler = join(server.data, 'filler');
    await fillUntil(filler, () => refusals >= fleet.writers.length);
    const acknowledged = fleet.acknowledged;
    await canStillRead(server, reader);
    expect(fleet.acknowledged).toBe(acknowledged);
    rmSync(filler);
    const backMs = await fleet.nextAcknowledgement();
    const result = await fleet.check();
    expectNoViolations(seed, result);
    expect(server.output()).not.toMatch(/error/i);
    report({ ...result, fault: 'disk full', backMs });
  } finally {
    await fleet.stop();
  }
}

/** The room can be read and entered, and a message that cannot be stored is refused with a code. */
async function canStillRead(server: Server, reader: Person): Promise<void> {
  expect((await wholeHistory(reader)).length).toBeGreaterThan(0);
  expect((await fetch(`${server.url}/account`)).status).toBe(200);
  const newcomer = await reader.open('general');
  await newcomer.next('live');
  await newcomer.close();
  const refused = await reader.post('/api/rooms/general/messages', { message: 'no room', nonce: 'no room' });
  expect(await bodyAt(refused, 'error', 'code')).toBe('storage_full');
}

/** Fills the disk, and what becomes free on it. */
async function fillUntil(file: string, holds: () => boolean): Promise<void> {
  while (!holds()) {
    try {
      writeFileSync(file, Buffer.alloc(4_096), { flag: 'a' });
    } catch {
      await Bun.sleep(1);
    }
  }
}

testWith(
  'strace',
  `a write to the disk that fails, be it the first or any other up to number ${FAILING_WRITES}, is refused and can be sent again`,
  inDirectory((data) => onServer(data, writesFail)),
  test.concurrent,
);

async function writesFail(server: Server): Promise<void> {
  const ann = await signUp(server, 'ann');
  const log: Entry[] = [];
  for (let failing = 1; failing <= FAILING_WRITES; failing++) {
    const strace = await Strace.attach(server.pid, 'trace=pwrite64', `inject=pwrite64:error=ENOSPC:when=${failing}`);
    const refused = await postUntilRefused(ann, log, failing);
    await strace.stop();
    expect(await post(ann, refused, log)).toBe(200);
  }
  const result = checkRun({ clients: new Map([['ann', { user: 'ann', log }]]), history: await wholeHistory(ann) });
  expectNoViolations(0, result);
  report({ ...result, fault: `ENOSPC at write 1 to ${FAILING_WRITES}`, backMs: null });
}

/** Returns the nonce of the message whose write failed. */
async function postUntilRefused(author: Person, log: Entry[], failing: number): Promise<string> {
  for (let n = 1; n <= FAILING_WRITES; n++) {
    const nonce = `write ${failing}, message ${n}`;
    log.push({ op: 'send', nonce, text: nonce });
    if ((await post(author, nonce, log)) !== 200) return nonce;
  }
  throw new Error(`write ${failing} never failed`);
}

async function post(author: Person, nonce: string, log: Entry[]): Promise<number> {
  const response = await author.post('/api/rooms/general/messages', { message: nonce, nonce });
  const body: unknown = await response.json();
  if (response.ok) log.push({ op: 'ack', nonce, seq: Number(at(body, 'seq')) });
  else expect(at(body, 'error', 'code')).toBe('storage_full');
  return response.status;
}

const SPOILED: ReadonlyArray<readonly [what: string, said: RegExp, spoil: (file: string) => void]> = [
  [
    'damaged in the middle',
    /is damaged/,
    (file) => {
      const bytes = readFileSync(file);
      writeFileSync(file, bytes.fill(0xaa, 4_096));
      writeFileSync(`${file}-wal`, 'what a kill left behind');
    },
  ],
  ['no database at all', /is damaged|not a database/, (file) => writeFileSync(file, 'x'.repeat(10_000))],
  [
    'of a newer Salon',
    /newer/,
    (file) => {
      using db = new Database(file);
      db.run('PRAGMA user_version = 1000');
    },
  ],
];

for (const [what, message, spoil] of SPOILED) {
  test.concurrent(
    `a database that is ${what}: \`serve\` says so in one line, exits with 1, and changes nothing`,
    inDirectory((data) => refusedAtStart(data, message, spoil)),
  );
}

async function refusedAtStart(data: string, message: RegExp, spoil: (file: string) => void): Promise<void> {
  await onServer(data, async () => {});
  const file = join(data, 'salon.db');
  spoil(file);
  const before = readFileSync(file);
  const { code, out, err } = await salon(['serve', '-p', '0', '--data', data]);
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toMatch(/^salon: [^\n]+\n$/);
  expect(err).toMatch(message);
  expect(readFileSync(file).equals(before)).toBe(true);
}
