import type { ErrorFrame } from '../protocol/frames.ts';
import type { RefusalCode } from '../protocol/refusals.ts';
import type { Clock } from './clock.ts';

export interface Parcel {
  readonly nonce: string;
  readonly text: string;
}

/** The road out: a room's socket, or POST. Answers come back by `acknowledge` and `refuse`. */
export interface Carrier {
  carry(parcel: Parcel): void;
}

export type Refused = Pick<ErrorFrame, 'code' | 'message' | 'final' | 'retry_after'>;

export interface OutboxView {
  waiting(parcel: Parcel): void;
  /** Not taken yet, and tried again by itself. */
  delayed(parcel: Parcel, code: RefusalCode): void;
  sent(parcel: Parcel, seq: number): void;
  refused(parcel: Parcel, why: Refused): void;
  discarded(nonce: string): void;
}

const RETRY_MS = 1_000;

/**
 * What one person has written into one room and the server has not answered yet. One message at a time, under one
 * nonce, until it is acknowledged or finally refused: so the order of writing holds, and nothing is said twice.
 */
export class Outbox {
  readonly #waiting: Parcel[] = [];
  readonly #refused = new Map<string, { readonly parcel: Parcel; readonly why: Refused }>();
  #carrier: Carrier | null = null;
  /** The first one is on its way by the present carrier. */
  #carried = false;
  #callOff: (() => void) | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly newNonce: () => string,
    private view: OutboxView,
  ) {}

  get isEmpty(): boolean {
    return this.#waiting.length === 0 && this.#refused.size === 0;
  }

  get isWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /** How many wait. */
  get waiting(): number {
    return this.#waiting.length;
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
    const parcel = { nonce: this.newNonce(), text };
    this.#waiting.push(parcel);
    this.view.waiting(parcel);
    this.#carryNext();
  }

  /** The road is open. What was on its way by an earlier one goes again, under its nonce. */
  attach(carrier: Carrier): void {
    this.#carrier = carrier;
    this.#carried = false;
    this.#carryNext();
  }

  detach(): void {
    this.#carrier = null;
    this.#carried = false;
  }

  /** The stored message was seen. False: it is none of ours. */
  acknowledge(nonce: string, seq: number): boolean {
    const parcel = this.#takeOut(nonce);
    if (parcel === null) return false;
    this.view.sent(parcel, seq);
    this.#carryNext();
    return true;
  }

  refuse(nonce: string, why: Refused): boolean {
    const parcel = this.#waiting.find((each) => each.nonce === nonce);
    if (parcel === undefined) return false;
    if (why.final) this.#giveUp(parcel, why);
    else this.#tryLater(parcel, why);
    return true;
  }

  /** A refused one as a new message: its place is at the end now. */
  retry(nonce: string): void {
    const kept = this.#refused.get(nonce);
    if (kept === undefined) return;
    this.discard(nonce);
    this.add(kept.parcel.text);
  }

  discard(nonce: string): void {
    if (this.#refused.delete(nonce)) this.view.discarded(nonce);
  }

  #carryNext(): void {
    const [first] = this.#waiting;
    if (first === undefined || this.#carrier === null || this.#carried || this.#callOff !== null) return;
    this.#carried = true;
    this.#carrier.carry(first);
  }

  #takeOut(nonce: string): Parcel | null {
    const refused = this.#refused.get(nonce);
    this.#refused.delete(nonce);
    const at = this.#waiting.findIndex((each) => each.nonce === nonce);
    if (at < 0) return refused?.parcel ?? null;
    if (at === 0) this.#forgetFirst();
    return this.#waiting.splice(at, 1)[0] ?? null;
  }

  #forgetFirst(): void {
    this.#carried = false;
    this.#callOff?.();
    this.#callOff = null;
  }

  #giveUp(parcel: Parcel, why: Refused): void {
    this.#takeOut(parcel.nonce);
    this.#refused.set(parcel.nonce, { parcel, why });
    this.view.refused(parcel, why);
    this.#carryNext();
  }

  #tryLater(parcel: Parcel, why: Refused): void {
    if (parcel !== this.#waiting[0]) return;
    this.#forgetFirst();
    this.#callOff = this.clock.after(why.retry_after ?? RETRY_MS, () => {
      this.#callOff = null;
      this.#carryNext();
    });
    this.view.delayed(parcel, why.code);
  }
}
