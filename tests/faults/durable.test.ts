import { expect, test } from 'bun:test';
import { Random } from '../support/random.ts';
import { seedOfThisRun } from '../support/seeded-random.ts';
import { type Server, startServer, UNTHROTTLED } from '../support/server.ts';
import { expectNoViolations, Fleet } from './load/fleet.ts';
import { report } from './report/table.ts';
import { testWith } from './system/requirements.ts';
import { Strace } from './system/strace.ts';

const PROVED = 20;
const EVERYTHING =
  'trace=pwrite64,pwritev,pwritev2,write,writev,send,sendto,sendmsg,sendmmsg,fsync,fdatasync,io_uring_enter';

interface Scene {
  readonly server: Server;
  readonly fleet: Fleet;
  readonly seed: number;
}

/** Each has its own server and fleet: they run concurrently. */
function withFleet(work: (scene: Scene) => Promise<void>): () => Promise<void> {
  return async () => {
    const server = await startServer({ args: UNTHROTTLED });
    const seed = seedOfThisRun();
    const fleet = await Fleet.create(server, new Random(seed), { writers: 1, readers: 1 });
    try {
      await work({ server, fleet, seed });
    } finally {
      await fleet.stop();
      await server.stop();
    }
  };
}

testWith(
  'strace',
  'no acknowledgement leaves before its row was written to the log and the log was flushed to the disk',
  withFleet(flushedBeforeSent),
  test.concurrent,
);

async function flushedBeforeSent({ server, fleet, seed }: Scene): Promise<void> {
  const strace = await Strace.attach(server.pid, EVERYTHING);
  const texts = Array.from({ length: PROVED }, (_, at) => `proof-${at}-of-flush`);
  for (const { client } of fleet.writers) {
    for (const text of texts) {
      client.send(text);
      await client.waitForAnswers();
    }
  }
  const calls = await strace.stop();
  expect(texts.map((text) => stepsOf(calls, text))).toEqual(texts.map(() => ['written', 'flushed', 'told']));
  expectNoViolations(seed, await fleet.check());
}

/** The order in which a text was written to the log, the log flushed, and the text sent. */
function stepsOf(calls: readonly string[], text: string): string[] {
  const steps: string[] = [];
  let flushing: string | null = null;
  for (const call of calls) {
    const [thread = ''] = call.split(' ', 1);
    const begun = call.includes('<unfinished ...>');
    if (/ pwrite(64|v2?)\(\d+<[^>]*salon\.db-wal>/.test(call) && call.includes(text)) steps.push('written');
    if (/ f(data)?sync\(\d+<[^>]*salon\.db-wal>/.test(call) && steps.at(-1) === 'written') {
      if (begun) flushing = thread;
      else steps.push('flushed');
    }
    if (thread === flushing && / f(data)?sync resumed>.*= 0$/.test(call)) {
      steps.push('flushed');
      flushing = null;
    }
    if (/ (write|writev|sendto|sendmsg)\(\d+<[^>]*(socket|TCP)/.test(call) && call.includes(text))
      return [...steps, 'told'];
  }
  return steps;
}

for (const failing of [1, 2, 3]) {
  testWith(
    'strace',
    `when flush number ${failing} fails, the server stops with one line and promises nothing it cannot keep`,
    withFleet((at) => flushFails(at, failing)),
    test.concurrent,
  );
}

async function flushFails({ server, fleet, seed }: Scene, failing: number): Promise<void> {
  fleet.startWriting();
  await fleet.nextAcknowledgement();
  const printed = server.output().length;
  const strace = await Strace.attach(server.pid, 'trace=fsync', `inject=fsync:error=EIO:when=${failing}`);
  expect(await server.waitForExit()).toBe(1);
  await strace.stop();
  expect(server.output().slice(printed)).toMatch(/^salon: [^\n]*SQLITE_IOERR[^\n]*\n$/);
  await server.start();
  const backMs = await fleet.nextAcknowledgement();
  const result = await fleet.check();
  expectNoViolations(seed, result);
  report({ ...result, fault: `flush number ${failing} fails (EIO), the server ends`, backMs });
}
