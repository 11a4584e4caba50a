/** Judges a run of the fuzz: what it must not leave behind. */
import type { Report } from './fuzz.ts';

const GROWTH_MAX = 1.1;
/** The collector takes whatever looks like an address on the stack for one; a leak would leave far more of a thousand sockets. */
const STRAY_OBJECTS = 2;
/** An uninvolved client never waits so long, on whatever machine. */
const WAIT_MAX_MS = 10_000;

/** One line for each promise that was broken. */
export function violations({ start, base, after, served, slowestMs, errorOutput, isAlive }: Report): string[] {
  const grown = after.residentBytes / base.residentBytes;
  const heap = after.heapBytes / base.heapBytes;
  const promises: readonly (readonly [isMet: boolean, otherwise: string])[] = [
    [isAlive, 'the server ended'],
    [errorOutput === '', `it wrote to stderr: ${errorOutput.slice(0, 2_000)}`],
    [served > 0 && slowestMs < WAIT_MAX_MS, `a client with good manners waited ${slowestMs} ms`],
    [after.opened === after.ended, `${after.opened} connections were opened and ${after.ended} ended`],
    [after.sockets === 0 && after.undecided === 0, `${after.sockets} sockets are left`],
    [
      after.websockets <= base.websockets + STRAY_OBJECTS,
      `${after.websockets} socket objects are left, ${base.websockets} before`,
    ],
    [after.files <= start.files, `${after.files} descriptors are open, ${start.files} before`],
    [grown <= GROWTH_MAX, `resident memory grew to ${percent(grown)}`],
    [heap <= GROWTH_MAX, `the heap grew to ${percent(heap)}`],
  ];
  return promises.filter(([isMet]) => !isMet).map(([, otherwise]) => otherwise);
}

export function summary({ frames, handshakes, start, base, after, served, slowestMs, seconds }: Report): string {
  const memory = (name: 'residentBytes' | 'heapBytes'): string =>
    `${megabytes(base[name])} → ${megabytes(after[name])} (${percent(after[name] / base[name])})`;
  return [
    `${frames} frames and ${handshakes} handshakes in ${seconds.toFixed(0)} s; ${after.opened} sockets were opened`,
    `clients with good manners: ${served} words, the slowest after ${slowestMs.toFixed(0)} ms`,
    `resident ${memory('residentBytes')}, heap ${memory('heapBytes')}`,
    `descriptors ${start.files} → ${after.files}, socket objects ${base.websockets} → ${after.websockets}`,
  ].join('\n');
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
