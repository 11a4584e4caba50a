/** One drill, from the first connection to the result. */
import { fetchHistory } from '../client/history.ts';
import { violations } from './checker.ts';
import { DrillError } from './drill-error.ts';
import { Participants } from './participants.ts';
import { Progress } from './progress.ts';
import { measureLoss, type Result } from './report.ts';
import type { Reservation } from './reservation.ts';
import { ServerAccess } from './server-access.ts';
import type { StallingProxy } from './stalling-proxy.ts';

/** Every so many-th participant reads slowly, and one in any case. */
const SLOW_EVERY = 10;
/** A slow reader takes nothing for most of the time. */
const STALLED_MS = 2_000;
const FLOWING_MS = 500;
/** A running server answers within this time, whatever else it does; one that is down has time to come back. */
const TIMEOUT_MS = 60_000;

interface Setup {
  readonly participants: Participants;
  readonly access: ServerAccess;
  readonly slowAccess: ServerAccess;
  readonly proxy: StallingProxy;
}

/** Null when it was interrupted. Throws a DrillError when there can be no result. */
export async function runDrill(
  reservation: Reservation,
  seconds: number,
  interrupted: Promise<null>,
): Promise<Result | null> {
  const setup = await setUp(reservation, seconds);
  const progress = new Progress(seconds, setup.participants, reservation);
  const run = async (): Promise<Result> => {
    await withinTimeout(() => setup.participants.waitUntilJoined());
    progress.markStarted();
    await runParticipants(setup);
    return resultOf(reservation, setup, seconds);
  };
  try {
    return await Promise.race([run(), reservation.lost, interrupted]);
  } finally {
    progress.stop();
    setup.participants.close();
    setup.slowAccess.close();
    setup.access.close();
  }
}

async function setUp(reservation: Reservation, seconds: number): Promise<Setup> {
  const access = await ServerAccess.open(reservation);
  const { access: slowAccess, proxy } = await ServerAccess.openStalling(reservation);
  const { bots, slug } = reservation;
  const slowCount = Math.max(1, Math.floor(bots.length / SLOW_EVERY));
  const slow = bots.slice(0, slowCount).map((bot) => slowAccess.identityOf(bot));
  const quick = bots.slice(slowCount).map((bot) => access.identityOf(bot));
  return { participants: new Participants({ quick, slow }, slug, seconds * 1_000), access, slowAccess, proxy };
}

async function runParticipants({ participants, proxy }: Setup): Promise<void> {
  let next: Timer | undefined;
  const resume = (): void => {
    proxy.resume();
    next = setTimeout(stall, FLOWING_MS);
  };
  const stall = (): void => {
    proxy.stall();
    next = setTimeout(resume, STALLED_MS);
  };
  stall();
  await participants.run();
  clearTimeout(next);
  proxy.resume();
  await withinTimeout(() => participants.waitUntilSettled());
}

async function resultOf(reservation: Reservation, setup: Setup, seconds: number): Promise<Result> {
  const { participants, access } = setup;
  const { bots, slug, listenAddress } = reservation;
  if (participants.acknowledged === 0) {
    throw new DrillError('Nobody said anything in so short a time: nothing is proved.');
  }
  const [reader] = bots;
  if (reader === undefined) throw new DrillError('The server sent nobody to drill with.');
  const history = await withinTimeout((signal) => fetchHistory((path) => access.fetchJson(reader, path, signal), slug));
  const run = { clients: participants.logs(), history };
  const { acknowledgedMs, shownMs, reconnectMs } = participants.timings;
  const { sent, repeats, cuts } = participants;
  return {
    ...{ clients: bots.length, seconds, url: listenAddress.unixSocket ?? listenAddress.url },
    ...{ acknowledgedMs, shownMs, reconnectMs, sent, repeats, cuts },
    ...measureLoss(run),
    violations: violations(run),
  };
}

/** The signal aborts what the work still asks for when the time is over. */
async function withinTimeout<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  const { promise: timeout, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(
      new DrillError(
        `For ${TIMEOUT_MS / 1_000} s the server did not answer, or did not take what was said: there is no verdict.`,
      ),
    );
    abort.abort();
  }, TIMEOUT_MS);
  try {
    return await Promise.race([work(abort.signal), timeout]);
  } finally {
    clearTimeout(timer);
  }
}
