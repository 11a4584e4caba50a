/** Maintenance tasks, seen from the main thread: each runs on its own thread; `close` waits for it, or terminates it. */
import { StoreError } from '../../store-error.ts';
import type { MaintenanceResult, MaintenanceTask } from './worker.ts';

export class MaintenanceTasks {
  readonly #running = new Set<Promise<void>>();
  readonly #file: string;
  #checkThread: Worker | null = null;
  #checkFinished = Promise.resolve();
  #checkTimer: Timer | null = null;

  constructor(file: string) {
    this.#file = file;
  }

  backUp(target: string): Promise<void> {
    return this.#runToEnd({ kind: 'backup', file: this.#file, target });
  }

  cleanUpDrillRooms(): Promise<void> {
    return this.#runToEnd({ kind: 'drillRoomCleanup', file: this.#file });
  }

  /** Calls `onCorrupt` if the database is corrupt. */
  checkLater(delayMs: number, onCorrupt: (error: StoreError) => void): void {
    this.#checkTimer = setTimeout(() => {
      this.#checkFinished = this.#runCheck(onCorrupt);
    }, delayMs);
    this.#checkTimer.unref();
  }

  /** Waits for running tasks, but terminates a check. */
  async close(): Promise<void> {
    if (this.#checkTimer !== null) clearTimeout(this.#checkTimer);
    this.#checkThread?.terminate();
    await Promise.allSettled([this.#checkFinished, ...this.#running]);
  }

  async #runToEnd(task: MaintenanceTask): Promise<void> {
    const running = runTask(newThread(), task);
    this.#running.add(running);
    try {
      await running;
    } finally {
      this.#running.delete(running);
    }
  }

  async #runCheck(onCorrupt: (error: StoreError) => void): Promise<void> {
    this.#checkThread = newThread();
    try {
      await runTask(this.#checkThread, { kind: 'check', file: this.#file });
    } catch (error) {
      if (error instanceof StoreError) onCorrupt(error);
    } finally {
      this.#checkThread = null;
    }
  }
}

function newThread(): Worker {
  return new Worker(new URL('./worker.ts', import.meta.url).href, { smol: true });
}

/** Resolves when the thread has closed its files. */
async function runTask(thread: Worker, task: MaintenanceTask): Promise<void> {
  const closed = new Promise<void>((resolve) => thread.addEventListener('close', () => resolve()));
  const result = await new Promise<MaintenanceResult>((resolve) => {
    thread.onmessage = (event: MessageEvent<MaintenanceResult>) => resolve(event.data);
    thread.onerror = (event) => resolve({ kind: 'failed', message: event.message });
    void closed.then(() => resolve({ kind: 'failed', message: 'the maintenance thread was terminated' }));
    thread.postMessage(task);
  });
  thread.terminate();
  await closed;
  if (result.kind === 'storeError') throw new StoreError(result.message);
  if (result.kind === 'failed') throw new Error(result.message);
}
