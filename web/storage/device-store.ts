/** Storage that outlives the page. A promise settles when the device has really written, or has really failed. */
export interface Device {
  put(key: string, value: unknown): Promise<void>;
  delete(key: string): Promise<void>;
  /** Undefined when there is no entry. */
  get(key: string): Promise<unknown>;
  entries(prefix: string): Promise<ReadonlyMap<string, unknown>>;
}

export type StorageKind = 'on the device' | 'in this page';

/**
 * One user's small store. Where the device stores nothing (a private window, a full disk, no permission) the entry lives
 * as long as the page, and the caller of `put` learns it. Entries may have been written by any version of this page, or
 * by any person at this keyboard: parse them.
 */
export class DeviceStore {
  /** Entries that the device has not written yet, or never will; the newest of a key counts. */
  readonly #unwritten = new Map<string, { readonly value: unknown }>();

  constructor(private readonly device: Device) {}

  put(key: string, value: unknown): Promise<StorageKind> {
    return this.#write(key, value, () => this.device.put(key, value));
  }

  delete(key: string): Promise<StorageKind> {
    return this.#write(key, undefined, () => this.device.delete(key));
  }

  async get(key: string): Promise<unknown> {
    const stored = this.device.get(key).catch(() => undefined);
    const unwritten = this.#unwritten.get(key);
    return unwritten === undefined ? stored : unwritten.value;
  }

  /** All entries whose key starts with the prefix, by key. */
  async entries(prefix: string): Promise<ReadonlyMap<string, unknown>> {
    const all = new Map(await this.device.entries(prefix).catch(() => []));
    for (const [key, { value }] of this.#unwritten) if (key.startsWith(prefix)) all.set(key, value);
    return new Map([...all].filter(([, value]) => value !== undefined));
  }

  async #write(key: string, value: unknown, write: () => Promise<void>): Promise<StorageKind> {
    const entry = { value };
    this.#unwritten.set(key, entry);
    try {
      await write();
    } catch {
      return 'in this page';
    }
    if (this.#unwritten.get(key) === entry) this.#unwritten.delete(key);
    return 'on the device';
  }
}
