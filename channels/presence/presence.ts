/**
 * Who is here: soft state, a person once in a group however many connections they have.
 *
 * - `joined` is told with a person's first connection, `left` when the last one is gone and the grace time has passed
 *   without a return, at most half a second later. Who returns within the grace neither left nor joined.
 * - The list holds who is in their grace time, too.
 * - Watchers hear changes in the order in which the list took them.
 */
export interface Presence {
  /** `quiet`: this person was here before we could know it; no `joined` is told. */
  enter(group: string, person: string, connection: string, manner?: { readonly quiet: boolean }): Promise<void>;
  leave(group: string, person: string, connection: string): Promise<void>;
  /** Sorted by code point. */
  people(group: string): readonly string[];
  count(group: string): number;
  /** `list` is told after every change of the list, quiet ones too. */
  watch(group: string, watcher: Watcher): () => void;
  /** Told after every change of any group in this process's sight. */
  watchAll(watcher: (group: string) => void): () => void;
  stop(): Promise<void>;
}

export interface Watcher {
  onJoined(person: string): void;
  onLeft(person: string): void;
  onListChanged(): void;
}

/** The order of `Presence.people`. `<` compares UTF-16 units, which puts the characters past U+FFFF before U+E000. */
export function byCodePoint(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let at = 0; at < shared; at += 1) {
    const difference = rank(a.charCodeAt(at)) - rank(b.charCodeAt(at));
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
