import type { Clock } from '../../client/clock.ts';
import type { RefusalCode } from '../../protocol/refusals.ts';
import type { DeliveryStatus, OutboxLog, OutgoingMessage, SendRefusal } from './outgoing-message.ts';

export type { OutgoingMessage, SendRefusal as RefusedMessage } from './outgoing-message.ts';

/** The road out: a room's socket, or POST. Answers come back by `acknowledge` and `refuse`. */
export interface Sender {
  send(message: OutgoingMessage): void;
}

export interface OutboxView {
  onWaiting(message: OutgoingMessage): void;
  /** Not taken yet, and tried again by itself. */
  onDelayed(message: OutgoingMessage, code: RefusalCode): void;
  onSent(message: OutgoingMessage, seq: number): void;
  onRefused(message: OutgoingMessage, refusal: SendRefusal): void;
  onDiscarded(nonce: string): void;
}

const RETRY_MS = 1_000;
/** News of a message may come before the message: so many are remembered that are over. */
const OVER_MOST = 500;

/**
 * What one person has written into one room and the server has not answered yet, in whichever tab. Of what is for this
 * page to send, one message at a time, under one nonce, until it is acknowledged or finally refused: so the order of
 * writing holds, and nothing is said twice.
 */
export class Outbox {
  /** Those of one tab in the order in which they were written. */
  readonly #waiting: OutgoingMessage[] = [];
  readonly #refused = new Map<string, { readonly message: OutgoingMessage; readonly refusal: SendRefusal }>();
  /** Written here, and not to be sent yet. */
  readonly #unstored = new Set<string>();
  /** Nonces of those that are sent or discarded. */
  readonly #settled = new Set<string>();
  #sender: Sender | null = null;
  /** On its way by the present sender. */
  #sending: string | null = null;
  /** To be sent again after a while; until then nothing is. */
  #delayed: { readonly nonce: string; readonly cancel: () => void } | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly log: OutboxLog,
    private view: OutboxView,
  ) {}

  get isEmpty(): boolean {
    return this.#waiting.length === 0 && this.#refused.size === 0;
  }

  /** How many wait, in all tabs. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** For this page to send. */
  get ownCount(): number {
    return this.#waiting.filter((message) => this.log.isOurs(message)).length;
  }

  /** Sent or discarded, as far as is remembered. */
  isSettled(nonce: string): boolean {
    return this.#settled.has(nonce);
  }

  hasWaitingFrom(tab: string): boolean {
    return this.#waiting.some((message) => message.tab === tab);
  }

  /** Tells the new view what there is. */
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

  /** The road is open. What was on its way by an earlier one goes again, under its nonce. */
  attachSender(sender: Sender): void {
    this.#sender = sender;
    this.#sending = null;
    this.sendNext();
  }

  detachSender(): void {
    this.#sender = null;
    this.#sending = null;
  }

  /** The stored message was seen. False: it is none of ours. */
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

  /** A refused one as a new message: its place is at the end now. */
  retry(nonce: string): void {
    const kept = this.#refused.get(nonce);
    if (kept === undefined) return;
    this.addMessage(kept.message.text);
    this.discard(nonce);
  }

  discard(nonce: string): void {
    const kept = this.#refused.get(nonce);
    if (kept === undefined) return;
    this.log.recordDiscarded(kept.message);
    this.#discardMessage(nonce);
  }

  /** It is written down already. Nothing is sent before all is learned: what is learned first may be the younger one. */
  applyStatus(status: DeliveryStatus): void {
    const { message } = status;
    const { nonce } = message;
    if (status.is === 'waiting' || status.is === 'refused') this.#insertWaiting(message);
    if (status.is === 'refused') this.#moveToRefused(message, status.refusal);
    if (status.is === 'discarded') this.#discardMessage(nonce);
    if (status.is === 'sent' && this.#settle(nonce) !== null) this.view.onSent(message, status.seq);
  }

  /** Of those that are others' to send, only these wait still. */
  retainOthers(nonces: ReadonlySet<string>): void {
    const gone = this.#waiting.filter((message) => !this.log.isOurs(message) && !nonces.has(message.nonce));
    for (const { nonce } of gone) {
      this.#removeWaiting(nonce);
      this.view.onDiscarded(nonce);
    }
  }

  /** What is ours may be more now. */
  sendNext(): void {
    if (this.#sender === null || this.#sending !== null || this.#delayed !== null) return;
    const first = this.#next;
    if (first === undefined || this.#unstored.has(first.nonce)) return;
    this.#sending = first.nonce;
    this.#sender.send(first);
  }

  get #next(): OutgoingMessage | undefined {
    if (this.ownCount === 0) return undefined;
    return this.#waiting.find((message) => this.log.isOurs(message) || this.log.goesBefore(message));
  }

  /** By their names the older ones go first. */
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
    if (this.#settled.size > OVER_MOST && oldest !== undefined) this.#settled.delete(oldest);
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

  /** False: it did not wait any more. */
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
