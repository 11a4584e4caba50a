/** The writer thread, seen from the main thread. */

import { StoreError } from '../../store-error.ts';
import type { Answer, WorkerMessage, WorkerRequest } from './commands.ts';

export interface WriterEvents {
  answered(answer: Answer): void;
  /** The disk failed, or the thread died. */
  failed(error: Error): void;
}

export class WriterThread {
  readonly #worker = new Worker(new URL('./worker.ts', import.meta.url).href);
  #events: WriterEvents | null = null;
  #settleOpening: (problem: Error | null) => void = () => {};
  #closed: () => void = () => {};
  readonly #ended = Promise.withResolvers<void>();

  constructor() {
    this.#worker.onmessage = (event: MessageEvent<string | WorkerMessage>) => this.#heard(event.data);
    this.#worker.onerror = (event) => this.#died(event.message);
    this.#worker.addEventListener('close', () => {
      this.#ended.resolve();
      this.#died('the writer thread ended');
    });
  }

  /** Resolves when the database is whole and has the present schema. Throws a StoreProblem. */
  async open(file: string, events: WriterEvents): Promise<void> {
    const problem = await new Promise<Error | null>((resolve) => {
      this.#settleOpening = resolve;
      this.#order({ kind: 'open', file });
    });
    if (problem !== null) throw problem;
    this.#events = events;
  }

  send(batch: string): void {
    this.#worker.postMessage(batch);
  }

  /** Leaves an empty log, which tells the next start that this stop was clean. */
  async close(): Promise<void> {
    this.#events = null;
    await new Promise<void>((resolve) => {
      this.#closed = resolve;
      this.#order({ kind: 'close' });
    });
    this.#worker.terminate();
  }

  /** After a failure: nothing more is written. Resolves when the thread has let go of its files. */
  async abandon(): Promise<void> {
    this.#events = null;
    this.#worker.terminate();
    await this.#ended.promise;
  }

  #order(order: WorkerRequest): void {
    this.#worker.postMessage(order);
  }

  #heard(data: string | WorkerMessage): void {
    if (typeof data === 'string') this.#events?.answered(JSON.parse(data));
    else if (data.kind === 'ready') this.#settleOpening(null);
    else if (data.kind === 'problem') this.#settleOpening(new StoreError(data.message));
    else if (data.kind === 'ailing') this.#fail(data.error);
    else this.#closed();
  }

  #died(why: string): void {
    this.#settleOpening(new Error(why));
    this.#fail(why);
    this.#closed();
  }

  #fail(why: string): void {
    this.#events?.failed(new Error(why));
  }
}
