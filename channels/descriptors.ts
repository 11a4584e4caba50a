import { closeSync, openSync, readFileSync } from 'node:fs';

/** Descriptors that a process keeps for its own work when connections have taken all others. */
const RESERVED = 32;
/** Files, threads and timers of a server, apart from its connections. */
const OWN_USE = 64;
/** The rest is for requests: with no more sockets than this, a paused listener finds enough to listen again. */
const SOCKET_SHARE = 0.8;

/** The most sockets for a process that may have so many descriptors. */
export function maxSocketsFor(descriptors: number): number {
  return Math.max(1, Math.floor((descriptors - OWN_USE - RESERVED) * SOCKET_SHARE));
}

/** The most descriptors that this process may have; infinite where the system does not tell. */
export function descriptorLimit(): number {
  try {
    const soft = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    return soft === undefined ? Number.POSITIVE_INFINITY : Number(soft);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/** Whether so many descriptors could be opened now. */
export function canOpenDescriptors(count: number): boolean {
  const opened = openDescriptors(count);
  closeDescriptors(opened);
  return opened.length === count;
}

/** Descriptors that are held open so that connections cannot take them. */
export class DescriptorReserve {
  #held: readonly number[] = [];

  /** False when not all of them could be opened: then none is held. */
  hold(): boolean {
    this.release();
    this.#held = openDescriptors(RESERVED);
    if (this.#held.length === RESERVED) return true;
    this.release();
    return false;
  }

  release(): void {
    closeDescriptors(this.#held);
    this.#held = [];
  }
}

/** Fewer when the process has no more. */
function openDescriptors(count: number): number[] {
  const opened: number[] = [];
  try {
    while (opened.length < count) opened.push(openSync('/dev/null', 'r'));
  } catch {
    // EMFILE, or ENFILE for the whole system.
  }
  return opened;
}

function closeDescriptors(descriptors: readonly number[]): void {
  for (const descriptor of descriptors) closeSync(descriptor);
}
