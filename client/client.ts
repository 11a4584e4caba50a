import type { ErrorFrame, ServerFrame, Welcome } from '../protocol/frames.ts';
import { SILENCE_S } from '../protocol/limits.ts';
import { parseFrames } from '../protocol/server-frames.ts';
import { Backoff, type BackoffTimes, type ReconnectDelay } from './backoff.ts';
import { type ClientIdentity, ClientSocket } from './bun-socket.ts';
import { FINAL_CLOSES } from './connection.ts';
import { changeEntry, type Entry, type Request } from './journal.ts';
import { newNonce } from './nonce.ts';
import { ReconnectPause } from './reconnect-pause.ts';
import { SendQueue } from './send-queue.ts';
import type { SocketClose } from './socket.ts';
import { type ChangeFrame, type ChangeStep, lastChange, StreamPosition } from './stream-position.ts';

export interface ClientOptions {
  /** In [0, 1). */
  readonly random: () => number;
  readonly backoff?: BackoffTimes;
  /** Without a frame for so long, the client reconnects. */
  readonly silenceMs?: number;
  /** The frames of a text. By default unknown and malformed ones are left out. */
  readonly parse?: (text: string) => readonly ServerFrame[];
  /** Called with every frame after it was applied. */
  readonly onFrame?: (frame: ServerFrame) => void;
  /** A connection was closed, or could not be opened. */
  readonly onDisconnect?: () => void;
}

/**
 * A member of one room that loses nothing: it reconnects by itself, resumes from its position, notices gaps, and repeats
 * each request until it is answered. Connects at once; what is sent before that waits.
 */
export class ReliableClient {
  /** What was requested and received, in order, for a checker. */
  readonly log: Entry[] = [];
  /** How each connection was closed. */
  readonly closes: SocketClose[] = [];
  /** For every connection that came to `live` the time from its start to that. */
  readonly connectMs: number[] = [];
  #socket: ClientSocket | null = null;
  /** Null once the connection is live. */
  #connectingSince: number | null = null;
  /** False until the present connection has received its `welcome`. */
  #isWelcome = false;
  #isClosed = false;
  #waiting: Array<() => void> = [];
  #resendTimer: ReturnType<typeof setTimeout> | undefined;
  readonly #stream = new StreamPosition();
  readonly #queue = new SendQueue(this.log);
  readonly #pause = new ReconnectPause();
  readonly #backoff: Backoff;
  readonly #parse: (text: string) => readonly ServerFrame[];
  readonly #running: Promise<void>;

  constructor(
    private readonly identity: ClientIdentity,
    private readonly room: string,
    private readonly options: ClientOptions,
  ) {
    this.#backoff = new Backoff(options.random, options.backoff);
    this.#parse = options.parse ?? parseFrames;
    this.#running = this.#run();
  }

  /** Returns the nonce. */
  send(text: string): string {
    return this.#request({ op: 'send', nonce: newNonce(), text });
  }

  edit(seq: number, text: string): string {
    return this.#request({ op: 'edit', nonce: newNonce(), seq, text });
  }

  delete(seq: number): string {
    return this.#request({ op: 'delete', nonce: newNonce(), seq });
  }

  /** All changes up to here are known; null before the first `live`. */
  get last(): number | null {
    return this.#stream.last;
  }

  get isLive(): boolean {
    return this.#isWelcome && this.#stream.isLive;
  }

  /** For each answered request the time from the first attempt to send it to the answer. */
  get answeredMs(): readonly number[] {
    return this.#queue.answeredMs;
  }

  get hasAllAnswers(): boolean {
    return this.#queue.isEmpty;
  }

  async waitForAnswers(): Promise<void> {
    await this.waitUntil(() => this.hasAllAnswers);
  }

  /** Resolves when the client is live and has all changes up to `head`. */
  async waitForHead(head: number): Promise<void> {
    await this.waitUntil(() => this.isLive && this.last !== null && this.last >= head);
  }

  /** The condition is checked after every received text and every lost connection. */
  async waitUntil(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((wake) => this.#waiting.push(wake));
  }

  /** Breaks the connection, and opens none for so long. */
  disconnect(awayMs = 0): void {
    this.#pause.stayAway(awayMs);
    this.#socket?.terminate();
  }

  /** Ends the pause before the next connection, unless the server asked for it. */
  retryNow(): void {
    this.#pause.retryNow();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#pause.cancel();
    clearTimeout(this.#resendTimer);
    this.#socket?.close();
    await this.#running;
  }

  #request(request: Request): string {
    this.log.push(request);
    if (this.#queue.add(request)) this.#sendFirst();
    return request.nonce;
  }

  async #run(): Promise<void> {
    while (!this.#isClosed) {
      const socket = this.#connect();
      const close = await socket.closed;
      this.#onClose(close);
      if (FINAL_CLOSES.has(close.code)) return;
      if (!this.#isClosed) await this.#pause.wait(this.#delayAfter(socket, close));
    }
  }

  #connect(): ClientSocket {
    const from = this.#stream.resumePoint;
    const query = from === null ? '' : `after=${from.after}&epoch=${from.epoch}`;
    this.#connectingSince = performance.now();
    const socket: ClientSocket = new ClientSocket(this.identity.socketTarget(this.room, query), {
      silenceMs: this.options.silenceMs ?? SILENCE_S * 1_000,
      onText: (text) => this.#onText(text, socket),
    });
    this.#socket = socket;
    return socket;
  }

  #onClose(close: SocketClose): void {
    this.closes.push(close);
    this.#isWelcome = false;
    this.#socket = null;
    this.options.onDisconnect?.();
    this.#wakeWaiting();
  }

  #delayAfter(socket: ClientSocket, close: SocketClose): ReconnectDelay {
    const { heldMs } = socket;
    if (!socket.hasOpened) return { ms: this.#backoff.delayMs(0), isFixed: false };
    if (this.#stream.hasGap) return { ms: this.#backoff.delayAfterGapMs(heldMs), isFixed: false };
    return this.#backoff.delayAfterClose(close, heldMs);
  }

  #onText(text: string, socket: ClientSocket): void {
    if (this.options.onFrame === undefined && isPresence(text)) return;
    for (const frame of this.#parse(text)) {
      if (this.#applyFrame(frame) === 'gap') {
        socket.terminate();
        break;
      }
      this.options.onFrame?.(frame);
    }
    this.#wakeWaiting();
  }

  #wakeWaiting(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  #applyFrame(frame: ServerFrame): ChangeStep {
    switch (frame.type) {
      case 'welcome':
        return this.#onWelcome(frame);
      case 'replay':
        this.#stream.onReplay();
        return 'apply';
      case 'live':
        return this.#onLive(frame.head);
      case 'heartbeat':
        return this.#stream.onHeartbeat(frame.head);
      case 'error':
        return this.#onError(frame);
      case 'chat_message':
      case 'message_changed':
        return this.#onChange(frame);
      default:
        return 'ignore';
    }
  }

  #onWelcome(frame: Welcome): 'apply' {
    const hadPosition = this.#stream.resumePoint !== null;
    this.#isWelcome = true;
    if (this.#stream.onWelcome(frame) === 'fresh' && hadPosition) this.log.push({ op: 'reset' });
    return 'apply';
  }

  #onLive(head: number): 'apply' {
    if (this.#connectingSince !== null) this.connectMs.push(performance.now() - this.#connectingSince);
    this.#connectingSince = null;
    if (this.last === null) this.log.push({ op: 'entered', head });
    this.#stream.onLive(head);
    this.#sendFirst();
    return 'apply';
  }

  /** An answer is noted even if the change itself is known, or shows a gap. */
  #onChange(frame: ChangeFrame): ChangeStep {
    if (this.#queue.onChange(frame, lastChange(frame))) this.#sendFirst();
    const step = this.#stream.onChange(frame);
    if (step === 'apply') this.log.push(changeEntry(frame, this.last === null));
    return step;
  }

  #onError(frame: ErrorFrame): 'apply' {
    const next = this.#queue.onRefused(frame);
    if (next === 'next') this.#sendFirst();
    else if (next !== null) this.#resendTimer = setTimeout(() => this.#sendFirst(), next);
    return 'apply';
  }

  #sendFirst(): void {
    const text = this.#queue.encodeFirst();
    if (text !== undefined && this.isLive) this.#socket?.send(text);
  }
}

/** Member lists come often and are long; a client without a listener need not parse them. */
function isPresence(text: string): boolean {
  return text.startsWith('{"type":"user_');
}
