/** Sends valid, mutated and random frames and handshakes to a real server, and measures it meanwhile and afterwards. */
import { handshake, RawClient } from '../../channels/testing/raw-client.ts';
import { Random } from '../support/random.ts';
import { fuzzFramesOnce } from './frame-fuzz.ts';
import { type Figures, FuzzRun } from './fuzz-run.ts';
import { fuzzHandshakeOnce } from './handshake-fuzz.ts';
import { UninvolvedClient } from './uninvolved-client.ts';

export interface FuzzOptions {
  readonly seed: number;
  readonly frames: number;
  readonly handshakes: number;
}

export interface Report {
  readonly frames: number;
  readonly handshakes: number;
  readonly start: Figures;
  /** After half of the load: what a runtime takes once, for code and pools, it has taken by then. */
  readonly base: Figures;
  readonly after: Figures;
  /** Words echoed to the uninvolved clients, and their longest wait for one. */
  readonly served: number;
  readonly slowestMs: number;
  readonly seconds: number;
  readonly errorOutput: string;
  readonly isAlive: boolean;
}

const AT_ONCE = 32;
const WARM_UP = 0.5;
/** Requests that never become whole: the server has to end them by itself. */
const HALF_REQUESTS = 100;

export async function fuzz(options: FuzzOptions): Promise<Report> {
  const begun = performance.now();
  const run = await FuzzRun.start();
  try {
    const start = await run.figures();
    const halves = await halfRequests(run.port);
    const warmUp = await burst(run.port, share(options, WARM_UP, 0));
    const base = await run.settled();
    const main = await burst(run.port, share(options, 1 - WARM_UP, 1));
    await Promise.all(halves.map((half) => half.closed));
    const after = await run.settled();
    return {
      frames: warmUp.frames + main.frames,
      handshakes: options.handshakes,
      start,
      base,
      after,
      served: warmUp.served + main.served,
      slowestMs: Math.max(warmUp.slowestMs, main.slowestMs),
      seconds: (performance.now() - begun) / 1_000,
      ...(await run.stop()),
    };
  } catch (error) {
    const { errorOutput, isAlive } = await run.stop();
    throw new Error(`seed ${options.seed}: ${error}\nalive: ${isAlive}, stderr: ${errorOutput}`);
  }
}

function share(options: FuzzOptions, part: number, at: number): FuzzOptions {
  return {
    seed: options.seed * 2 + at,
    frames: Math.round(options.frames * part),
    handshakes: Math.round(options.handshakes * part),
  };
}

interface Burst {
  readonly frames: number;
  readonly served: number;
  readonly slowestMs: number;
}

/** Both kinds at once, and the uninvolved clients between them. */
async function burst(port: number, options: FuzzOptions): Promise<Burst> {
  const uninvolved = await Promise.all(['/echo/', '/group/'].map((path) => UninvolvedClient.connect(port, path)));
  const frames = await inParallel(options, port);
  for (const each of uninvolved) await each.disconnect();
  const served = uninvolved.reduce((sum, each) => sum + each.served, 0);
  return { frames, served, slowestMs: Math.max(...uninvolved.map((each) => each.slowestMs)) };
}

async function inParallel({ seed, ...due }: FuzzOptions, port: number): Promise<number> {
  let sent = 0;
  let sequences = 0;
  let attempted = 0;
  const work = async (): Promise<void> => {
    while (sent < due.frames || attempted < due.handshakes) {
      if (sent >= due.frames || attempted * due.frames < sent * due.handshakes) {
        await attempt(seed, `handshake ${++attempted}`, (random) => fuzzHandshakeOnce(port, random));
      } else {
        const frames = await attempt(seed, `sequence ${++sequences}`, (random) => fuzzFramesOnce(port, random));
        sent += frames;
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return sent;
}

/** Each has its own random numbers, so that it does not depend on the order in which others run. */
async function attempt<Answer>(seed: number, name: string, once: (random: Random) => Promise<Answer>): Promise<Answer> {
  return once(new Random(Bun.hash.crc32(`${seed} ${name}`))).catch((error: unknown) => {
    throw new Error(`${name}: ${error}`);
  });
}

async function halfRequests(port: number): Promise<RawClient[]> {
  const halves = await Promise.all(Array.from({ length: HALF_REQUESTS }, () => RawClient.dial(port)));
  const whole = handshake('/echo/');
  for (const [at, peer] of halves.entries()) peer.write(whole.slice(0, at % (whole.length - 2)));
  return halves;
}
