/** One sweep for all sockets of a server: asks each for a sign of life, and ends those that gave none, or lived too long. */
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
    this.#timer = setInterval(() => this.#sweep(), times.pingEveryMs / SWEEPS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #sweep(): void {
    const now = performance.now();
    const slept = this.#slept(now);
    for (const socket of this.#sockets) {
      socket.heardAt += slept;
      if (now - socket.heardAt > this.#times.deadAfterMs) socket.terminate();
      else if (now - socket.openedAt > this.#expiry.lifeMs) this.#expiry.expired(socket);
      else if (now >= socket.pingDueAt) this.#ask(socket, now);
    }
  }

  #ask(socket: Socket, now: number): void {
    socket.pingDueAt = now + this.#times.pingEveryMs;
    socket.ping();
  }

  /** When this process stood still (a suspended machine), the silence was ours, not theirs. */
  #slept(now: number): number {
    const since = now - this.#sweptAt;
    this.#sweptAt = now;
    return since > this.#times.pingEveryMs ? since : 0;
  }
}

export interface Expiry<Socket> {
  readonly lifeMs: number;
  expired(socket: Socket): void;
}

const NEVER: Expiry<unknown> = { lifeMs: Number.POSITIVE_INFINITY, expired: () => {} };

export interface HeartbeatTarget {
  readonly openedAt: number;
  /** `performance.now()` of the last pong, frame or progress. */
  heardAt: number;
  pingDueAt: number;
  ping(): void;
  terminate(): void;
}

export interface HeartbeatTimes {
  readonly pingEveryMs: number;
  /** Silence longer than this ends a socket, a sweep (a tenth of `pingEveryMs`) later at most. */
  readonly deadAfterMs: number;
}

export const HEARTBEAT: HeartbeatTimes = { pingEveryMs: 10_000, deadAfterMs: 25_000 };

const SWEEPS = 10;

/** When a new socket's first ping is due: somewhere in the next period, so that not all are asked at once. */
export function firstPingDueAt(times: HeartbeatTimes): number {
  return performance.now() + Math.random() * times.pingEveryMs;
}
