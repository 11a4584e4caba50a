/** What outlives the page. A promise settles when the device has really written, or really has not. */
export interface Device {
  put(key: string, value: unknown): Promise<void>;
  delete(key: string): Promise<void>;
  /** Undefined: there is none. */
  get(key: string): Promise<unknown>;
  entries(prefix: string): Promise<ReadonlyMap<string, unknown>>;
}

export type StorageKind = 'on the device' | 'in this page';

/**
 * A small store of one person's. Where the device takes nothing (a private window, a full disk, no permission) it is
 * kept as long as the page is, and whoever put it hears so. What is read was written by any version of this page, or by
 * anybody at this keyboard: parse it.
 */
export class DeviceStore {
  /** What the device has not taken yet, or never will; the newest of a key counts. */
  readonly #unwritten = new Map<string, { readonly value: unknown }>();

  constructor(private readonly device: Device) {}

  put(key: string, value: unknown): Promise<StorageKind> {
    return this.#write(key, value, () => this.device.put(key, value));
  }

  delete(key: string): Promise<StorageKind> {
    return this.#write(key, undefined, () => this.device.delete(key));
  }

  async get(key: string): Promise<unknown> {
    const kept = this.device.get(key).catch(() => undefined);
    const here = this.#unwritten.get(key);
    return here === undefined ? kept : here.value;
  }

  /** By the key, those whose key begins so. */
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
