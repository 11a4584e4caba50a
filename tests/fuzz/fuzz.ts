/** Frames and handshakes, whole, half whole and random, at a real server; what it must do meanwhile and afterwards. */
import { handshake, RawClient } from '../../channels/testing/raw-client.ts';
import { Random } from '../support/random.ts';
import { talkOnce } from './frame-fuzz.ts';
import { type Figures, Hunted } from './fuzz-run.ts';
import { knockOnce } from './handshake-fuzz.ts';
import { Bystander } from './uninvolved-client.ts';

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
  /** Words that came back to the clients with good manners, and the longest that they waited for one. */
  readonly served: number;
  readonly slowestMs: number;
  readonly seconds: number;
  readonly complaints: string;
  readonly isAlive: boolean;
}

const AT_ONCE = 32;
const WARM_UP = 0.5;
/** Requests that are begun and never ended: the server has to end them by itself. */
const HALF_REQUESTS = 100;

export async function fuzz(options: FuzzOptions): Promise<Report> {
  const begun = performance.now();
  const hunted = await Hunted.start();
  try {
    const start = await hunted.figures();
    const halves = await halfRequests(hunted.port);
    const warmUp = await burst(hunted.port, share(options, WARM_UP, 0));
    const base = await hunted.settled();
    const main = await burst(hunted.port, share(options, 1 - WARM_UP, 1));
    await Promise.all(halves.map((half) => half.closed));
    const after = await hunted.settled();
    return {
      frames: warmUp.frames + main.frames,
      handshakes: options.handshakes,
      start,
      base,
      after,
      served: warmUp.served + main.served,
      slowestMs: Math.max(warmUp.slowestMs, main.slowestMs),
      seconds: (performance.now() - begun) / 1_000,
      ...(await hunted.stop()),
    };
  } catch (error) {
    const { complaints, isAlive } = await hunted.stop();
    throw new Error(`seed ${options.seed}: ${error}\nalive: ${isAlive}, stderr: ${complaints}`);
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

/** Both kinds at once, and between them the clients with good manners. */
async function burst(port: number, options: FuzzOptions): Promise<Burst> {
  const bystanders = await Promise.all(['/echo/', '/group/'].map((path) => Bystander.comesTo(port, path)));
  const frames = await inParallel(options, port);
  for (const each of bystanders) await each.leaves();
  const served = bystanders.reduce((sum, each) => sum + each.served, 0);
  return { frames, served, slowestMs: Math.max(...bystanders.map((each) => each.slowestMs)) };
}

async function inParallel({ seed, ...due }: FuzzOptions, port: number): Promise<number> {
  let sent = 0;
  let talks = 0;
  let knocks = 0;
  const work = async (): Promise<void> => {
    while (sent < due.frames || knocks < due.handshakes) {
      if (sent >= due.frames || knocks * due.frames < sent * due.handshakes) {
        await attempt(seed, `handshake ${++knocks}`, (random) => knockOnce(port, random));
      } else {
        const frames = await attempt(seed, `conversation ${++talks}`, (random) => talkOnce(port, random));
        sent += frames;
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return sent;
}

/** Each has a chance of its own, so that what it does depends on no other, nor on who was faster. */
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
