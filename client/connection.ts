import type { ClientFrame } from '../protocol/frames.ts';
import { SILENCE_S } from '../protocol/limits.ts';
import { CLOSE } from '../protocol/refusals.ts';
import type { Clock } from './clock.ts';
import type { PageSocket, PageSocketListener } from './socket.ts';

/** `offline`: the last try failed or the connection was lost; another try follows. */
export type ConnectionState = 'connecting' | 'open' | 'offline' | ConnectionEnd;
/** After these nothing is tried by itself; signing in again is noticed when somebody looks at the page. */
export type ConnectionEnd = 'signed-out' | 'forbidden' | 'gone' | 'stopped';

export interface ConnectionParts {
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly open: (address: string, ears: PageSocketListener) => PageSocket;
  /** Asked at every try: the position in it moves on. */
  readonly address: () => string;
  /** Why a socket could not be opened. Must not reject. */
  readonly refusedReason: () => Promise<'wait' | Exclude<ConnectionEnd, 'stopped'>>;
  readonly heard: (text: string) => void;
  readonly changed: (state: ConnectionState) => void;
}

const SILENCE_MS = SILENCE_S * 1_000;
const OPEN_WITHIN_MS = 10_000;
const WAKING_MS = 1_000;
const RETRY_BASE_MS = 500;
const RETRY_CAP_MS = 5_000;
const GAP_MS = 200;
const RESTART_CAP_MS = 60_000;
/** A connection that held this long is no reason to come back more slowly. */
const STEADY_MS = 5_000;

const ENDINGS: ReadonlyMap<number, ConnectionEnd> = new Map([
  [CLOSE.sessionEnded, 'signed-out'],
  [CLOSE.forbidden, 'forbidden'],
  [CLOSE.roomGone, 'gone'],
]);

/** One socket at a time; when it is lost, another one, until an ending is reached. */
export class Connection {
  #state: ConnectionState = 'connecting';
  #wire: PageSocket | null = null;
  /** Whatever belongs to an earlier socket speaks to nobody. */
  #generation = 0;
  #attempts = 0;
  #openedAt: number | null = null;
  #isWelcome = false;
  #heardAt = 0;
  /** The server said when to come back; nothing hurries that. */
  #told = false;
  #callOff: () => void = () => {};

  constructor(private readonly parts: ConnectionParts) {}

  get state(): ConnectionState {
    return this.#state;
  }

  start(): void {
    this.#connect();
  }

  stop(): void {
    this.end('stopped');
  }

  end(ending: ConnectionEnd): void {
    this.#leave();
    this.#become(ending);
  }

  /** By the server, on the present line: before that nobody knows what is missing. */
  get isReady(): boolean {
    return this.#isWelcome;
  }

  /** The server has said whose socket it is. Until then it may be another's, who signed in in another tab. */
  welcomed(): void {
    this.#isWelcome = true;
  }

  /** False when there is nothing to send it through, or nobody knows in whose name it would go. */
  send(frame: ClientFrame): boolean {
    if (!this.#isWelcome || this.#wire === null) return false;
    this.#wire.send(JSON.stringify(frame));
    return true;
  }

  /** The network is back, or somebody looks at the page again. */
  retryNow(): void {
    if (this.#wire !== null) this.#watch();
    else if (this.#state === 'offline' && !this.#told) this.#connect();
    else if (this.#state === 'signed-out') this.#askWhether();
  }

  /** Something is missing, or the line may be dead: come back. What holds after all is back at once. */
  reconnect(): void {
    if (this.#wire !== null) this.#lose(this.#backoff(GAP_MS));
  }

  #connect(): void {
    this.#leave();
    this.#told = false;
    this.#openedAt = null;
    this.#heardAt = this.parts.clock.now();
    if (this.#attempts === 0) this.#become('connecting');
    const generation = this.#generation;
    const mine = (hear: () => void) => {
      if (generation === this.#generation) hear();
    };
    this.#wire = this.parts.open(this.parts.address(), {
      opened: () => mine(() => this.#opened()),
      heard: (text) => mine(() => this.#heard(text)),
      closed: (code, reason) => mine(() => this.#closed(code, reason)),
    });
    this.#watch();
  }

  #opened(): void {
    this.#openedAt = this.parts.clock.now();
    this.#heardAt = this.#openedAt;
    this.#become('open');
  }

  #heard(text: string): void {
    this.#heardAt = this.parts.clock.now();
    this.parts.heard(text);
  }

  #closed(code: number, reason: string): void {
    const ending = ENDINGS.get(code);
    if (ending !== undefined) this.end(ending);
    else if (this.#openedAt === null) this.#askWhy();
    else if (code === CLOSE.restart) this.#wait(restartDelayMs(reason) ?? this.#backoff(RETRY_BASE_MS));
    else if (code === CLOSE.flood) this.#wait(RETRY_CAP_MS);
    else this.#lose(this.#backoff(RETRY_BASE_MS));
  }

  #askWhy(): void {
    this.#leave();
    const generation = this.#generation;
    const delay = this.#backoff(RETRY_BASE_MS);
    this.#become('offline');
    void this.parts.refusedReason().then((verdict) => {
      if (generation !== this.#generation) return;
      if (verdict === 'wait') this.#later(delay, () => this.#connect());
      else this.end(verdict);
    });
  }

  /** Somebody who signed out may have signed in again, in another tab. */
  #askWhether(): void {
    const generation = this.#generation;
    void this.parts.refusedReason().then((verdict) => {
      if (generation === this.#generation && verdict === 'wait') this.#connect();
    });
  }

  #lose(delayMs: number): void {
    this.#leave();
    this.#later(delayMs, () => this.#connect());
    this.#become('offline');
  }

  #wait(delayMs: number): void {
    this.#told = true;
    this.#lose(delayMs);
  }

  #leave(): void {
    this.#generation++;
    this.#callOff();
    this.#wire?.close();
    this.#wire = null;
    this.#isWelcome = false;
  }

  /** Timers of a machine that wakes run before its sockets are read: who seems silent gets another second. */
  #watch(): void {
    const limit = this.#openedAt === null ? OPEN_WITHIN_MS : SILENCE_MS;
    const silent = this.parts.clock.now() - this.#heardAt;
    const heardAt = this.#heardAt;
    if (silent < limit) this.#later(limit - silent, () => this.#watch());
    else this.#later(WAKING_MS, () => (heardAt === this.#heardAt ? this.#silent() : this.#watch()));
  }

  #silent(): void {
    if (this.#openedAt === null) this.#askWhy();
    else this.#lose(this.#backoff(RETRY_BASE_MS));
  }

  #backoff(baseMs: number): number {
    const held = this.#openedAt === null ? 0 : this.parts.clock.now() - this.#openedAt;
    if (held >= STEADY_MS) this.#attempts = 0;
    const most = Math.min(RETRY_CAP_MS, baseMs * 2 ** this.#attempts);
    this.#attempts++;
    return this.parts.random() * most;
  }

  #later(ms: number, run: () => void): void {
    this.#callOff();
    this.#callOff = this.parts.clock.after(ms, run);
  }

  #become(state: ConnectionState): void {
    if (state === this.#state && state !== 'connecting') return;
    this.#state = state;
    this.parts.changed(state);
  }
}

function restartDelayMs(reason: string): number | null {
  const told = /\bretry_after=(\d{1,9})\b/.exec(reason)?.[1];
  return told === undefined ? null : Math.min(Number(told), RESTART_CAP_MS);
}
