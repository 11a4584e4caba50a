import type { Clock } from '../../client/clock.ts';
import type { RefusalCode } from '../../protocol/refusals.ts';
import type { DeliveryStatus, OutboxLog, OutgoingMessage, SendRefusal } from './outgoing-message.ts';

/** Sends a message to the server: by the room's socket, or by POST. Results return through `acknowledge` and `refuse`. */
export interface Sender {
  send(message: OutgoingMessage): void;
}

export interface OutboxView {
  onWaiting(message: OutgoingMessage): void;
  /** Not accepted yet; the outbox sends it again by itself. */
  onDelayed(message: OutgoingMessage, code: RefusalCode): void;
  onSent(message: OutgoingMessage, seq: number): void;
  onRefused(message: OutgoingMessage, refusal: SendRefusal): void;
  onDiscarded(nonce: string): void;
}

const RETRY_MS = 1_000;
/** An event about a message may arrive before the message itself: this many settled nonces are remembered. */
const SETTLED_MOST = 500;

/**
 * The messages of one user in one room that the server has not answered yet, from all tabs. Those that this page sends
 * go one at a time, each under its nonce, until acknowledged or finally refused: the order of writing holds, and no
 * message is posted twice.
 */
export class Outbox {
  /** Messages of one tab are in the order of writing. */
  readonly #waiting: OutgoingMessage[] = [];
  readonly #refused = new Map<string, { readonly message: OutgoingMessage; readonly refusal: SendRefusal }>();
  /** Nonces of messages that were written here and must not be sent yet. */
  readonly #unstored = new Set<string>();
  /** Nonces of messages that are sent or discarded. */
  readonly #settled = new Set<string>();
  #sender: Sender | null = null;
  /** The nonce that the present sender has and has not answered. */
  #sending: string | null = null;
  /** Sent again after a pause; until then no message is sent. */
  #delayed: { readonly nonce: string; readonly cancel: () => void } | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly log: OutboxLog,
    private view: OutboxView,
  ) {}

  get isEmpty(): boolean {
    return this.#waiting.length === 0 && this.#refused.size === 0;
  }

  /** Waiting messages of all tabs. */
  get waitingCount(): number {
    return this.#waiting.length;
  }

  /** Waiting messages that this page has to send. */
  get ownCount(): number {
    return this.#waiting.filter((message) => this.log.isOurs(message)).length;
  }

  /** Sent or discarded, as far as it is remembered. */
  isSettled(nonce: string): boolean {
    return this.#settled.has(nonce);
  }

  hasWaitingFrom(tab: string): boolean {
    return this.#waiting.some((message) => message.tab === tab);
  }

  /** Replaces the view and shows it all messages. */
  attachView(view: OutboxView): void {
    this.view = view;
    for (const message of this.#waiting) view.onWaiting(message);
    for (const { message, refusal } of this.#refused.values()) {
      view.onWaiting(message);
      view.onRefused(message, refusal);
    }
  }

  addMessage(text: string): void {
    const message = this.log.createMessage(text);
    this.#waiting.push(message);
    this.#unstored.add(message.nonce);
    this.view.onWaiting(message);
    this.log.recordWaiting(message, () => {
      this.#unstored.delete(message.nonce);
      this.sendNext();
    });
  }

  /** A message that an earlier sender has not answered is sent again, under its nonce. */
  attachSender(sender: Sender): void {
    this.#sender = sender;
    this.#sending = null;
    this.sendNext();
  }

  detachSender(): void {
    this.#sender = null;
    this.#sending = null;
  }

  /** The server has stored the message. False: it is not in this outbox. */
  acknowledge(nonce: string, seq: number): boolean {
    const message = this.#settle(nonce);
    if (message === null) return false;
    this.log.recordSent(message, seq);
    this.view.onSent(message, seq);
    this.sendNext();
    return true;
  }

  refuse(nonce: string, refusal: SendRefusal): boolean {
    const message = this.#waiting.find((each) => each.nonce === nonce);
    if (message === undefined) return false;
    if (!refusal.final) this.#retryLater(message, refusal);
    else if (this.#moveToRefused(message, refusal)) this.log.recordRefused(message, refusal);
    this.sendNext();
    return true;
  }

  /** Sends a refused message as a new one, which goes to the end. */
  retry(nonce: string): void {
    const refused = this.#refused.get(nonce);
    if (refused === undefined) return;
    this.addMessage(refused.message.text);
    this.discard(nonce);
  }

  discard(nonce: string): void {
    const refused = this.#refused.get(nonce);
    if (refused === undefined) return;
    this.log.recordDiscarded(refused.message);
    this.#discardMessage(nonce);
  }

  /**
   * Takes over a status that is already recorded elsewhere. Does not send: of several statuses the first may belong to
   * the younger message, so the caller calls `sendNext` after the last.
   */
  applyStatus(status: DeliveryStatus): void {
    const { message } = status;
    const { nonce } = message;
    if (status.is === 'waiting' || status.is === 'refused') this.#insertWaiting(message);
    if (status.is === 'refused') this.#moveToRefused(message, status.refusal);
    if (status.is === 'discarded') this.#discardMessage(nonce);
    if (status.is === 'sent' && this.#settle(nonce) !== null) this.view.onSent(message, status.seq);
  }

  /** Removes the messages of other tabs that are not among these nonces: they no longer wait. */
  retainOthers(nonces: ReadonlySet<string>): void {
    const removed = this.#waiting.filter((message) => !this.log.isOurs(message) && !nonces.has(message.nonce));
    for (const { nonce } of removed) {
      this.#removeWaiting(nonce);
      this.view.onDiscarded(nonce);
    }
  }

  /** To be called when more messages may have become this page's to send. */
  sendNext(): void {
    if (this.#sender === null || this.#sending !== null || this.#delayed !== null) return;
    const next = this.#next;
    if (next === undefined || this.#unstored.has(next.nonce)) return;
    this.#sending = next.nonce;
    this.#sender.send(next);
  }

  get #next(): OutgoingMessage | undefined {
    if (this.ownCount === 0) return undefined;
    return this.#waiting.find((message) => this.log.isOurs(message) || this.log.goesBefore(message));
  }

  /** Nonces sort by age: the older message goes first. */
  #insertWaiting(message: OutgoingMessage): void {
    const { nonce } = message;
    if (this.#settled.has(nonce) || this.#refused.has(nonce)) return;
    if (this.#waiting.some((each) => each.nonce === nonce)) return;
    const at = this.#waiting.findIndex((each) => each.nonce > nonce);
    this.#waiting.splice(at < 0 ? this.#waiting.length : at, 0, message);
    this.view.onWaiting(message);
  }

  #discardMessage(nonce: string): void {
    if (this.#settle(nonce) !== null) this.view.onDiscarded(nonce);
  }

  #settle(nonce: string): OutgoingMessage | null {
    this.#settled.add(nonce);
    const [oldest] = this.#settled;
    if (this.#settled.size > SETTLED_MOST && oldest !== undefined) this.#settled.delete(oldest);
    const refused = this.#refused.get(nonce);
    this.#refused.delete(nonce);
    return this.#removeWaiting(nonce) ?? refused?.message ?? null;
  }

  #removeWaiting(nonce: string): OutgoingMessage | null {
    const at = this.#waiting.findIndex((each) => each.nonce === nonce);
    const [message] = at < 0 ? [] : this.#waiting.splice(at, 1);
    this.#unstored.delete(nonce);
    if (this.#sending === nonce) this.#sending = null;
    if (this.#delayed?.nonce === nonce) this.#cancelDelay();
    return message ?? null;
  }

  #cancelDelay(): void {
    this.#delayed?.cancel();
    this.#delayed = null;
  }

  /** False: it no longer waited. */
  #moveToRefused(message: OutgoingMessage, refusal: SendRefusal): boolean {
    if (this.#removeWaiting(message.nonce) === null) return false;
    this.#refused.set(message.nonce, { message, refusal });
    this.view.onRefused(message, refusal);
    return true;
  }

  #retryLater(message: OutgoingMessage, refusal: SendRefusal): void {
    const { nonce } = message;
    if (nonce !== this.#sending && message !== this.#next) return;
    this.#sending = null;
    this.#cancelDelay();
    const cancel = this.clock.after(refusal.retry_after ?? RETRY_MS, () => {
      this.#delayed = null;
      this.sendNext();
    });
    this.#delayed = { nonce, cancel };
    this.view.onDelayed(message, refusal.code);
  }
}
