/** One sweep for all sockets of a server: pings each, and ends those that stay silent or have lived too long. */
export class Heartbeat<Socket extends HeartbeatTarget> {
  readonly #times: HeartbeatTimes;
  readonly #sockets: Iterable<Socket>;
  readonly #expiry: Expiry<Socket>;
  readonly #timer: NodeJS.Timeout;
  #sweptAt = performance.now();

  constructor(sockets: Iterable<Socket>, times: HeartbeatTimes, expiry: Expiry<Socket> = NEVER) {
    this.#sockets = sockets;
    this.#times = times;
    this.#expiry = expiry;
    this.#timer = setInterval(() => this.#sweep(), times.pingEveryMs / SWEEPS_PER_PING);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #sweep(): void {
    const now = performance.now();
    const stalledMs = this.#stalledMs(now);
    for (const socket of this.#sockets) {
      socket.lastSeenAt += stalledMs;
      if (now - socket.lastSeenAt > this.#times.deadAfterMs) socket.terminate();
      else if (now - socket.openedAt > this.#expiry.lifeMs) this.#expiry.onExpired(socket);
      else if (now >= socket.pingDueAt) this.#ping(socket, now);
    }
  }

  #ping(socket: Socket, now: number): void {
    socket.pingDueAt = now + this.#times.pingEveryMs;
    socket.ping();
  }

  /** While this process was stalled (a suspended machine), no peer could be heard: that time does not count as silence. */
  #stalledMs(now: number): number {
    const sinceMs = now - this.#sweptAt;
    this.#sweptAt = now;
    return sinceMs > this.#times.pingEveryMs ? sinceMs : 0;
  }
}

export interface Expiry<Socket> {
  readonly lifeMs: number;
  onExpired(socket: Socket): void;
}

const NEVER: Expiry<unknown> = { lifeMs: Number.POSITIVE_INFINITY, onExpired: () => {} };

export interface HeartbeatTarget {
  readonly openedAt: number;
  /** `performance.now()` of the last pong, frame or progress. */
  lastSeenAt: number;
  pingDueAt: number;
  ping(): void;
  terminate(): void;
}

export interface HeartbeatTimes {
  readonly pingEveryMs: number;
  /** Longer silence ends a socket, at most one sweep (a tenth of `pingEveryMs`) later. */
  readonly deadAfterMs: number;
}

export const HEARTBEAT: HeartbeatTimes = { pingEveryMs: 10_000, deadAfterMs: 25_000 };

const SWEEPS_PER_PING = 10;

/** A random moment of the next period, so that not all sockets are pinged at once. */
export function firstPingDueAt(times: HeartbeatTimes): number {
  return performance.now() + Math.random() * times.pingEveryMs;
}
