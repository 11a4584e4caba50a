/**
 * Group commit, seen from the main thread: the writes of one turn of the event loop form one batch; writes that come
 * during a commit wait, and form the next batch when the answer comes.
 */
import { Refusal } from '../../protocol/refusals.ts';
import type { WriteResult } from '../store.ts';
import type { Write, WriteAnswer, WriteOutcome } from './commands.ts';

/** How many writes, and bytes of their text, may wait; past either limit a write is refused with `busy`. */
export const QUEUE_WRITES = 20_000;
export const QUEUE_BYTES = 32 * 1024 * 1024;
/** Larger batches do not raise the throughput and delay every answer. */
export const BATCH_WRITES = 1_000;
export const BATCH_BYTES = 1024 * 1024;
/** When a client should retry. */
export const BUSY_RETRY_MS = 500;
export const STORAGE_FULL_RETRY_MS = 5_000;

/** The assumed size of a write without its texts. */
const WRITE_BYTES = 100;

interface Entry {
  readonly write: Write;
  readonly bytes: number;
  onOutcome(outcome: WriteOutcome, at: number): void;
  onError(error: Error): void;
}

export interface QueueOptions {
  /** Sends one batch as text. The next one is sent only after `onAnswer` was called for this one. */
  readonly sendBatch: (batch: readonly Write[]) => void;
  /** The disk or the writer failed: called at most once. */
  readonly onFatal: (error: Error) => void;
}

export class WriteQueue {
  readonly #options: QueueOptions;
  #waiting: Entry[] = [];
  #waitingBytes = 0;
  #inFlight: readonly Entry[] = [];
  #state: 'open' | 'closing' | 'failed' = 'open';
  #isSendScheduled = false;
  #idleListeners: (() => void)[] = [];

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  /**
   * Resolves after the commit, in the order of the calls, with the result of `read`; rejects with the error that `read`
   * throws. If the queue is full the write is refused immediately.
   */
  enqueue<T>(write: Write, read: (outcome: WriteOutcome, at: number) => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const settleEntry = (outcome: WriteOutcome, at: number) => {
        try {
          resolve(read(outcome, at));
        } catch (error) {
          reject(error);
        }
      };
      if (this.#hasSpace()) this.#append({ write, bytes: sizeOf(write), onOutcome: settleEntry, onError: reject });
      else settleEntry(refusal('busy'), 0);
    });
  }

  onAnswer(answer: WriteAnswer): void {
    const batch = this.#inFlight;
    this.#inFlight = [];
    if (answer.kind === 'fatal') {
      this.fail(new Error(answer.error), batch);
      return;
    }
    for (const [index, entry] of batch.entries()) settle(entry, answer, index);
    this.#sendNextBatch();
  }

  /** The promises can no longer be kept: refuses all waiting and all later writes. */
  fail(error: Error, inFlight: readonly Entry[] = this.#inFlight): void {
    if (this.#state === 'failed') return;
    this.#state = 'failed';
    const lost = [...inFlight, ...this.#waiting];
    this.#inFlight = [];
    this.#waiting = [];
    for (const entry of lost) entry.onOutcome(refusal('busy'), 0);
    for (const resolve of this.#idleListeners) resolve();
    this.#options.onFatal(error);
  }

  /** Refuses later writes; resolves when all waiting ones are answered. */
  close(): Promise<void> {
    if (this.#state === 'open') this.#state = 'closing';
    if (this.#isIdle()) return Promise.resolve();
    return new Promise((resolve) => this.#idleListeners.push(resolve));
  }

  get hasFailed(): boolean {
    return this.#state === 'failed';
  }

  #hasSpace(): boolean {
    return this.#state === 'open' && this.#waiting.length < QUEUE_WRITES && this.#waitingBytes < QUEUE_BYTES;
  }

  #append(entry: Entry): void {
    this.#waiting.push(entry);
    this.#waitingBytes += entry.bytes;
    if (this.#isSendScheduled || this.#inFlight.length > 0) return;
    this.#isSendScheduled = true;
    setImmediate(() => {
      this.#isSendScheduled = false;
      if (this.#inFlight.length === 0) this.#sendNextBatch();
    });
  }

  #sendNextBatch(): void {
    if (this.#isIdle()) {
      for (const resolve of this.#idleListeners.splice(0)) resolve();
      return;
    }
    if (this.#waiting.length === 0) return;
    this.#inFlight = this.#takeBatch();
    this.#options.sendBatch(this.#inFlight.map((entry) => entry.write));
  }

  #takeBatch(): readonly Entry[] {
    let count = 0;
    let bytes = 0;
    for (const entry of this.#waiting) {
      if (count === BATCH_WRITES || (count > 0 && bytes + entry.bytes > BATCH_BYTES)) break;
      count += 1;
      bytes += entry.bytes;
    }
    this.#waitingBytes -= bytes;
    return this.#waiting.splice(0, count);
  }

  #isIdle(): boolean {
    return this.#inFlight.length === 0 && this.#waiting.length === 0;
  }
}

function settle(entry: Entry, answer: Exclude<WriteAnswer, { kind: 'fatal' }>, index: number): void {
  const outcome = answer.kind === 'refused' ? refusal(answer.code) : answer.outcomes[index];
  if (outcome === undefined) entry.onError(new Error('the writer returned no outcome for a write'));
  else if (typeof outcome === 'object' && outcome.kind === 'failed') entry.onError(new Error(outcome.error));
  else entry.onOutcome(outcome, answer.kind === 'committed' ? answer.at : 0);
}

/** For writes that return no `WriteResult` to be refused by. */
export function unexpectedOutcome(outcome: WriteOutcome): Error {
  if (typeof outcome === 'object' && outcome.kind === 'refused') return new Refusal(outcome.code, outcome.retryAfter);
  return new Error(`unexpected outcome of a write: ${JSON.stringify(outcome)}`);
}

/** For writes without a result. */
export function expectDone(outcome: WriteOutcome): void {
  if (typeof outcome !== 'object' || outcome.kind !== 'done') throw unexpectedOutcome(outcome);
}

/** For writes that end sessions: the hashes of the ended ones. */
export function endedSessions(outcome: WriteOutcome): string[] {
  if (typeof outcome !== 'object' || outcome.kind !== 'ended') throw unexpectedOutcome(outcome);
  return [...outcome.tokenHashes];
}

function refusal(code: 'busy' | 'storage_full'): WriteResult {
  return { kind: 'refused', code, retryAfter: code === 'busy' ? BUSY_RETRY_MS : STORAGE_FULL_RETRY_MS };
}

/** An upper bound: the text as UTF-16, as it may stand in memory. */
function sizeOf(write: Write): number {
  let bytes = WRITE_BYTES;
  for (const part of write) if (typeof part === 'string') bytes += 2 * part.length;
  return bytes;
}
