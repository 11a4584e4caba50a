import type { Clock } from '../../client/clock.ts';
import type { RefusalCode } from '../../protocol/refusals.ts';
import type { DeliveryStatus, OutboxLog, OutgoingMessage, RefusedMessage } from './outgoing-message.ts';

export type { OutgoingMessage, RefusedMessage } from './outgoing-message.ts';

/** The road out: a room's socket, or POST. Answers come back by `acknowledge` and `refuse`. */
export interface Sender {
  send(parcel: OutgoingMessage): void;
}

export interface OutboxView {
  waiting(parcel: OutgoingMessage): void;
  /** Not taken yet, and tried again by itself. */
  delayed(parcel: OutgoingMessage, code: RefusalCode): void;
  sent(parcel: OutgoingMessage, seq: number): void;
  refused(parcel: OutgoingMessage, why: RefusedMessage): void;
  discarded(nonce: string): void;
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
  readonly #refused = new Map<string, { readonly parcel: OutgoingMessage; readonly why: RefusedMessage }>();
  /** Written here, and not to be sent yet. */
  readonly #unsafe = new Set<string>();
  /** Nonces of those that are sent or discarded. */
  readonly #over = new Set<string>();
  #carrier: Sender | null = null;
  /** On its way by the present carrier. */
  #carried: string | null = null;
  /** To be sent again after a while; until then nothing is. */
  #delayed: { readonly nonce: string; readonly callOff: () => void } | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly ledger: OutboxLog,
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
  get ours(): number {
    return this.#waiting.filter((parcel) => this.ledger.isOurs(parcel)).length;
  }

  /** Sent or discarded, as far as is remembered. */
  isOver(nonce: string): boolean {
    return this.#over.has(nonce);
  }

  waitsFor(tab: string): boolean {
    return this.#waiting.some((parcel) => parcel.tab === tab);
  }

  /** Tells the new view what there is. */
  showTo(view: OutboxView): void {
    this.view = view;
    for (const parcel of this.#waiting) view.waiting(parcel);
    for (const { parcel, why } of this.#refused.values()) {
      view.waiting(parcel);
      view.refused(parcel, why);
    }
  }

  add(text: string): void {
    const parcel = this.ledger.parcel(text);
    this.#waiting.push(parcel);
    this.#unsafe.add(parcel.nonce);
    this.view.waiting(parcel);
    this.ledger.entered(parcel, () => {
      this.#unsafe.delete(parcel.nonce);
      this.carryNext();
    });
  }

  /** The road is open. What was on its way by an earlier one goes again, under its nonce. */
  attach(carrier: Sender): void {
    this.#carrier = carrier;
    this.#carried = null;
    this.carryNext();
  }

  detach(): void {
    this.#carrier = null;
    this.#carried = null;
  }

  /** The stored message was seen. False: it is none of ours. */
  acknowledge(nonce: string, seq: number): boolean {
    const parcel = this.#takeOut(nonce);
    if (parcel === null) return false;
    this.ledger.sent(parcel, seq);
    this.view.sent(parcel, seq);
    this.carryNext();
    return true;
  }

  refuse(nonce: string, why: RefusedMessage): boolean {
    const parcel = this.#waiting.find((each) => each.nonce === nonce);
    if (parcel === undefined) return false;
    if (!why.final) this.#tryLater(parcel, why);
    else if (this.#giveUp(parcel, why)) this.ledger.refused(parcel, why);
    this.carryNext();
    return true;
  }

  /** A refused one as a new message: its place is at the end now. */
  retry(nonce: string): void {
    const kept = this.#refused.get(nonce);
    if (kept === undefined) return;
    this.add(kept.parcel.text);
    this.discard(nonce);
  }

  discard(nonce: string): void {
    const kept = this.#refused.get(nonce);
    if (kept === undefined) return;
    this.ledger.discarded(kept.parcel);
    this.#drop(nonce);
  }

  /** It is written down already. Nothing is sent before all is learned: what is learned first may be the younger one. */
  learn(fate: DeliveryStatus): void {
    const { parcel } = fate;
    const { nonce } = parcel;
    if (fate.is === 'waiting' || fate.is === 'refused') this.#meet(parcel);
    if (fate.is === 'refused') this.#giveUp(parcel, fate.why);
    if (fate.is === 'discarded') this.#drop(nonce);
    if (fate.is === 'sent' && this.#takeOut(nonce) !== null) this.view.sent(parcel, fate.seq);
  }

  /** Of those that are others' to send, only these wait still. */
  keepOnly(nonces: ReadonlySet<string>): void {
    const gone = this.#waiting.filter((parcel) => !this.ledger.isOurs(parcel) && !nonces.has(parcel.nonce));
    for (const { nonce } of gone) {
      this.#leaveQueue(nonce);
      this.view.discarded(nonce);
    }
  }

  /** What is ours may be more now. */
  carryNext(): void {
    if (this.#carrier === null || this.#carried !== null || this.#delayed !== null) return;
    const first = this.#first;
    if (first === undefined || this.#unsafe.has(first.nonce)) return;
    this.#carried = first.nonce;
    this.#carrier.send(first);
  }

  get #first(): OutgoingMessage | undefined {
    if (this.ours === 0) return undefined;
    return this.#waiting.find((parcel) => this.ledger.isOurs(parcel) || this.ledger.goesBefore(parcel));
  }

  /** By their names the older ones go first. */
  #meet(parcel: OutgoingMessage): void {
    const { nonce } = parcel;
    if (this.#over.has(nonce) || this.#refused.has(nonce)) return;
    if (this.#waiting.some((each) => each.nonce === nonce)) return;
    const at = this.#waiting.findIndex((each) => each.nonce > nonce);
    this.#waiting.splice(at < 0 ? this.#waiting.length : at, 0, parcel);
    this.view.waiting(parcel);
  }

  #drop(nonce: string): void {
    if (this.#takeOut(nonce) !== null) this.view.discarded(nonce);
  }

  #takeOut(nonce: string): OutgoingMessage | null {
    this.#over.add(nonce);
    const [oldest] = this.#over;
    if (this.#over.size > OVER_MOST && oldest !== undefined) this.#over.delete(oldest);
    const refused = this.#refused.get(nonce);
    this.#refused.delete(nonce);
    return this.#leaveQueue(nonce) ?? refused?.parcel ?? null;
  }

  #leaveQueue(nonce: string): OutgoingMessage | null {
    const at = this.#waiting.findIndex((each) => each.nonce === nonce);
    const [parcel] = at < 0 ? [] : this.#waiting.splice(at, 1);
    this.#unsafe.delete(nonce);
    if (this.#carried === nonce) this.#carried = null;
    if (this.#delayed?.nonce === nonce) this.#endDelay();
    return parcel ?? null;
  }

  #endDelay(): void {
    this.#delayed?.callOff();
    this.#delayed = null;
  }

  /** False: it did not wait any more. */
  #giveUp(parcel: OutgoingMessage, why: RefusedMessage): boolean {
    if (this.#leaveQueue(parcel.nonce) === null) return false;
    this.#refused.set(parcel.nonce, { parcel, why });
    this.view.refused(parcel, why);
    return true;
  }

  #tryLater(parcel: OutgoingMessage, why: RefusedMessage): void {
    const { nonce } = parcel;
    if (nonce !== this.#carried && parcel !== this.#first) return;
    this.#carried = null;
    this.#endDelay();
    const callOff = this.clock.after(why.retry_after ?? RETRY_MS, () => {
      this.#delayed = null;
      this.carryNext();
    });
    this.#delayed = { nonce, callOff };
    this.view.delayed(parcel, why.code);
  }
}
