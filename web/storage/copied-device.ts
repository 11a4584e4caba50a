import { isRecord } from '../../protocol/shape.ts';
import type { Device } from './device-store.ts';
import type { Preferences } from './preferences.ts';

const NAME = 'unwritten';

/**
 * Storage for what is still being typed when the page closes: WebKit drops a write to IndexedDB that has not ended by
 * then. Until it has, a copy lies in localStorage, which is written at once; as long as there is a copy, it counts.
 */
export class CopiedDevice implements Device {
  constructor(
    private readonly device: Device,
    private readonly preferences: Pick<Preferences, 'read' | 'write'>,
  ) {}

  put(key: string, value: unknown): Promise<void> {
    return this.#write(key, value, () => this.device.put(key, value));
  }

  delete(key: string): Promise<void> {
    return this.#write(key, null, () => this.device.delete(key));
  }

  async get(key: string): Promise<unknown> {
    const copy = this.#copies.get(key);
    return copy === undefined ? this.device.get(key) : (copy ?? undefined);
  }

  async entries(prefix: string): Promise<ReadonlyMap<string, unknown>> {
    const all = new Map(await this.device.entries(prefix).catch(() => []));
    for (const [key, copy] of this.#copies) if (key.startsWith(prefix)) all.set(key, copy);
    return new Map([...all].filter(([, value]) => value !== null));
  }

  /** Null: the entry is deleted. */
  get #copies(): Map<string, unknown> {
    const copies = this.preferences.read(NAME);
    return new Map(isRecord(copies) ? Object.entries(copies) : []);
  }

  async #write(key: string, value: unknown, write: () => Promise<void>): Promise<void> {
    this.#saveCopies(this.#copies.set(key, value));
    await write();
    // A newer copy belongs to a write that has not ended.
    const copies = this.#copies;
    if (JSON.stringify(copies.get(key)) !== JSON.stringify(value)) return;
    copies.delete(key);
    this.#saveCopies(copies);
  }

  #saveCopies(copies: ReadonlyMap<string, unknown>): void {
    this.preferences.write(NAME, Object.fromEntries(copies));
  }
}
