import type { Server, StopOptions } from './server.ts';

/** A terminal sends Ctrl-C to every process of a command, and what started this one may send it on: one wish, not two. */
const SAME_WISH_MS = 500;
const STOPPED_BY_FORCE = 130;

export interface SignalOptions extends StopOptions {
  /** After the server and before the process ends: a layer's `stop`, say, which lets what was told last go out. */
  readonly afterwards?: () => Promise<void>;
}

/** At SIGTERM or SIGINT the server is stopped gently, and the process ends with 0; a second one, later, ends it at once. */
export function stopOnSignals(server: Server, { afterwards, ...options }: SignalOptions = {}): void {
  let first: number | null = null;
  const wished = (): void => {
    if (first !== null && performance.now() - first > SAME_WISH_MS) process.exit(STOPPED_BY_FORCE);
    if (first !== null) return;
    first = performance.now();
    void server
      .stop(options)
      .then(afterwards)
      .finally(() => process.exit(0));
  };
  process.on('SIGTERM', wished);
  process.on('SIGINT', wished);
}
