/** The comparisons: what one round of each measures, on our side and on theirs. */
import { RedisServer } from '../../channels/testing/redis-server.ts';
import { applyLoad, type Load, type Target } from '../load.ts';
import type { Comparison } from './comparison.ts';
import * as processes from './processes.ts';

type Goal = Omit<Comparison, 'ours' | 'theirs' | 'floor'>;

export interface Trial {
  readonly goal: Goal;
  ours(): Promise<number>;
  theirs(): Promise<number>;
  /** The least that is possible on this machine. */
  floor?(): Promise<number>;
  end(): Promise<void>;
}

const MEMBERS = 1_000;
const FAN_OUT_S = 3;
const SOCKETS = 5_000;
/** Open before memory is counted: what a runtime takes once, for code and pools, it has taken by then. */
const SOCKETS_BEFORE = 500;
const TRIPS = 5_000;
const UNDER_WAY = 16;

const IDLE: Load = { connections: SOCKETS, writers: 1, window: 1, seconds: 1 };
const nothing = async (): Promise<void> => {};

/** A group_send to the last member's handler, and then the next one; all in one process. */
export async function fanOut(): Promise<Trial> {
  return {
    goal: { name: `fan-out to ${MEMBERS} consumers`, unit: 'deliveries/s', better: 'more', goal: 500 },
    ours: () => processes.figureOf(processes.ours('fan-out.ts', MEMBERS, FAN_OUT_S)),
    theirs: () => processes.figureOf(processes.theirs('fan_out.py', MEMBERS, FAN_OUT_S)),
    end: nothing,
  };
}

/** Each round in a fresh process. */
export async function memory(tools: string): Promise<Trial> {
  const measure = async (start: () => Promise<processes.Door>): Promise<number> => {
    const door = await start();
    try {
      const before = await hold(tools, door, SOCKETS_BEFORE);
      const { kbAConnection } = await applyLoad(tools, targetAt(tools, door), IDLE, '--idle');
      await before.stop();
      return kbAConnection;
    } finally {
      await door.stop();
    }
  };
  return {
    goal: { name: `memory of ${SOCKETS} idle sockets`, unit: 'KB each', better: 'less', goal: 10 },
    ours: () => measure(processes.startOurDoor),
    theirs: () => measure(processes.startDaphne),
    end: nothing,
  };
}

/** Both servers stay; each has opened as many sockets before the first round that counts. */
export async function handshakes(tools: string): Promise<Trial> {
  const [ours, theirs] = [await processes.startOurDoor(), await processes.startDaphne()];
  const empty = new Map([ours, theirs].map((door) => [door, processes.filesOf(door.pid)]));
  const measure = async (door: processes.Door): Promise<number> => {
    const { handshakesPerSecond } = await applyLoad(tools, targetAt(tools, door), IDLE, '--idle');
    await processes.until(() => processes.filesOf(door.pid) <= (empty.get(door) ?? 0));
    return handshakesPerSecond;
  };
  for (const door of [ours, theirs]) await measure(door);
  return {
    goal: { name: 'handshakes with a session check', unit: '1/s', better: 'more', goal: 8 },
    ours: () => measure(ours),
    theirs: () => measure(theirs),
    end: async () => void (await Promise.all([ours.stop(), theirs.stop()])),
  };
}

/** Half of a round trip from one process to a member in another, one message at a time; and the least it can be. */
export async function redisLatency(tools: string): Promise<Trial> {
  return throughRedis('one way to another process through Redis', 1, [`${tools}/redis-floor`]);
}

/** The same where more than one has something to say. */
export async function busyRedisLatency(): Promise<Trial> {
  return throughRedis(`one way through Redis, ${UNDER_WAY} messages under way`, UNDER_WAY);
}

async function throughRedis(name: string, underWay: number, floor?: readonly string[]): Promise<Trial> {
  const redis = await RedisServer.start();
  const measure = async (program: readonly string[], server: string | number): Promise<number> => {
    const answering = await processes.startSaying([...program, 'answer', String(server)]);
    const median = await processes.figureOf([...program, 'ask', String(server), String(TRIPS), String(underWay)]);
    await answering.stop();
    return median;
  };
  return {
    goal: { name, unit: 'µs, median', better: 'less', goal: 3 },
    ours: () => measure(processes.ours('redis-latency.ts'), redis.url),
    theirs: () => measure(processes.theirs('redis_latency.py'), redis.url),
    ...(floor === undefined ? {} : { floor: () => measure(floor, redis.port) }),
    end: () => redis.stop(),
  };
}

/** As many sessions as the file has lines, in turn. */
function targetAt(tools: string, door: processes.Door): Target {
  return { port: door.port, pid: door.pid, path: '/ws/', template: '%s', options: ['--headers', `${tools}/sessions`] };
}

/** Opens sockets and keeps them until it is stopped. */
async function hold(tools: string, door: processes.Door, count: number): Promise<processes.Running> {
  const words = [`${tools}/wsload`, door.port, '/ws/', count, 1, 1, 1, '%s', '--headers', `${tools}/sessions`];
  const child = Bun.spawn([...words.map(String), '--idle', '--settle', '600'], { stdout: 'ignore', stderr: 'inherit' });
  // A server has a few descriptors besides: when there are so many, all but these few are open.
  await processes.until(() => processes.filesOf(door.pid) >= count);
  const stop = async (): Promise<void> => {
    child.kill();
    await child.exited;
  };
  return { pid: child.pid, stop };
}
