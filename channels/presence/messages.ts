/**
 * What processes tell each other about who is with them. Every change of a process has a number, so that who missed one
 * knows.
 */
export type PresenceMessage =
  /** Who asks wants everybody to say `alive`. */
  | { readonly type: 'hello' }
  /** All changes up to this number are written down, and this process is well. */
  | { readonly type: 'alive'; readonly number: number }
  | { readonly type: 'changes'; readonly first: number; readonly changes: readonly PresenceChange[] };

/** `quiet`: came, without a word. */
export type PresenceChange = readonly [group: string, person: string, how: 'came' | 'quiet' | 'went'];

/** Everybody who is with a process, after the change of this number. */
export interface Snapshot {
  readonly number: number;
  readonly groups: readonly (readonly [group: string, people: readonly string[]])[];
}

/** Throws on what is no news. */
export function parsePresenceMessage(value: unknown): PresenceMessage {
  if (isRecord(value)) {
    if (value.type === 'hello') return { type: 'hello' };
    if (value.type === 'alive' && isNumber(value.number)) return { type: 'alive', number: value.number };
    if (value.type === 'changes' && isNumber(value.first) && isListOf(value.changes, isChange)) {
      return { type: 'changes', first: value.first, changes: value.changes };
    }
  }
  throw new TypeError('not news of presence');
}

/** Throws on what was not written so. */
export function parseSnapshot(value: unknown): Snapshot {
  if (isRecord(value) && isNumber(value.number) && isListOf(value.groups, isGroup)) {
    return { number: value.number, groups: value.groups };
  }
  throw new TypeError('not a list of who is present');
}

const HOW: readonly unknown[] = ['came', 'quiet', 'went'];

function isChange(value: unknown): value is PresenceChange {
  return Array.isArray(value) && isText(value[0]) && isText(value[1]) && HOW.includes(value[2]);
}

function isGroup(value: unknown): value is readonly [string, readonly string[]] {
  return Array.isArray(value) && isText(value[0]) && isListOf(value[1], isText);
}

function isListOf<Item>(value: unknown, isItem: (item: unknown) => item is Item): value is readonly Item[] {
  return Array.isArray(value) && value.every(isItem);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
