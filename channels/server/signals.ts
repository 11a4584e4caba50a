import { createLog, faultLine } from '../log.ts';
import type { Server, StopOptions } from './server.ts';

/** A terminal sends Ctrl-C to every process of a command, and a parent process may forward it: that is one request, not two. */
const SAME_REQUEST_MS = 500;
const EXIT_CODE_FORCED = 130;

export interface SignalOptions extends StopOptions {
  /** Runs after the server has stopped and before the process ends: a layer's `stop`, say, which flushes its last events. */
  readonly afterwards?: () => Promise<void>;
}

/**
 * At SIGTERM or SIGINT stops the server gently and ends the process: with 0, or, when `stop` or `afterwards` fails, with 1
 * and a line with the reason. A second signal, later, ends it at once.
 */
export function stopOnSignals(server: Server, options: SignalOptions = {}): void {
  void shutdownRequested().then(() => stopAndExit(server, options));
}

/** Resolves at the first SIGTERM or SIGINT; a second one, later, ends the process at once. */
export function shutdownRequested(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let first: number | null = null;
  const onSignal = (): void => {
    first ??= performance.now();
    if (performance.now() - first > SAME_REQUEST_MS) process.exit(EXIT_CODE_FORCED);
    resolve();
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  return promise;
}

async function stopAndExit(server: Server, { afterwards, ...options }: SignalOptions): Promise<never> {
  try {
    await server.stop(options);
    await afterwards?.();
  } catch (error) {
    createLog(0).error(`stopping: ${faultLine(error)}`);
    process.exit(1);
  }
  process.exit(0);
}
