import type { ClientFrame } from '../protocol/frames.ts';
import { SILENCE_S } from '../protocol/limits.ts';
import { CLOSE } from '../protocol/refusals.ts';
import { Backoff } from './backoff.ts';
import type { Clock } from './clock.ts';
import type { ConnectionSocket, ConnectionSocketListener, SocketClose } from './socket.ts';

/** `offline`: the last try failed or the connection was lost; another try follows. */
export type ConnectionState = 'connecting' | 'open' | 'offline' | ConnectionEnd;
/** After these there is no automatic attempt; `retryNow` notices when the user has logged in again. */
export type ConnectionEnd = 'signed-out' | 'forbidden' | 'gone' | 'stopped';

export interface ConnectionParts {
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly openSocket: (address: string, listener: ConnectionSocketListener) => ConnectionSocket;
  /** Read at every attempt: the position in it moves on. */
  readonly address: () => string;
  /** Why a socket could not be opened. Must not reject. */
  readonly refusedReason: () => Promise<'wait' | Exclude<ConnectionEnd, 'stopped'>>;
  readonly onText: (text: string) => void;
  readonly onStateChange: (state: ConnectionState) => void;
}

const SILENCE_MS = SILENCE_S * 1_000;
const OPEN_WITHIN_MS = 10_000;
const WAKING_MS = 1_000;

/** Close codes after which a client does not reconnect, and why. */
export const FINAL_CLOSES: ReadonlyMap<number, ConnectionEnd> = new Map([
  [CLOSE.sessionEnded, 'signed-out'],
  [CLOSE.forbidden, 'forbidden'],
  [CLOSE.roomGone, 'gone'],
]);

/** One socket at a time; when it is lost, another one, until an ending is reached. */
export class Connection {
  #state: ConnectionState = 'connecting';
  #socket: ConnectionSocket | null = null;
  /** Events of an earlier socket are ignored. */
  #generation = 0;
  #openedAt: number | null = null;
  #isWelcome = false;
  #receivedAt = 0;
  /** The server said when to reconnect; nothing shortens that. */
  #isDelayFixed = false;
  #cancelTimer: () => void = () => {};
  readonly #backoff: Backoff;

  constructor(private readonly parts: ConnectionParts) {
    this.#backoff = new Backoff(parts.random);
  }

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
    this.#closeSocket();
    this.#setState(ending);
  }

  /** The present socket has received its welcome: before that the client does not know what it is missing. */
  get isReady(): boolean {
    return this.#isWelcome;
  }

  /** The server has named the socket's user. Before that it may be another user, who logged in in another tab. */
  onWelcome(): void {
    this.#isWelcome = true;
  }

  /** False when there is no socket, or its user is not known yet. */
  send(frame: ClientFrame): boolean {
    if (!this.#isWelcome || this.#socket === null) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /** The network is back, or the user looks at the page again. */
  retryNow(): void {
    if (this.#socket !== null) this.#watchSilence();
    else if (this.#state === 'offline' && !this.#isDelayFixed) this.#connect();
    else if (this.#state === 'signed-out') this.#checkLoggedIn();
  }

  /** A change is missing, or the connection may be dead. */
  reconnect(): void {
    if (this.#socket !== null) this.#reconnectAfter(this.#backoff.delayAfterGapMs(this.#heldMs));
  }

  #connect(): void {
    this.#closeSocket();
    this.#isDelayFixed = false;
    this.#openedAt = null;
    this.#receivedAt = this.parts.clock.now();
    if (this.#backoff.isFirstAttempt) this.#setState('connecting');
    const generation = this.#generation;
    const ifCurrent = (handle: () => void) => {
      if (generation === this.#generation) handle();
    };
    this.#socket = this.parts.openSocket(this.parts.address(), {
      onOpen: () => ifCurrent(() => this.#onOpen()),
      onText: (text) => ifCurrent(() => this.#onText(text)),
      onClose: (code, reason) => ifCurrent(() => this.#onClose(code, reason)),
    });
    this.#watchSilence();
  }

  #onOpen(): void {
    this.#openedAt = this.parts.clock.now();
    this.#receivedAt = this.#openedAt;
    this.#setState('open');
  }

  #onText(text: string): void {
    this.#receivedAt = this.parts.clock.now();
    this.parts.onText(text);
  }

  #onClose(code: number, reason: string): void {
    const ending = FINAL_CLOSES.get(code);
    if (ending !== undefined) this.end(ending);
    else if (this.#openedAt === null) this.#checkRefusal();
    else this.#reconnectAsAsked({ code, reason });
  }

  #reconnectAsAsked(close: SocketClose): void {
    const { ms, isFixed } = this.#backoff.delayAfterClose(close, this.#heldMs);
    this.#isDelayFixed = isFixed;
    this.#reconnectAfter(ms);
  }

  /** The socket did not open: reconnects after the usual delay, unless the server gives a reason not to. */
  #checkRefusal(): void {
    this.#closeSocket();
    const generation = this.#generation;
    const delayMs = this.#backoff.delayMs(this.#heldMs);
    this.#setState('offline');
    void this.parts.refusedReason().then((reason) => {
      if (generation !== this.#generation) return;
      if (reason === 'wait') this.#runAfter(delayMs, () => this.#connect());
      else this.end(reason);
    });
  }

  /** The user may have logged in again in another tab. */
  #checkLoggedIn(): void {
    const generation = this.#generation;
    void this.parts.refusedReason().then((reason) => {
      if (generation === this.#generation && reason === 'wait') this.#connect();
    });
  }

  #reconnectAfter(delayMs: number): void {
    this.#closeSocket();
    this.#runAfter(delayMs, () => this.#connect());
    this.#setState('offline');
  }

  #closeSocket(): void {
    this.#generation++;
    this.#cancelTimer();
    this.#socket?.close();
    this.#socket = null;
    this.#isWelcome = false;
  }

  /** When a machine wakes, its timers run before its sockets are read: a silent server gets another second. */
  #watchSilence(): void {
    const limit = this.#openedAt === null ? OPEN_WITHIN_MS : SILENCE_MS;
    const silentMs = this.parts.clock.now() - this.#receivedAt;
    const receivedAt = this.#receivedAt;
    if (silentMs < limit) this.#runAfter(limit - silentMs, () => this.#watchSilence());
    else this.#runAfter(WAKING_MS, () => (receivedAt === this.#receivedAt ? this.#onSilence() : this.#watchSilence()));
  }

  #onSilence(): void {
    if (this.#openedAt === null) this.#checkRefusal();
    else this.#reconnectAfter(this.#backoff.delayMs(this.#heldMs));
  }

  /** How long the last socket was open; 0 if it never was. */
  get #heldMs(): number {
    return this.#openedAt === null ? 0 : this.parts.clock.now() - this.#openedAt;
  }

  #runAfter(ms: number, run: () => void): void {
    this.#cancelTimer();
    this.#cancelTimer = this.parts.clock.after(ms, run);
  }

  #setState(state: ConnectionState): void {
    if (state === this.#state && state !== 'connecting') return;
    this.#state = state;
    this.parts.onStateChange(state);
  }
}
