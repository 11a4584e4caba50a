/** Chores, seen from the main thread: each runs on a thread of its own and is waited for, or cut off, at the close. */

import { StoreError } from '../../store-error.ts';
import type { MaintenanceResult, MaintenanceTask } from './worker.ts';

export class MaintenanceTasks {
  readonly #underWay = new Set<Promise<void>>();
  readonly #file: string;
  #check: Worker | null = null;
  #checking = Promise.resolve();
  #checkTimer: Timer | null = null;

  constructor(file: string) {
    this.#file = file;
  }

  copy(target: string): Promise<void> {
    return this.#finish({ kind: 'copy', file: this.#file, target });
  }

  sweep(): Promise<void> {
    return this.#finish({ kind: 'sweep', file: this.#file });
  }

  /** `damaged` is told a StoreProblem if there is damage. */
  checkLater(delayMs: number, damaged: (problem: StoreError) => void): void {
    this.#checkTimer = setTimeout(() => {
      this.#checking = this.#checkNow(damaged);
    }, delayMs);
    this.#checkTimer.unref();
  }

  /** What was begun is finished; a check is not worth waiting for. */
  async close(): Promise<void> {
    if (this.#checkTimer !== null) clearTimeout(this.#checkTimer);
    this.#check?.terminate();
    await Promise.allSettled([this.#checking, ...this.#underWay]);
  }

  async #finish(chore: MaintenanceTask): Promise<void> {
    const working = run(newThread(), chore);
    this.#underWay.add(working);
    try {
      await working;
    } finally {
      this.#underWay.delete(working);
    }
  }

  async #checkNow(damaged: (problem: StoreError) => void): Promise<void> {
    this.#check = newThread();
    try {
      await run(this.#check, { kind: 'check', file: this.#file });
    } catch (error) {
      if (error instanceof StoreError) damaged(error);
    } finally {
      this.#check = null;
    }
  }
}

function newThread(): Worker {
  return new Worker(new URL('./worker.ts', import.meta.url).href, { smol: true });
}

/** Ends when the thread has let go of its files. */
async function run(thread: Worker, chore: MaintenanceTask): Promise<void> {
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
