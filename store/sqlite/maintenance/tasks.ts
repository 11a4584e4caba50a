/**
 * Maintenance tasks, seen from the main thread. One thread runs one after the other; it is started with the store, when
 * there are descriptors for it. `close` waits for the task that is running, but terminates a check.
 */
import { StoreError } from '../../store-error.ts';
import type { MaintenanceResult, MaintenanceTask } from './worker.ts';

export class MaintenanceTasks {
  readonly #file: string;
  #thread: MaintenanceThread | null = new MaintenanceThread();
  #lastTask: Promise<unknown> = Promise.resolve();
  #isChecking = false;
  #isClosed = false;
  #checkTimer: Timer | null = null;

  constructor(file: string) {
    this.#file = file;
  }

  backUp(target: string): Promise<void> {
    return this.#enqueue({ kind: 'backup', file: this.#file, target });
  }

  cleanUpDrillRooms(): Promise<void> {
    return this.#enqueue({ kind: 'drillRoomCleanup', file: this.#file });
  }

  /** Calls `onCorrupt` if the database is corrupt. A check that cannot be made is tried again. */
  checkLater(delayMs: number, onCorrupt: (error: StoreError) => void): void {
    this.#checkTimer = setTimeout(() => void this.#check(onCorrupt), delayMs);
    this.#checkTimer.unref();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#checkTimer !== null) clearTimeout(this.#checkTimer);
    if (this.#isChecking) await this.#thread?.terminate();
    await this.#lastTask;
    await this.#thread?.terminate();
  }

  async #check(onCorrupt: (error: StoreError) => void): Promise<void> {
    try {
      await this.#enqueue({ kind: 'check', file: this.#file });
    } catch (error) {
      if (error instanceof StoreError) onCorrupt(error);
      else if (!this.#isClosed) this.checkLater(RETRY_CHECK_MS, onCorrupt);
    }
  }

  #enqueue(task: MaintenanceTask): Promise<void> {
    const done = this.#lastTask.then(() => this.#run(task));
    this.#lastTask = done.catch(() => undefined);
    return done;
  }

  async #run(task: MaintenanceTask): Promise<void> {
    if (this.#isClosed) throw new Error('the store is closed');
    this.#isChecking = task.kind === 'check';
    this.#thread ??= new MaintenanceThread();
    const result = await this.#thread.run(task);
    this.#isChecking = false;
    if (this.#thread.hasEnded) this.#thread = null;
    if (result.kind === 'storeError') throw new StoreError(result.message);
    if (result.kind === 'failed') throw new Error(result.message);
  }
}

class MaintenanceThread {
  hasEnded = false;
  readonly #worker = new Worker(new URL('./worker.ts', import.meta.url).href, { smol: true });
  readonly #ended = Promise.withResolvers<void>();

  constructor() {
    this.#worker.addEventListener('close', () => {
      this.hasEnded = true;
      this.#ended.resolve();
    });
  }

  async run(task: MaintenanceTask): Promise<MaintenanceResult> {
    return new Promise((resolve) => {
      this.#worker.onmessage = (event: MessageEvent<MaintenanceResult>) => resolve(event.data);
      this.#worker.onerror = (event) => resolve({ kind: 'failed', message: event.message });
      void this.#ended.promise.then(() =>
        resolve({ kind: 'failed', message: 'the maintenance thread was terminated' }),
      );
      this.#worker.postMessage(task);
    });
  }

  /** Resolves when the thread has closed its files. */
  async terminate(): Promise<void> {
    this.#worker.terminate();
    await this.#ended.promise;
  }
}

/** A check fails for want of descriptors or memory. */
const RETRY_CHECK_MS = 10_000;
