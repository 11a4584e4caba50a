import { createLog, faultLine } from '../log.ts';
import type { Server, StopOptions } from './server.ts';

/** A terminal sends Ctrl-C to every process of a command, and what started this one may send it on: one wish, not two. */
const SAME_WISH_MS = 500;
const STOPPED_BY_FORCE = 130;

export interface SignalOptions extends StopOptions {
  /** After the server and before the process ends: a layer's `stop`, say, which lets what was told last go out. */
  readonly afterwards?: () => Promise<void>;
}

/**
 * At SIGTERM or SIGINT the server is stopped gently, and the process ends: with 0, or, when the stop or what is to be done
 * afterwards fails, with 1 and a line that says why. A second signal, later, ends it at once.
 */
export function stopOnSignals(server: Server, options: SignalOptions = {}): void {
  void shutdownRequested().then(() => end(server, options));
}

/** Resolves at the first SIGTERM or SIGINT; a second one, later, ends the process there and then. */
export function shutdownRequested(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let first: number | null = null;
  const wished = (): void => {
    first ??= performance.now();
    if (performance.now() - first > SAME_WISH_MS) process.exit(STOPPED_BY_FORCE);
    resolve();
  };
  process.on('SIGTERM', wished);
  process.on('SIGINT', wished);
  return promise;
}

async function end(server: Server, { afterwards, ...options }: SignalOptions): Promise<never> {
  try {
    await server.stop(options);
    await afterwards?.();
  } catch (error) {
    createLog(0).error(`stopping: ${faultLine(error)}`);
    process.exit(1);
  }
  process.exit(0);
}
