import type { Presence } from '../presence/presence.ts';

/** What a watcher of a group was told, in order. */
export interface RecordingWatcher {
  readonly told: string[];
  /** Resolves when this was told, now or before. */
  until(line: string): Promise<void>;
  stop(): void;
}

export function watch(presence: Presence, group: string): RecordingWatcher {
  const told: string[] = [];
  const awaited = new Map<string, () => void>();
  const note = (line: string): void => {
    told.push(line);
    queueMicrotask(() => awaited.get(line)?.());
  };
  const stop = presence.watch(group, {
    joined: (person) => note(`joined ${person}`),
    left: (person) => note(`left ${person}`),
    listChanged: () => note(`list ${presence.people(group).join(',')}`),
  });
  const until = (line: string): Promise<void> =>
    told.includes(line) ? Promise.resolve() : new Promise((resolve) => awaited.set(line, resolve));
  return { told, stop, until };
}
