/**
 * Which people are present in which group: soft state. A person counts once in a group, however many connections they have.
 *
 * - `onJoined` is called with a person's first connection, `onLeft` when the last one is gone and the grace time has passed
 *   without a return, at most half a second later. A person who returns within the grace neither leaves nor joins.
 * - The list includes people in their grace time.
 * - Watchers receive changes in the order in which the list took them.
 */
export interface Presence {
  /** `announce: false`: the person was present before this process could know it; `onJoined` is not called. */
  enter(group: string, person: string, connection: string, options?: EnterOptions): Promise<void>;
  leave(group: string, person: string, connection: string): Promise<void>;
  /** Sorted by code point. */
  people(group: string): readonly string[];
  count(group: string): number;
  /** Returns a function that removes the watcher. */
  watch(group: string, watcher: Watcher): () => void;
  /** `watcher` is called after every change of any group, in this process or in others. */
  watchAll(watcher: (group: string) => void): () => void;
  stop(): Promise<void>;
}

export interface EnterOptions {
  readonly announce: boolean;
}

export interface Watcher {
  onJoined(person: string): void;
  onLeft(person: string): void;
  /** After every change of the list, unannounced ones too. */
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
