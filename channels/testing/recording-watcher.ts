import type { Presence } from '../presence/presence.ts';

/** What a watcher of a group was told, in order. */
export interface RecordingWatcher {
  readonly events: string[];
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
    onJoined: (person) => note(`joined ${person}`),
    onLeft: (person) => note(`left ${person}`),
    onListChanged: () => note(`list ${presence.people(group).join(',')}`),
  });
  const until = (line: string): Promise<void> =>
    told.includes(line) ? Promise.resolve() : new Promise((resolve) => awaited.set(line, resolve));
  return { events: told, stop, until };
}
