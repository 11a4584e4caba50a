import type { Clock } from '../../client/clock.ts';
import { hasKeys, isText } from '../../protocol/shape.ts';
import type { DeviceStore } from '../storage/device-store.ts';

/** Typing that pauses so long is saved; and typing that does not pause, after so long. */
const PAUSE_MS = 300;
const LATEST_MS = 1_000;
const PREFIX = 'draft/';

interface KeptDraft {
  readonly text: string;
}

/** What somebody has begun to write, a draft a room. The last tab that wrote one says what it is. */
export class Drafts {
  readonly #texts = new Map<string, string>();
  readonly #unsaved = new Set<string>();
  readonly #watchers: ((room: string) => void)[] = [];
  #saveBy: number | null = null;
  #callOff: (() => void) | null = null;
  /** Saved in the page alone, the device taking nothing: gone with it. */
  readonly #unsafe = new Set<string>();

  constructor(
    private readonly kept: DeviceStore,
    private readonly clock: Clock,
  ) {}

  /** In which rooms there is one. */
  async load(): Promise<void> {
    const all = await this.kept.entries(PREFIX);
    for (const [key, value] of all) this.#learn(key.slice(PREFIX.length), textIn(value));
  }

  /** Told of every room whose draft began or ended. */
  watch(changed: (room: string) => void): void {
    this.#watchers.push(changed);
  }

  hasDraft(room: string): boolean {
    return this.#texts.has(room);
  }

  /** As far as this page knows. */
  of(room: string): string {
    return this.#texts.get(room) ?? '';
  }

  /** As the device knows it: another tab may have written it since. */
  async read(room: string): Promise<string> {
    const text = textIn(await this.kept.get(PREFIX + room));
    this.#learn(room, text);
    return text;
  }

  write(room: string, text: string): void {
    if (text === this.of(room)) return;
    this.#set(room, text);
    this.#unsaved.add(room);
    const now = this.clock.now();
    this.#saveBy ??= now + LATEST_MS;
    this.#callOff?.();
    this.#callOff = this.clock.after(Math.max(0, Math.min(PAUSE_MS, this.#saveBy - now)), () => this.save());
  }

  /** At once: the page may be gone in a moment. */
  save(): void {
    this.#callOff?.();
    [this.#callOff, this.#saveBy] = [null, null];
    for (const room of this.#unsaved) void this.#keep(room, this.of(room));
    this.#unsaved.clear();
  }

  /** Would any be lost with this page? */
  get areSafe(): boolean {
    return [...this.#unsaved, ...this.#unsafe].every((room) => !this.hasDraft(room));
  }

  async #keep(room: string, text: string): Promise<void> {
    const key = PREFIX + room;
    this.#unsafe.add(room);
    const where = await (text === '' ? this.kept.delete(key) : this.kept.put(key, { text } satisfies KeptDraft));
    if (where === 'on the device') this.#unsafe.delete(room);
  }

  #learn(room: string, text: string): void {
    if (!this.#unsaved.has(room)) this.#set(room, text);
  }

  #set(room: string, text: string): void {
    const had = this.hasDraft(room);
    if (text === '') this.#texts.delete(room);
    else this.#texts.set(room, text);
    if (had !== this.hasDraft(room)) for (const changed of this.#watchers) changed(room);
  }
}

/**
 * What belongs into the box once the draft was read: as if it had stood there from the start. `shown`: what did stand
 * there when one could begin to type; `typed`: what stands there now.
 */
export function restored(kept: string, shown: string, typed: string): string {
  if (typed === shown) return kept;
  if (shown !== '' || typed === kept) return typed;
  return kept + typed;
}

function textIn(value: unknown): string {
  return isDraft(value) ? value.text : '';
}

function isDraft(value: unknown): value is KeptDraft {
  return hasKeys({ text: isText })(value);
}
