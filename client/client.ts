/** The browser's half of the promise, without a page: resume by `after`, the gap rule, an outbox that sends one at a time. */
import { SILENCE_S } from '../protocol/limits.ts';
import { CLOSE } from '../protocol/refusals.ts';
import { Backoff, type BackoffTimes } from './backoff.ts';
import { type ClientIdentity, ClientSocket, type ClosedSocket } from './bun-socket.ts';
import { type Frame, numberIn, parseFrames } from './frame.ts';
import type { Entry } from './journal.ts';
import { type OutgoingRequest, SendQueue } from './send-queue.ts';

export interface ClientOptions {
  /** In [0, 1). */
  readonly random: () => number;
  readonly times?: BackoffTimes;
  /** No frame for so long: come back. */
  readonly silenceMs?: number;
  /** Every frame, when it has been dealt with. */
  readonly heard?: (frame: Frame) => void;
  /** A connection ended, or could not be had. */
  readonly lost?: () => void;
}

const NEVER_AGAIN: readonly number[] = [CLOSE.sessionEnded, CLOSE.forbidden, CLOSE.roomGone];

export class ReliableClient {
  /** What was done and seen, in order, for the checker. */
  readonly log: Entry[] = [];
  /** How each connection ended. */
  readonly endings: ClosedSocket[] = [];
  /** From dialling to `live`, for every connection that came so far. */
  readonly returnsMs: number[] = [];
  /** The number up to which nothing is missing; null before the first `live`. */
  last: number | null = null;
  #epoch = '';
  #live = false;
  #line: ClientSocket | null = null;
  /** Null once it was told `live`. */
  #dialledAt: number | null = null;
  #stopped = false;
  #waiting: Array<() => void> = [];
  #resendTimer: Timer | undefined;
  readonly #outbox: SendQueue;
  readonly #return: Backoff;
  readonly #running: Promise<void>;

  constructor(
    private readonly member: ClientIdentity,
    private readonly room: string,
    private readonly manners: ClientOptions,
  ) {
    this.#return = new Backoff(manners.random, manners.times);
    this.#outbox = new SendQueue(this.log);
    this.#running = this.#run();
  }

  /** Answers the nonce. */
  say(text: string): string {
    return this.#put({ op: 'send', nonce: Bun.randomUUIDv7(), text });
  }

  edit(seq: number, text: string): string {
    return this.#put({ op: 'edit', nonce: Bun.randomUUIDv7(), seq, text });
  }

  remove(seq: number): string {
    return this.#put({ op: 'delete', nonce: Bun.randomUUIDv7(), seq });
  }

  get isLive(): boolean {
    return this.#live;
  }

  /** From the first sending of each to its acknowledgement. */
  get acknowledgedMs(): readonly number[] {
    return this.#outbox.tookMs;
  }

  /** Nothing waits for its acknowledgement. */
  get isSettled(): boolean {
    return this.#outbox.isEmpty;
  }

  async settled(): Promise<void> {
    await this.until(() => this.isSettled);
  }

  async caughtUp(head: number): Promise<void> {
    await this.until(() => this.#live && this.last !== null && this.last >= head);
  }

  /** Asked whenever something was heard, or the line was lost. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((wake) => this.#waiting.push(wake));
  }

  /** The line breaks, and none is had for so long. */
  cut(awayMs = 0): void {
    this.#return.notBefore(awayMs);
    this.#line?.cut();
  }

  /** It need not stay away any longer. */
  comeBack(): void {
    this.#return.now();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#return.now();
    clearTimeout(this.#resendTimer);
    this.#line?.close();
    await this.#running;
  }

  #put(outgoing: OutgoingRequest): string {
    this.log.push(outgoing);
    if (this.#outbox.put(outgoing)) this.#sendFirst();
    return outgoing.nonce;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      const ended = await this.#visit();
      this.endings.push(ended);
      this.#live = false;
      this.#line = null;
      this.manners.lost?.();
      this.#wake();
      if (NEVER_AGAIN.includes(ended.code)) return;
      if (!this.#stopped) await this.#return.wait(ended);
    }
  }

  /** One connection, until it ends or has to be given up. */
  async #visit(): Promise<ClosedSocket> {
    const position = this.last === null ? '' : `after=${this.last}&epoch=${this.#epoch}`;
    this.#dialledAt = performance.now();
    const silenceMs = this.manners.silenceMs ?? SILENCE_S * 1_000;
    const line = new ClientSocket(this.member, this.room, position, {
      silenceMs,
      hear: (text) => this.#hear(text, line),
    });
    this.#line = line;
    if (this.#stopped) line.close();
    return line.ended;
  }

  #hear(text: string, line: ClientSocket): void {
    if (this.manners.heard === undefined && isOfNoConcern(text)) return;
    for (const frame of parseFrames(text)) {
      if (!this.#take(frame)) {
        line.cut();
        break;
      }
      this.manners.heard?.(frame);
    }
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** False: something is missing, come back with `after`. */
  #take(frame: Frame): boolean {
    switch (frame.type) {
      case 'welcome':
        return this.#welcomed(frame);
      case 'replay':
        this.#live = false;
        return true;
      case 'live':
        return this.#goLive(numberIn(frame, 'head'));
      case 'heartbeat':
        return !this.#live || frame.head === undefined || numberIn(frame, 'head') <= (this.last ?? 0);
      case 'error':
        return this.#refused(frame);
      case 'chat_message':
      case 'message_changed':
        return this.#message(frame);
      default:
        return true;
    }
  }

  #welcomed(frame: Frame): boolean {
    this.#epoch = String(frame.epoch);
    if (this.last === null || frame.resumed === true) return true;
    this.log.push({ op: 'reset' });
    this.last = null;
    return true;
  }

  #goLive(head: number): boolean {
    if (this.#dialledAt !== null) this.returnsMs.push(performance.now() - this.#dialledAt);
    this.#dialledAt = null;
    if (this.last === null) this.log.push({ op: 'entered', head });
    this.last = Math.max(this.last ?? 0, head);
    this.#live = true;
    this.#return.steady();
    this.#sendFirst();
    return true;
  }

  #message(frame: Frame): boolean {
    const seq = numberIn(frame, 'seq');
    const changed = frame.changed === undefined ? seq : numberIn(frame, 'changed');
    if (this.#outbox.acknowledges(frame, seq, changed)) this.#sendFirst();
    if (frame.repeat === true) return true;
    if (this.#isKnown(changed)) return true;
    if (this.#live && this.last !== null && changed > this.last + 1) return false;
    this.#show(frame, seq, changed);
    // What a fresh entry shows first is the end of the history, not all of it: only `live` tells how far it reaches.
    if (this.last !== null) this.last = changed;
    return true;
  }

  /** Rows of a replay may share a position: of them only what is behind it is known. */
  #isKnown(changed: number): boolean {
    if (this.last === null) return false;
    return this.#live ? changed <= this.last : changed < this.last;
  }

  #show(frame: Frame, seq: number, changed: number): void {
    const text = frame.deleted === undefined ? String(frame.message) : null;
    if (frame.type === 'message_changed') this.log.push({ op: 'change', seq, changed, text });
    // The last few, to somebody who comes in anew, stand in the order of the messages, not in that of the changes.
    else if (this.last === null)
      this.log.push({ op: 'show', seq, user: String(frame.user), text: String(frame.message) });
    else this.log.push({ op: 'show', seq, changed, user: String(frame.user), text: String(frame.message) });
  }

  #refused(frame: Frame): boolean {
    const again = this.#outbox.refused(frame);
    if (again === 'next') this.#sendFirst();
    else if (again !== null) this.#resendTimer = setTimeout(() => this.#sendFirst(), again);
    return true;
  }

  #sendFirst(): void {
    const text = this.#outbox.first;
    if (text !== undefined && this.#live) this.#line?.send(text);
  }
}

/** A list of a thousand names, twice a second, to each of thousands of clients, is not worth reading. */
function isOfNoConcern(text: string): boolean {
  return text.startsWith('{"type":"user_');
}
