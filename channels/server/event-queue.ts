/**
 * One thing at a time: what comes while the one before is handled waits, and is handled in the order in which it came.
 *
 * A handler that answers at once costs no promise and no allocation. After `close` nothing more is handled; a handler
 * that is still at work is not waited for. `failed` hears what a handler throws; the mailbox goes on.
 */
export class EventQueue<Mail> {
  readonly #owner: EventQueueOwner<Mail>;
  #waiting: { readonly mail: Mail; readonly size: number }[] = NONE;
  #size = 0;
  #busy = false;
  #closed = false;

  constructor(owner: EventQueueOwner<Mail>) {
    this.#owner = owner;
  }

  /** False when too much waits already: MAILBOX_COUNT pieces, or MAILBOX_BYTES of the sizes given here. */
  post(mail: Mail, size = 0): boolean {
    if (this.#closed) return true;
    if (!this.#busy) {
      this.#work(mail);
      return true;
    }
    if (this.#waiting.length >= QUEUED_EVENTS || this.#size + size > QUEUED_BYTES) return false;
    if (this.#waiting === NONE) this.#waiting = [];
    this.#waiting.push({ mail, size });
    this.#size += size;
    return true;
  }

  /** Work that is not mail, before which nothing is handled. */
  begin(work: Promise<void>): void {
    this.#busy = true;
    this.#await(work);
  }

  close(): void {
    this.#closed = true;
    this.#waiting = NONE;
  }

  /** Stays busy while the handler runs, so that what a handler sends to itself waits, too. */
  #work(first: Mail): void {
    this.#busy = true;
    for (let mail: Mail | undefined = first; mail !== undefined; mail = this.#next()) {
      const work = this.#start(mail);
      if (!(work instanceof Promise)) continue;
      this.#await(work);
      return;
    }
    this.#busy = false;
  }

  #start(mail: Mail): unknown {
    try {
      return this.#owner.handle(mail);
    } catch (error) {
      this.#owner.failed(error);
      return undefined;
    }
  }

  #next(): Mail | undefined {
    if (this.#waiting.length === 0) return undefined;
    const next = this.#waiting.shift();
    this.#size -= next?.size ?? 0;
    return next?.mail;
  }

  #await(work: Promise<unknown>): void {
    work.catch((error: unknown) => this.#owner.failed(error)).then(() => this.#resume());
  }

  #resume(): void {
    this.#busy = false;
    const next = this.#next();
    if (next !== undefined) this.#work(next);
  }
}

export interface EventQueueOwner<Mail> {
  handle(mail: Mail): void | Promise<void>;
  failed(error: unknown): void;
}

export const QUEUED_EVENTS = 1_024;
export const QUEUED_BYTES = 1024 * 1024;

/** Most mailboxes are never busy when mail comes: they share one empty list. Never pushed to. */
const NONE: never[] = [];
