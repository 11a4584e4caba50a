import type { Device } from '../storage/device-store.ts';

/** Storage that outlives the pages of a test, unless it is broken. */
export class TestDevice implements Device {
  readonly values = new Map<string, unknown>();
  /** Every write, in order. */
  readonly written: string[] = [];
  isBroken = false;
  #blocked: Promise<void> | null = null;

  put(key: string, value: unknown): Promise<void> {
    return this.#perform(() => void this.values.set(key, value), `put ${key}`);
  }

  delete(key: string): Promise<void> {
    return this.#perform(() => void this.values.delete(key), `delete ${key}`);
  }

  get(key: string): Promise<unknown> {
    return this.#perform(() => this.values.get(key));
  }

  entries(prefix: string): Promise<ReadonlyMap<string, unknown>> {
    return this.#perform(() => new Map([...this.values].filter(([key]) => key.startsWith(prefix))));
  }

  /** Blocks every operation until the returned function is called. */
  blockUntilReleased(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#blocked = promise;
    return resolve;
  }

  async #perform<Result>(act: () => Result, written?: string): Promise<Result> {
    await this.#blocked;
    if (this.isBroken) throw new Error('the disk is full');
    if (written !== undefined) this.written.push(written);
    return act();
  }
}
