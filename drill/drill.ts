/** One drill from the coming of its people to the verdict. */

import { fetchHistory } from '../client/history.ts';
import { violations } from './checker.ts';
import { DrillError } from './drill-error.ts';
import { Participants } from './participants.ts';
import { Progress } from './progress.ts';
import type { Result } from './report.ts';
import type { Reservation } from './reservation.ts';
import { ServerAccess } from './server-access.ts';
import type { StallingProxy } from './stalling-proxy.ts';
import { tally } from './tally.ts';

/** Every so many-th reads slowly, and one does in any case. */
const SLOW_EVERY = 10;
/** A slow reader takes nothing for most of the time. */
const STILL_MS = 2_000;
const FLOWING_MS = 500;
/** A server that is there answers within this time, whatever else it has to do; one that is not has time to come back. */
const TIMEOUT_MS = 60_000;

interface Stage {
  readonly crew: Participants;
  readonly road: ServerAccess;
  readonly slowRoad: ServerAccess;
  readonly relay: StallingProxy;
}

/** Null when it was broken off. Throws a DrillProblem when there can be no verdict. */
export async function runDrill(hold: Reservation, seconds: number, brokenOff: Promise<null>): Promise<Result | null> {
  const stage = await setStage(hold, seconds);
  const progress = new Progress(seconds, stage.crew, hold);
  const play = async (): Promise<Result> => {
    await withinTimeout(() => stage.crew.gathered());
    progress.begin();
    await perform(stage);
    return judged(hold, stage, seconds);
  };
  try {
    return await Promise.race([play(), hold.lost, brokenOff]);
  } finally {
    progress.end();
    stage.crew.leave();
    stage.slowRoad.close();
    stage.road.close();
  }
}

async function setStage(hold: Reservation, seconds: number): Promise<Stage> {
  const road = await ServerAccess.open(hold);
  const { road: slowRoad, relay } = await ServerAccess.throughRelay(hold);
  const slowCount = Math.max(1, Math.floor(hold.hands.length / SLOW_EVERY));
  const slow = hold.hands.slice(0, slowCount).map((hand) => slowRoad.member(hand));
  const quick = hold.hands.slice(slowCount).map((hand) => road.member(hand));
  return { crew: new Participants({ quick, slow }, hold.slug, seconds * 1_000), road, slowRoad, relay };
}

async function perform({ crew, relay }: Stage): Promise<void> {
  let next: Timer | undefined;
  const flow = (): void => {
    relay.flow();
    next = setTimeout(stand, FLOWING_MS);
  };
  const stand = (): void => {
    relay.standStill();
    next = setTimeout(flow, STILL_MS);
  };
  stand();
  await crew.work();
  clearTimeout(next);
  relay.flow();
  await withinTimeout(() => crew.settled());
}

async function judged(hold: Reservation, { crew, road }: Stage, seconds: number): Promise<Result> {
  if (crew.acknowledged === 0) throw new DrillError('Nobody said anything in so short a time: nothing is proved.');
  const [reader] = hold.hands;
  if (reader === undefined) throw new DrillError('The server sent nobody to drill with.');
  const history = await withinTimeout((patience) =>
    fetchHistory((path) => road.get(reader, path, patience), hold.slug),
  );
  const run = { clients: crew.logs(), history };
  const { acknowledgedMs, shownMs, backMs } = crew.stopwatch;
  const { sent, repeats, cuts } = crew;
  const people = { clients: hold.hands.length, seconds, url: hold.venue.unixSocket ?? hold.venue.url };
  const times = { acknowledgedMs, shownMs, backMs };
  return { ...people, ...times, sent, repeats, cuts, ...tally(run), broken: violations(run) };
}

/** `doing` may ask for things until its signal says that the patience is over. */
async function withinTimeout<T>(doing: (patience: AbortSignal) => Promise<T>): Promise<T> {
  const patience = new AbortController();
  const { promise: enough, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(
      new DrillError(
        `For ${TIMEOUT_MS / 1_000} s the server did not answer, or did not take what was said: there is no verdict.`,
      ),
    );
    patience.abort();
  }, TIMEOUT_MS);
  try {
    return await Promise.race([doing(patience.signal), enough]);
  } finally {
    clearTimeout(timer);
  }
}
