/** The comparisons: the measurement of one round, on our side and on theirs. */
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
  stop(): Promise<void>;
}

const MEMBERS = 1_000;
const FAN_OUT_S = 3;
const SOCKETS = 5_000;
/** Open before memory is measured: by then the runtime has allocated its code and pools. */
const SOCKETS_BEFORE = 500;
const TRIPS = 5_000;
const UNDER_WAY = 16;

const IDLE: Load = { connections: SOCKETS, writers: 1, window: 1, seconds: 1 };
const noStop = async (): Promise<void> => {};

/** A group_send up to the last member's handler, then the next one; all in one process. */
export async function fanOut(): Promise<Trial> {
  return {
    goal: { name: `fan-out to ${MEMBERS} consumers`, unit: 'deliveries/s', better: 'more', goal: 500 },
    ours: () => processes.figureOf(processes.ours('fan-out.ts', MEMBERS, FAN_OUT_S)),
    theirs: () => processes.figureOf(processes.theirs('fan_out.py', MEMBERS, FAN_OUT_S)),
    stop: noStop,
  };
}

/** Each round in a fresh process. */
export async function memory(tools: string): Promise<Trial> {
  const measure = async (start: () => Promise<processes.RunningServer>): Promise<number> => {
    const server = await start();
    try {
      const before = await openSockets(tools, server, SOCKETS_BEFORE);
      const { kbAConnection } = await applyLoad(tools, targetAt(tools, server), IDLE, '--idle');
      await before.stop();
      return kbAConnection;
    } finally {
      await server.stop();
    }
  };
  return {
    goal: { name: `memory of ${SOCKETS} idle sockets`, unit: 'KB each', better: 'less', goal: 10 },
    ours: () => measure(processes.startOurServer),
    theirs: () => measure(processes.startDaphne),
    stop: noStop,
  };
}

/** Both servers keep running; each has opened as many sockets before the first round that counts. */
export async function handshakes(tools: string): Promise<Trial> {
  const [ours, theirs] = [await processes.startOurServer(), await processes.startDaphne()];
  const empty = new Map([ours, theirs].map((server) => [server, processes.openFilesOf(server.pid)]));
  const measure = async (server: processes.RunningServer): Promise<number> => {
    const { handshakesPerSecond } = await applyLoad(tools, targetAt(tools, server), IDLE, '--idle');
    await processes.until(() => processes.openFilesOf(server.pid) <= (empty.get(server) ?? 0));
    return handshakesPerSecond;
  };
  for (const server of [ours, theirs]) await measure(server);
  return {
    goal: { name: 'handshakes with a session check', unit: '1/s', better: 'more', goal: 8 },
    ours: () => measure(ours),
    theirs: () => measure(theirs),
    stop: async () => void (await Promise.all([ours.stop(), theirs.stop()])),
  };
}

/** Half of a round trip from one process to a member in another, one message at a time; with the floor. */
export async function redisLatency(tools: string): Promise<Trial> {
  return throughRedis('one way to another process through Redis', 1, [`${tools}/redis-floor`]);
}

/** The same with several messages under way. */
export async function busyRedisLatency(): Promise<Trial> {
  return throughRedis(`one way through Redis, ${UNDER_WAY} messages under way`, UNDER_WAY);
}

async function throughRedis(name: string, underWay: number, floor?: readonly string[]): Promise<Trial> {
  const redis = await RedisServer.start();
  const measure = async (program: readonly string[], redisAddress: string | number): Promise<number> => {
    const answering = await processes.startUntilOutput([...program, 'answer', String(redisAddress)]);
    const median = await processes.figureOf([...program, 'ask', String(redisAddress), String(TRIPS), String(underWay)]);
    await answering.stop();
    return median;
  };
  return {
    goal: { name, unit: 'µs, median', better: 'less', goal: 3 },
    ours: () => measure(processes.ours('redis-latency.ts'), redis.url),
    theirs: () => measure(processes.theirs('redis_latency.py'), redis.url),
    ...(floor === undefined ? {} : { floor: () => measure(floor, redis.port) }),
    stop: () => redis.stop(),
  };
}

/** Uses the sessions of the file in turn. */
function targetAt(tools: string, server: processes.RunningServer): Target {
  return {
    port: server.port,
    pid: server.pid,
    path: '/ws/',
    template: '%s',
    options: ['--headers', `${tools}/sessions`],
  };
}

/** Opens sockets and holds them until it is stopped. */
async function openSockets(
  tools: string,
  server: processes.RunningServer,
  count: number,
): Promise<processes.RunningProcess> {
  const command = [`${tools}/wsload`, server.port, '/ws/', count, 1, 1, 1, '%s', '--headers', `${tools}/sessions`];
  const child = Bun.spawn([...command.map(String), '--idle', '--settle', '600'], {
    stdout: 'ignore',
    stderr: 'inherit',
  });
  // A server has a few other descriptors: with so many open, all sockets but these few are open.
  await processes.until(() => processes.openFilesOf(server.pid) >= count);
  const stop = async (): Promise<void> => {
    child.kill();
    await child.exited;
  };
  return { pid: child.pid, stop };
}
