/** One drill from the coming of its people to the verdict. */

import { keptHistory } from '../client/history.ts';
import { brokenPromises } from './checker.ts';
import { DrillProblem } from './drill-error.ts';
import { Crew } from './participants.ts';
import { Progress } from './progress.ts';
import type { Result } from './report.ts';
import type { ScratchHold } from './reservation.ts';
import { Road } from './server-access.ts';
import type { Relay } from './stalling-proxy.ts';
import { tally } from './tally.ts';

/** Every so many-th reads slowly, and one does in any case. */
const SLOW_EVERY = 10;
/** A slow reader takes nothing for most of the time. */
const STILL_MS = 2_000;
const FLOWING_MS = 500;
/** A server that is there answers within this time, whatever else it has to do; one that is not has time to come back. */
const PATIENCE_MS = 60_000;

interface Stage {
  readonly crew: Crew;
  readonly road: Road;
  readonly slowRoad: Road;
  readonly relay: Relay;
}

/** Null when it was broken off. Throws a DrillProblem when there can be no verdict. */
export async function rehearse(hold: ScratchHold, seconds: number, brokenOff: Promise<null>): Promise<Result | null> {
  const stage = await setStage(hold, seconds);
  const progress = new Progress(seconds, stage.crew, hold);
  const play = async (): Promise<Result> => {
    await patiently(() => stage.crew.gathered());
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

async function setStage(hold: ScratchHold, seconds: number): Promise<Stage> {
  const road = await Road.open(hold);
  const { road: slowRoad, relay } = await Road.throughRelay(hold);
  const slowCount = Math.max(1, Math.floor(hold.hands.length / SLOW_EVERY));
  const slow = hold.hands.slice(0, slowCount).map((hand) => slowRoad.member(hand));
  const quick = hold.hands.slice(slowCount).map((hand) => road.member(hand));
  return { crew: new Crew({ quick, slow }, hold.slug, seconds * 1_000), road, slowRoad, relay };
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
  await patiently(() => crew.settled());
}

async function judged(hold: ScratchHold, { crew, road }: Stage, seconds: number): Promise<Result> {
  if (crew.acknowledged === 0) throw new DrillProblem('Nobody said anything in so short a time: nothing is proved.');
  const [reader] = hold.hands;
  if (reader === undefined) throw new DrillProblem('The server sent nobody to drill with.');
  const history = await patiently((patience) => keptHistory((path) => road.get(reader, path, patience), hold.slug));
  const run = { clients: crew.logs(), history };
  const { acknowledgedMs, shownMs, backMs } = crew.stopwatch;
  const { sent, repeats, cuts } = crew;
  const people = { clients: hold.hands.length, seconds, url: hold.venue.unixSocket ?? hold.venue.url };
  const times = { acknowledgedMs, shownMs, backMs };
  return { ...people, ...times, sent, repeats, cuts, ...tally(run), broken: brokenPromises(run) };
}

/** `doing` may ask for things until its signal says that the patience is over. */
async function patiently<T>(doing: (patience: AbortSignal) => Promise<T>): Promise<T> {
  const patience = new AbortController();
  const { promise: enough, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(
      new DrillProblem(
        `For ${PATIENCE_MS / 1_000} s the server did not answer, or did not take what was said: there is no verdict.`,
      ),
    );
    patience.abort();
  }, PATIENCE_MS);
  try {
    return await Promise.race([doing(patience.signal), enough]);
  } finally {
    clearTimeout(timer);
  }
}
