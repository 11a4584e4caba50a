/** What was not answered yet: one at a time, the next when the one before is acknowledged or finally refused. */

import type { Frame } from './frame.ts';
import type { Entry, Request } from './journal.ts';

export type OutgoingRequest = Request;

const RETRY_MS = 100;

export class SendQueue {
  /** From the first sending of each to its acknowledgement. */
  readonly tookMs: number[] = [];
  #waiting: OutgoingRequest[] = [];
  #sentAt: number | null = null;

  constructor(private readonly log: Entry[]) {}

  /** True when it is the first, and can go at once. */
  put(outgoing: OutgoingRequest): boolean {
    this.#waiting.push(outgoing);
    return this.#waiting.length === 1;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** As it goes over the wire; undefined when nothing waits. */
  get first(): string | undefined {
    const [first] = this.#waiting;
    if (first === undefined) return undefined;
    this.#sentAt ??= performance.now();
    return encode(first);
  }

  /** Whether this frame is the answer that the first one waits for. */
  acknowledges(frame: Frame, seq: number, changed: number): boolean {
    const [first] = this.#waiting;
    if (first === undefined || !answers(frame, seq, first)) return false;
    this.#next();
    this.log.push({ op: 'ack', nonce: first.nonce, seq, changed });
    return true;
  }

  /** `next`: it was refused for good; a number: milliseconds until it may be sent again; null: another's refusal. */
  refused(frame: Frame): 'next' | number | null {
    const [first] = this.#waiting;
    if (first === undefined || frame.nonce !== first.nonce) return null;
    if (frame.final !== true) return Number(frame.retry_after ?? RETRY_MS);
    this.#next();
    this.log.push({ op: 'refused', nonce: first.nonce, code: String(frame.code) });
    return 'next';
  }

  #next(): void {
    this.#waiting.shift();
    if (this.#sentAt !== null) this.tookMs.push(performance.now() - this.#sentAt);
    this.#sentAt = null;
  }
}

/** A message is known by its nonce; an edit or a deletion, whose frames carry the message's own, by what it made of it. */
function answers(frame: Frame, seq: number, to: OutgoingRequest): boolean {
  if (to.op === 'send') return frame.type === 'chat_message' && frame.nonce === to.nonce;
  if (seq !== to.seq) return false;
  return to.op === 'delete' ? frame.deleted !== undefined : frame.message === to.text;
}

function encode(outgoing: OutgoingRequest): string {
  const { nonce } = outgoing;
  if (outgoing.op === 'send') return JSON.stringify({ message: outgoing.text, nonce });
  if (outgoing.op === 'delete') return JSON.stringify({ type: 'delete', seq: outgoing.seq, nonce });
  return JSON.stringify({ type: 'edit', seq: outgoing.seq, message: outgoing.text, nonce });
}
