/** Measures whether others suffer: how long they wait for acknowledgements with and without a fault, in turns. */

import { p99 } from '../report/figures.ts';
import type { Fleet } from './fleet.ts';

export interface Isolation {
  readonly baseMs: number;
  readonly withFaultMs: number;
}

/** The noise that a busy machine adds to a p99 of a few milliseconds. */
const NOISE_MS = 20;
const TIMES_BASE_MAX = 2;

/** The best of several turns counts: other work on the machine only ever adds. */
export async function isolation(
  fleet: Fleet,
  turns: number,
  halves: { readonly base: () => Promise<void>; readonly fault: () => Promise<void> },
): Promise<Isolation> {
  const [base, fault]: [number[], number[]] = [[], []];
  for (let turn = 0; turn < turns; turn++) {
    base.push(await p99During(fleet, halves.base));
    fault.push(await p99During(fleet, halves.fault));
  }
  return { baseMs: Math.min(...base), withFaultMs: Math.min(...fault) };
}

export function isBearable({ baseMs, withFaultMs }: Isolation): boolean {
  return withFaultMs <= TIMES_BASE_MAX * baseMs + NOISE_MS;
}

export function describeIsolation({ baseMs, withFaultMs }: Isolation): string {
  return `others' p99 ${withFaultMs.toFixed(1)} ms, ${baseMs.toFixed(1)} without it`;
}

async function p99During(fleet: Fleet, half: () => Promise<void>): Promise<number> {
  const before = fleet.writers.map(({ client }) => client.answeredMs.length);
  await half();
  return p99(fleet.writers.flatMap(({ client }, at) => client.answeredMs.slice(before[at])));
}
