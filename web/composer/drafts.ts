import type { Clock } from '../../client/clock.ts';
import { hasKeys, isText } from '../../protocol/shape.ts';
import type { DeviceStore } from '../storage/device-store.ts';

/** A draft is saved after a pause in typing this long; without a pause, after `LATEST_MS`. */
const PAUSE_MS = 300;
const LATEST_MS = 1_000;
const PREFIX = 'draft/';

interface StoredDraft {
  readonly text: string;
}

/** Unsent texts, one a room. Of several tabs the last one that wrote wins. */
export class Drafts {
  readonly #texts = new Map<string, string>();
  readonly #unsaved = new Set<string>();
  readonly #watchers: ((room: string) => void)[] = [];
  #saveBy: number | null = null;
  #cancelSave: (() => void) | null = null;
  /** Rooms whose draft only this page holds, because the device did not store it. */
  readonly #unsafe = new Set<string>();

  constructor(
    private readonly store: DeviceStore,
    private readonly clock: Clock,
  ) {}

  async load(): Promise<void> {
    const all = await this.store.entries(PREFIX);
    for (const [key, value] of all) this.#setUnlessEdited(key.slice(PREFIX.length), textIn(value));
  }

  /** `onChange` receives each room that gets its first draft text or loses it. */
  watch(onChange: (room: string) => void): void {
    this.#watchers.push(onChange);
  }

  hasDraft(room: string): boolean {
    return this.#texts.has(room);
  }

  /** As far as this page knows; see `read`. */
  textOf(room: string): string {
    return this.#texts.get(room) ?? '';
  }

  /** As the device has stored it: another tab may have written it since. */
  async readStored(room: string): Promise<string> {
    const text = textIn(await this.store.get(PREFIX + room));
    this.#setUnlessEdited(room, text);
    return text;
  }

  write(room: string, text: string): void {
    if (text === this.textOf(room)) return;
    this.#set(room, text);
    this.#unsaved.add(room);
    const now = this.clock.now();
    this.#saveBy ??= now + LATEST_MS;
    this.#cancelSave?.();
    this.#cancelSave = this.clock.after(Math.max(0, Math.min(PAUSE_MS, this.#saveBy - now)), () => this.save());
  }

  /** Saves at once: the page may be closed in a moment. */
  save(): void {
    this.#cancelSave?.();
    [this.#cancelSave, this.#saveBy] = [null, null];
    for (const room of this.#unsaved) void this.#store(room, this.textOf(room));
    this.#unsaved.clear();
  }

  /** No draft would be lost with this page. */
  get isStored(): boolean {
    return [...this.#unsaved, ...this.#unsafe].every((room) => !this.hasDraft(room));
  }

  async #store(room: string, text: string): Promise<void> {
    const key = PREFIX + room;
    this.#unsafe.add(room);
    const where = await (text === '' ? this.store.delete(key) : this.store.put(key, { text } satisfies StoredDraft));
    if (where === 'on the device') this.#unsafe.delete(room);
  }

  #setUnlessEdited(room: string, text: string): void {
    if (!this.#unsaved.has(room)) this.#set(room, text);
  }

  #set(room: string, text: string): void {
    const had = this.hasDraft(room);
    if (text === '') this.#texts.delete(room);
    else this.#texts.set(room, text);
    if (had !== this.hasDraft(room)) for (const onChange of this.#watchers) onChange(room);
  }
}

/**
 * The text for the input once the stored draft is read, as if it had been there from the start. `shown`: the text that
 * was there when the user could begin to type; `typed`: the text that is there now.
 */
export function restoredDraft(stored: string, shown: string, typed: string): string {
  if (typed === shown) return stored;
  if (shown !== '' || typed === stored) return typed;
  return stored + typed;
}

function textIn(value: unknown): string {
  return isDraft(value) ? value.text : '';
}

function isDraft(value: unknown): value is StoredDraft {
  return hasKeys({ text: isText })(value);
}
