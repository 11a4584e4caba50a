import type { Presence } from '../presence/presence.ts';

/** Records the changes of a group as lines: `joined NAME`, `left NAME`, `list NAME,NAME`. */
export interface RecordingWatcher {
  readonly events: string[];
  /** Resolves when this line was recorded, now or before. */
  until(line: string): Promise<void>;
  stop(): void;
}

export function recordChanges(presence: Presence, group: string): RecordingWatcher {
  const events: string[] = [];
  const awaited = new Map<string, () => void>();
  const record = (line: string): void => {
    events.push(line);
    queueMicrotask(() => awaited.get(line)?.());
  };
  const stop = presence.watch(group, {
    onJoined: (person) => record(`joined ${person}`),
    onLeft: (person) => record(`left ${person}`),
    onListChanged: () => record(`list ${presence.people(group).join(',')}`),
  });
  const until = (line: string): Promise<void> =>
    events.includes(line) ? Promise.resolve() : new Promise((resolve) => awaited.set(line, resolve));
  return { events, stop, until };
}
