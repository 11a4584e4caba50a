/** The writer thread, seen from the main thread. */
import { StoreError } from '../../store-error.ts';
import type { WriteAnswer } from '../../writes/commands.ts';
import type { WorkerMessage, WorkerRequest } from './commands.ts';

export interface WriterEvents {
  onAnswer(answer: WriteAnswer): void;
  /** The disk failed, or the thread died. */
  onFailure(error: Error): void;
}

export class WriterThread {
  readonly #worker = new Worker(new URL('./worker.ts', import.meta.url).href);
  #events: WriterEvents | null = null;
  #resolveOpening: (error: Error | null) => void = () => {};
  #resolveClosing: () => void = () => {};
  readonly #exited = Promise.withResolvers<void>();

  constructor() {
    this.#worker.onmessage = (event: MessageEvent<string | WorkerMessage>) => this.#onMessage(event.data);
    this.#worker.onerror = (event) => this.#onExit(event.message);
    this.#worker.addEventListener('close', () => {
      this.#exited.resolve();
      this.#onExit('the writer thread ended');
    });
  }

  /** Resolves when the database is intact and has the present schema. Throws a StoreError. */
  async open(file: string, events: WriterEvents): Promise<void> {
    const error = await new Promise<Error | null>((resolve) => {
      this.#resolveOpening = resolve;
      this.#sendRequest({ kind: 'open', file });
    });
    if (error !== null) throw error;
    this.#events = events;
  }

  sendBatch(batch: string): void {
    this.#worker.postMessage(batch);
  }

  /** Leaves an empty WAL, by which the next start knows that this stop was clean. */
  async close(): Promise<void> {
    this.#events = null;
    await new Promise<void>((resolve) => {
      this.#resolveClosing = resolve;
      this.#sendRequest({ kind: 'close' });
    });
    this.#worker.terminate();
  }

  /** After a failure: nothing more is written. Resolves when the thread has closed its files. */
  async terminate(): Promise<void> {
    this.#events = null;
    this.#worker.terminate();
    await this.#exited.promise;
  }

  #sendRequest(request: WorkerRequest): void {
    this.#worker.postMessage(request);
  }

  #onMessage(data: string | WorkerMessage): void {
    if (typeof data === 'string') this.#events?.onAnswer(JSON.parse(data));
    else if (data.kind === 'ready') this.#resolveOpening(null);
    else if (data.kind === 'openFailed') this.#resolveOpening(new StoreError(data.message));
    else if (data.kind === 'diskFailed') this.#fail(data.error);
    else this.#resolveClosing();
  }

  #onExit(reason: string): void {
    this.#resolveOpening(new Error(reason));
    this.#fail(reason);
    this.#resolveClosing();
  }

  #fail(reason: string): void {
    this.#events?.onFailure(new Error(reason));
  }
}
