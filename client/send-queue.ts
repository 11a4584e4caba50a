/** Requests without an answer: one is sent at a time, the next when the one before is acknowledged or finally refused. */
import type { ErrorFrame } from '../protocol/frames.ts';
import type { Entry, Request } from './journal.ts';
import type { ChangeFrame } from './stream-position.ts';

const RETRY_MS = 100;

export class SendQueue {
  /** For each answered request the time from the first attempt to send it to the answer. */
  readonly answeredMs: number[] = [];
  #requests: Request[] = [];
  #sentAt: number | null = null;

  constructor(private readonly log: Entry[]) {}

  /** True when it is the first, and can be sent at once. */
  add(request: Request): boolean {
    this.#requests.push(request);
    return this.#requests.length === 1;
  }

  get isEmpty(): boolean {
    return this.#requests.length === 0;
  }

  /** The first request as it is sent; undefined when there is none. */
  encodeFirst(): string | undefined {
    const [first] = this.#requests;
    if (first === undefined) return undefined;
    this.#sentAt ??= performance.now();
    return encode(first);
  }

  /** True when this frame acknowledges the first request: the next one can be sent. */
  onChange(frame: ChangeFrame, changed: number): boolean {
    const [first] = this.#requests;
    if (first === undefined || !isAnswer(frame, first)) return false;
    this.#removeFirst();
    this.log.push({ op: 'ack', nonce: first.nonce, seq: frame.seq, changed });
    return true;
  }

  /** `next`: refused for good; a number: milliseconds until it may be sent again; null: another request's refusal. */
  onRefused(frame: ErrorFrame): 'next' | number | null {
    const [first] = this.#requests;
    if (first === undefined || frame.nonce !== first.nonce) return null;
    if (!frame.final) return frame.retry_after ?? RETRY_MS;
    this.#removeFirst();
    this.log.push({ op: 'refused', nonce: first.nonce, code: frame.code });
    return 'next';
  }

  #removeFirst(): void {
    this.#requests.shift();
    if (this.#sentAt !== null) this.answeredMs.push(performance.now() - this.#sentAt);
    this.#sentAt = null;
  }
}

/** A send is known by its nonce; an edit or a deletion, whose frames carry the message's nonce, by its effect. */
function isAnswer(frame: ChangeFrame, request: Request): boolean {
  if (request.op === 'send') return frame.type === 'chat_message' && frame.nonce === request.nonce;
  if (frame.seq !== request.seq) return false;
  if (request.op === 'delete') return 'deleted' in frame && frame.deleted !== undefined;
  return 'message' in frame && frame.message === request.text;
}

function encode(request: Request): string {
  const { nonce } = request;
  if (request.op === 'send') return JSON.stringify({ message: request.text, nonce });
  if (request.op === 'delete') return JSON.stringify({ type: 'delete', seq: request.seq, nonce });
  return JSON.stringify({ type: 'edit', seq: request.seq, message: request.text, nonce });
}
