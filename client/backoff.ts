import { CLOSE } from '../protocol/refusals.ts';
import type { SocketClose } from './socket.ts';

export interface BackoffTimes {
  /** The longest delay after the first failure; it doubles with each further one. */
  readonly baseMs: number;
  readonly capMs: number;
}

export const BACKOFF: BackoffTimes = { baseMs: 500, capMs: 5_000 };

/** After a gap the server is known to be there: the delay only keeps the clients of a room apart. */
const GAP_MS = 200;
const RESTART_CAP_MS = 60_000;
/** A connection that was open for this long is no reason for a longer delay. */
const STEADY_MS = 5_000;

export interface ReconnectDelay {
  readonly ms: number;
  /** The server asked for it: nothing shortens it. */
  readonly isFixed: boolean;
}

/**
 * How long a client waits before it reconnects: anything up to a limit that doubles with each attempt (full jitter), and
 * never less than the server asked for. `heldMs` is how long the last connection was open, 0 if it never was.
 */
export class Backoff {
  #attempts = 0;

  constructor(
    /** In [0, 1). */
    private readonly random: () => number,
    private readonly times: BackoffTimes = BACKOFF,
  ) {}

  /** No delay was needed since the start, or since the last connection that held. */
  get isFirstAttempt(): boolean {
    return this.#attempts === 0;
  }

  delayMs(heldMs: number): number {
    return this.#jitteredMs(this.times.baseMs, heldMs);
  }

  /** The client closed the connection itself, because a change was missing or the socket seemed dead. */
  delayAfterGapMs(heldMs: number): number {
    return this.#jitteredMs(Math.min(GAP_MS, this.times.baseMs), heldMs);
  }

  /** The server, or the network, closed a connection that was open. */
  delayAfterClose({ code, reason }: SocketClose, heldMs: number): ReconnectDelay {
    if (code === CLOSE.restart) return { ms: restartDelayMs(reason) ?? this.delayMs(heldMs), isFixed: true };
    if (code === CLOSE.flood) return { ms: this.times.capMs, isFixed: true };
    return { ms: this.delayMs(heldMs), isFixed: false };
  }

  #jitteredMs(baseMs: number, heldMs: number): number {
    if (heldMs >= STEADY_MS) this.#attempts = 0;
    const mostMs = Math.min(this.times.capMs, baseMs * 2 ** this.#attempts);
    this.#attempts++;
    return this.random() * mostMs;
  }
}

/** Null when the reason names no delay. */
function restartDelayMs(reason: string): number | null {
  const asked = /\bretry_after=(\d{1,9})\b/.exec(reason)?.[1];
  return asked === undefined ? null : Math.min(Number(asked), RESTART_CAP_MS);
}
