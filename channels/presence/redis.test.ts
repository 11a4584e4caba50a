import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test';
import { presenceContract } from '../testing/presence-contract.ts';
import { type RecordingWatcher, recordChanges } from '../testing/recording-watcher.ts';
import { RedisServer } from '../testing/redis-server.ts';
import { RedisWorkers, type WorkerProcess } from '../testing/redis-workers.ts';
import { ChildWorker } from '../testing/worker-process.ts';
import type { Presence } from './presence.ts';
import { CHECKS_PER_RENEWAL, createRedisPresence, PRESENCE_TIMES } from './redis.ts';

/** Shorter than the real times; `lifeMs` is still long enough for a busy machine. */
const TIMES = { renewMs: 200, lifeMs: 1_000 };
/** After a stall a process has a fifth of `renewMs` to learn who left: enough for a busy machine. */
const WAKING = { renewMs: 2_000, lifeMs: 2_500 };
const GRACE_MS = 40;
/** On a busy machine too, no connection must close for being slow. */
const PATIENT = { commandMs: 30_000, retryMs: 50 };

let redis: RedisServer;
beforeAll(async () => {
  redis = await RedisServer.start();
});
afterAll(() => redis.stop());

const workers = new RedisWorkers();
const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  await workers.stop();
});

interface Process {
  readonly worker: WorkerProcess;
  readonly presence: Presence;
  readonly recorded: RecordingWatcher;
}

async function process(graceMs = GRACE_MS): Promise<Process> {
  const worker = await workers.start({ url: redis.url, times: PATIENT });
  const presence = createRedisPresence(worker.bus, { graceMs, times: TIMES, log: worker.log });
  stops.push(() => presence.stop());
  // Subscriptions are answered in order: presence receives the others' messages once this one is subscribed.
  await worker.bus.subscribe('ready', () => {});
  return { worker, presence, recorded: recordChanges(presence, 'room') };
}

async function processes(count: number): Promise<Process[]> {
  const all: Process[] = [];
  for (let at = 0; at < count; at += 1) all.push(await process());
  return all;
}

presenceContract('Redis', async ({ graceMs }) => (await process(graceMs)).presence);

describe('B41: several processes are one deployment', () => {
  test('joins and leaves anywhere are announced everywhere, once', async () => {
    const [here, there] = await processes(2);
    await here?.presence.enter('room', 'alice', 'tab-1');
    await there?.recorded.until('joined alice');
    await there?.presence.enter('room', 'bob', 'tab-2');
    await here?.recorded.until('list alice,bob');
    await here?.presence.leave('room', 'alice', 'tab-1');
    await there?.recorded.until('left alice');
    const events = ['joined alice', 'list alice', 'joined bob', 'list alice,bob', 'left alice', 'list bob'];
    expect(here?.recorded.events).toEqual(events);
    expect(there?.recorded.events).toEqual(events);
  });

  test('S44: a person on two processes is one, and leaves with the last connection anywhere', async () => {
    const [here, there] = await processes(2);
    await here?.presence.enter('room', 'alice', 'tab-1');
    await there?.recorded.until('joined alice');
    await there?.presence.enter('room', 'alice', 'tab-2');
    await knows(here, there);
    await here?.presence.enter('room', 'bob', 'tab-3');
    await here?.presence.leave('room', 'alice', 'tab-1');
    await here?.presence.leave('room', 'bob', 'tab-3');
    await there?.recorded.until('left bob');
    expect(here?.presence.people('room')).toEqual(['alice']);
    expect(there?.presence.people('room')).toEqual(['alice']);
    await there?.presence.leave('room', 'alice', 'tab-2');
    await here?.recorded.until('left alice');
    for (const recorded of [here?.recorded, there?.recorded]) {
      expect(recorded?.events.filter((line) => / alice$/.test(line) && !line.startsWith('list'))).toEqual([
        'joined alice',
        'left alice',
      ]);
    }
  });

  test('who changes from one process to another within the grace neither left nor joined', async () => {
    const [here, there] = await processes(2);
    await here?.presence.enter('room', 'alice', 'tab-1');
    await there?.recorded.until('joined alice');
    await here?.presence.leave('room', 'alice', 'tab-1');
    await there?.presence.enter('room', 'alice', 'tab-2');
    await here?.presence.enter('room', 'bob', 'tab-3');
    await here?.presence.leave('room', 'bob', 'tab-3');
    await there?.recorded.until('left bob');
    expect(there?.recorded.events.filter((line) => line.endsWith('d alice') || line === 'left alice')).toEqual([
      'joined alice',
    ]);
    expect(there?.presence.people('room')).toEqual(['alice']);
  });

  test('a process that is new sees who is here, without a word', async () => {
    const here = await process();
    await here.presence.enter('room', 'alice', 'tab-1');
    await here.presence.enter('elsewhere', 'bob', 'tab-2');
    const late = await process();
    await late.recorded.until('list alice');
    expect(late.recorded.events).toEqual(['list alice']);
    expect(late.presence.people('elsewhere')).toEqual(['bob']);
  });

  test('a person who enters unannounced is listed everywhere and announced nowhere', async () => {
    const [here, there] = await processes(2);
    await here?.presence.enter('room', 'alice', 'tab-1', { announce: false });
    await there?.recorded.until('list alice');
    expect(there?.recorded.events).toEqual(['list alice']);
  });

  test('when a process stops gently, who returns to another one was never gone', async () => {
    const [here, there] = await processes(2);
    await here?.presence.enter('room', 'alice', 'tab-1');
    await here?.presence.enter('room', 'bob', 'tab-2');
    await there?.recorded.until('list alice,bob');
    await here?.presence.stop();
    await here?.worker.bus.stop();
    await there?.presence.enter('room', 'alice', 'tab-3');
    await there?.recorded.until('left bob');
    expect(there?.recorded.events.filter((line) => line.endsWith(' alice') && !line.startsWith('list'))).toEqual([
      'joined alice',
    ]);
    expect(there?.presence.people('room')).toEqual(['alice']);
  });
});

test('the times leave room for a look that comes late: who died is forgotten within 15 s, what Redis lost is back within 5 s', () => {
  const { renewMs, lifeMs } = PRESENCE_TIMES;
  const lateMs = renewMs / CHECKS_PER_RENEWAL;
  expect(lifeMs + lateMs).toBeLessThan(15_000);
  expect(renewMs + lateMs).toBeLessThan(5_000);
});

describe('B37: processes that die or stand still', () => {
  async function child(times = TIMES): Promise<ChildWorker> {
    const program = new ChildWorker(redis.url, GRACE_MS, times);
    stops.unshift(() => program.kill());
    return program;
  }

  test('the people of one that was killed are gone after its life, save who is elsewhere too', async () => {
    const here = await process();
    const other = await child();
    for (const person of ['alice', 'bob']) other.send(`enter ${person}`);
    await here.recorded.until('list alice,bob');
    await here.presence.enter('room', 'alice', 'tab-1');
    await other.kill();
    await here.recorded.until('left bob');
    expect(here.presence.people('room')).toEqual(['alice']);
    expect(here.recorded.events).not.toContain('left alice');
    expect(await redis.command('KEYS channels:presence:*')).toStartWith('*1');
  });

  test('one whose words are lost on the way is not dead while its key is there', async () => {
    const here = await process();
    const silent = 'a'.repeat(32);
    const written = JSON.stringify({ number: 1, groups: [['room', ['zoe']]] });
    await redis.command(`SET channels:presence:${silent} ${JSON.stringify(written)}`);
    await redis.command(`PUBLISH channels:0:presence ${JSON.stringify(`1 ${silent} 1 {"type":"alive","number":1}`)}`);
    await here.recorded.until('list zoe');
    await Bun.sleep(1.5 * TIMES.lifeMs);
    expect(here.presence.people('room')).toEqual(['zoe']);
    await redis.command(`DEL channels:presence:${silent}`);
    await here.recorded.until('left zoe');
  });

  test('one that stood still for longer than its life announces nobody who went meanwhile, and lists who did not', async () => {
    const here = await process();
    const other = await child(WAKING);
    for (const person of ['alice', 'bob']) other.send(`enter ${person}`);
    await here.recorded.until('list alice,bob');
    other.pause();
    other.send('leave bob');
    await here.recorded.until('left alice');
    await here.recorded.until('left bob');
    const before = here.recorded.events.length;
    other.resume();
    await settledOn(here.presence, ['alice']);
    expect(here.recorded.events.slice(before).filter((line) => line.includes('bob'))).toEqual([]);
    expect(here.recorded.events.filter((line) => line.startsWith('joined'))).toEqual(['joined alice', 'joined bob']);
  });

  test('one that stood still hears who came and went meanwhile, and takes nobody for dead', async () => {
    const here = await process();
    const other = await child();
    other.send('enter zoe');
    await here.recorded.until('joined zoe');
    await here.presence.enter('room', 'alice', 'tab-1');
    await other.until('joined alice');
    other.pause();
    await Bun.sleep(2 * TIMES.lifeMs);
    await here.presence.enter('room', 'bob', 'tab-2');
    other.resume();
    await other.until('joined bob');
    await here.presence.leave('room', 'bob', 'tab-2');
    await other.until('left bob');
    expect(other.output).not.toContain('left alice');
  });
});

describe('while Redis is away', () => {
  test('nobody is gone, and afterwards all know who came and went', async () => {
    const [here, there] = await processes(2);
    for (const person of ['alice', 'bob']) await here?.presence.enter('room', person, person);
    await there?.recorded.until('list alice,bob');
    const down = there?.worker.until('down');
    await redis.kill();
    await down;
    await here?.presence.leave('room', 'bob', 'bob');
    await here?.presence.enter('room', 'carol', 'tab-3');
    await here?.recorded.until('left bob');
    await Bun.sleep(TIMES.lifeMs * 1.5);
    expect(there?.presence.people('room')).toEqual(['alice', 'bob']);
    await redis.start();
    await there?.recorded.until('list alice,carol');
    await there?.presence.enter('room', 'dave', 'tab-4');
    await here?.recorded.until('list alice,carol,dave');
    expect(there?.recorded.events).not.toContain('left alice');
  });

  test('emptied, it is written anew within a renewal, and nobody notices', async () => {
    const [here, there] = await processes(2);
    await here?.presence.enter('room', 'alice', 'tab-1');
    await there?.recorded.until('joined alice');
    await redis.command('FLUSHALL');
    while (!(await redis.command('KEYS channels:presence:*')).startsWith('*2')) await Bun.sleep(10);
    const late = await process();
    await late.recorded.until('list alice');
    expect(there?.recorded.events).toEqual(['joined alice', 'list alice']);
  });
});

test('B44: rubbish among the news costs a line in the log', async () => {
  const [here, there] = await processes(2);
  const stranger = 'f'.repeat(32);
  await redis.command(`SET channels:presence:${stranger} rubbish`);
  for (const [at, text] of [
    '{"type":"alive","number":7}',
    '{"type":"odd"}',
    '{"type":"changes","first":1,"changes":[7]}',
  ].entries()) {
    await redis.command(`PUBLISH channels:0:presence ${JSON.stringify(`1 ${stranger} ${at + 1} ${text}`)}`);
  }
  await there?.presence.enter('room', 'alice', 'tab-1');
  await here?.recorded.until('joined alice');
  expect(here?.presence.people('room')).toEqual(['alice']);
  expect(here?.worker.log.lines.length).toBeGreaterThan(0);
});

/** Resolves when `one` knows all changes at `other` until now: they arrive in order. */
async function knows(one: Process | undefined, other: Process | undefined): Promise<void> {
  if (one === undefined || other === undefined) return;
  const marked = recordChanges(one.presence, 'marker');
  await other.presence.enter('marker', 'marker', 'marker');
  await marked.until('joined marker');
  marked.stop();
}

async function settledOn(presence: Presence, people: readonly string[]): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const look = (): void => {
    if (JSON.stringify(presence.people('room')) === JSON.stringify(people)) resolve();
  };
  const stop = presence.watchAll(look);
  look();
  await promise.finally(stop);
}
