/**
 * Messages between processes about the people connected to each. The changes of a process are numbered, so that a process
 * that missed one notices the gap.
 */
export type PresenceMessage =
  /** Asks every process for an `alive`. */
  | { readonly type: 'hello' }
  /** The process lives, and its snapshot contains all changes up to this number. */
  | { readonly type: 'alive'; readonly number: number }
  | { readonly type: 'changes'; readonly first: number; readonly changes: readonly PresenceChange[] };

/** `unannounced`: joined, without a call of `onJoined`. */
export type PresenceChange = readonly [group: string, person: string, kind: 'joined' | 'unannounced' | 'left'];

/** All people connected to a process, after the change of this number. */
export interface Snapshot {
  readonly number: number;
  readonly groups: readonly (readonly [group: string, people: readonly string[]])[];
}

/** Throws a TypeError on a malformed message. */
export function parsePresenceMessage(value: unknown): PresenceMessage {
  if (isRecord(value)) {
    if (value.type === 'hello') return { type: 'hello' };
    if (value.type === 'alive' && isNumber(value.number)) return { type: 'alive', number: value.number };
    if (value.type === 'changes' && isNumber(value.first) && isListOf(value.changes, isChange)) {
      return { type: 'changes', first: value.first, changes: value.changes };
    }
  }
  throw new TypeError('malformed presence message');
}

/** Throws a TypeError on a malformed snapshot. */
export function parseSnapshot(value: unknown): Snapshot {
  if (isRecord(value) && isNumber(value.number) && isListOf(value.groups, isGroup)) {
    return { number: value.number, groups: value.groups };
  }
  throw new TypeError('malformed presence snapshot');
}

const CHANGE_KINDS: readonly unknown[] = ['joined', 'unannounced', 'left'];

function isChange(value: unknown): value is PresenceChange {
  return Array.isArray(value) && isText(value[0]) && isText(value[1]) && CHANGE_KINDS.includes(value[2]);
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
