/** Chores, seen from the main thread: each runs on a thread of its own and is waited for, or cut off, at the close. */

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
    return this.#runToEnd({ kind: 'copy', file: this.#file, target });
  }

  cleanUpDrillRooms(): Promise<void> {
    return this.#runToEnd({ kind: 'sweep', file: this.#file });
  }

  /** `damaged` is told a StoreError if there is damage. */
  checkLater(delayMs: number, damaged: (problem: StoreError) => void): void {
    this.#checkTimer = setTimeout(() => {
      this.#checkFinished = this.#runCheck(damaged);
    }, delayMs);
    this.#checkTimer.unref();
  }

  /** What was begun is finished; a check is not worth waiting for. */
  async close(): Promise<void> {
    if (this.#checkTimer !== null) clearTimeout(this.#checkTimer);
    this.#checkThread?.terminate();
    await Promise.allSettled([this.#checkFinished, ...this.#running]);
  }

  async #runToEnd(chore: MaintenanceTask): Promise<void> {
    const working = runTask(newThread(), chore);
    this.#running.add(working);
    try {
      await working;
    } finally {
      this.#running.delete(working);
    }
  }

  async #runCheck(damaged: (problem: StoreError) => void): Promise<void> {
    this.#checkThread = newThread();
    try {
      await runTask(this.#checkThread, { kind: 'check', file: this.#file });
    } catch (error) {
      if (error instanceof StoreError) damaged(error);
    } finally {
      this.#checkThread = null;
    }
  }
}

function newThread(): Worker {
  return new Worker(new URL('./worker.ts', import.meta.url).href, { smol: true });
}

/** Ends when the thread has let go of its files. */
async function runTask(thread: Worker, chore: MaintenanceTask): Promise<void> {
  const ended = new Promise<void>((resolve) => thread.addEventListener('close', () => resolve()));
  const end = await new Promise<MaintenanceResult>((resolve) => {
    thread.onmessage = (event: MessageEvent<MaintenanceResult>) => resolve(event.data);
    thread.onerror = (event) => resolve({ kind: 'failed', message: event.message });
    void ended.then(() => resolve({ kind: 'failed', message: 'it was cut off' }));
    thread.postMessage(chore);
  });
  thread.terminate();
  await ended;
  if (end.kind === 'problem') throw new StoreError(end.message);
  if (end.kind === 'failed') throw new Error(end.message);
}
