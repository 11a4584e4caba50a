import type { Device } from '../storage/device-store.ts';

/** What outlives the pages of a test, as long as it is in order. */
export class TestDevice implements Device {
  readonly values = new Map<string, unknown>();
  /** Every write, in its order. */
  readonly written: string[] = [];
  isBroken = false;
  #held: Promise<void> | null = null;

  put(key: string, value: unknown): Promise<void> {
    return this.#in(() => void this.values.set(key, value), `put ${key}`);
  }

  delete(key: string): Promise<void> {
    return this.#in(() => void this.values.delete(key), `delete ${key}`);
  }

  get(key: string): Promise<unknown> {
    return this.#in(() => this.values.get(key));
  }

  all(prefix: string): Promise<ReadonlyMap<string, unknown>> {
    return this.#in(() => new Map([...this.values].filter(([key]) => key.startsWith(prefix))));
  }

  /** Answers nothing until what is answered is called. */
  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#held = promise;
    return resolve;
  }

  async #in<Result>(act: () => Result, written?: string): Promise<Result> {
    await this.#held;
    if (this.isBroken) throw new Error('the disk is full');
    if (written !== undefined) this.written.push(written);
    return act();
  }
}
