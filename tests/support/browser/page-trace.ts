/** The work of a page's main thread, frame by frame, from a trace of the browser. */
import type { Browser, Page } from 'playwright-core';

const CATEGORIES = ['devtools.timeline', 'disabled-by-default-devtools.timeline', 'v8'];
/** Script and layout, with all that is nested in them. */
const WORK = new Set([
  'EvaluateScript',
  'EventDispatch',
  'FireAnimationFrame',
  'FunctionCall',
  'Layout',
  'RunMicrotasks',
  'TimerFire',
  'UpdateLayoutTree',
  'V8.GC_MC_BACKGROUND',
  'MajorGC',
  'MinorGC',
  'XHRReadyStateChange',
]);
/** Everything the thread does is inside one of these. */
const TASK = 'RunTask';
/** Every frame has one. */
const FRAME = 'PrePaint';

interface TraceEvent {
  readonly name: string;
  readonly thread: string;
  /** Microseconds: when, for how long, and for how long on a processor, which a busy machine does not make longer. */
  readonly at: number;
  readonly duration: number;
  readonly cpuTime: number;
}

export interface PageWork {
  /** Milliseconds of script and layout for each frame. */
  readonly frames: readonly number[];
  /** Milliseconds of all work of the page's main thread. */
  readonly total: number;
}

export async function tracePage(browser: Browser, page: Page, doing: () => Promise<void>): Promise<PageWork> {
  await browser.startTracing(page, { categories: CATEGORIES });
  await doing().catch(async (error: unknown) => {
    await browser.stopTracing();
    throw error;
  });
  return workIn(JSON.parse((await browser.stopTracing()).toString()));
}

function workIn(trace: unknown): PageWork {
  const events = eventsOf(trace);
  const all = onPageThread(events.flatMap(traceEventOf));
  const work = outermost(all.filter(({ name }) => WORK.has(name)));
  const drawn = all.filter(({ name }) => name === FRAME).map(({ at }) => at);
  return { frames: workByFrame(work, drawn), total: sumOf(all.filter(({ name }) => name === TASK)) };
}

function workByFrame(work: readonly TraceEvent[], drawn: readonly number[]): number[] {
  const sums = drawn.map(() => 0);
  let picture = 0;
  for (const { at, cpuTime: works } of work) {
    while (picture < drawn.length && at > (drawn[picture] ?? 0)) picture++;
    if (picture < sums.length) sums[picture] = (sums[picture] ?? 0) + works / 1_000;
  }
  return sums;
}

function sumOf(work: readonly TraceEvent[]): number {
  return work.reduce((sum, { cpuTime: works }) => sum + works, 0) / 1_000;
}

function outermost(happenings: readonly TraceEvent[]): TraceEvent[] {
  let end = 0;
  return happenings.filter(({ at, duration: lasts }) => {
    if (at < end) return false;
    end = at + lasts;
    return true;
  });
}

/** Of all threads that draw pages, the one that did most. */
function onPageThread(happenings: readonly TraceEvent[]): TraceEvent[] {
  const done = new Map<string, number>();
  for (const { thread, cpuTime: works } of happenings) done.set(thread, (done.get(thread) ?? 0) + works);
  const [most] = [...done].sort(([, one], [, other]) => other - one);
  return happenings.filter(({ thread }) => thread === most?.[0]).sort((one, other) => one.at - other.at);
}

function eventsOf(trace: unknown): readonly unknown[] {
  const events = typeof trace === 'object' && trace !== null && 'traceEvents' in trace ? trace.traceEvents : null;
  if (Array.isArray(events)) return events;
  throw new Error('the browser has traced nothing');
}

function traceEventOf(event: unknown): TraceEvent[] {
  if (typeof event !== 'object' || event === null) return [];
  const { ph, name, ts, dur, tdur, pid, tid }: Readonly<Record<string, unknown>> = { ...event };
  if (ph !== 'X' || typeof name !== 'string' || typeof ts !== 'number' || typeof dur !== 'number') return [];
  return [{ name, thread: `${pid}/${tid}`, at: ts, duration: dur, cpuTime: typeof tdur === 'number' ? tdur : dur }];
}
