/** Logs events for people, one line each. Untrusted text is escaped: one entry never becomes two lines. */
export interface Log {
  error(line: string): void;
  warn(line: string): void;
  info(line: string): void;
  debug(line: string): void;
}

/** 0: errors and warnings; 1: events of the server, too; 2: events of each connection, too; 3: the same as 2, for now. */
export type Verbosity = 0 | 1 | 2 | 3;

export function createLog(
  verbosity: Verbosity,
  write: (text: string) => void = (text) => void process.stderr.write(text),
): Log {
  const at = (level: string) => (line: string) =>
    write(`${new Date().toISOString()} ${level.padEnd(5)} ${singleLine(line)}\n`);
  const silent = (): void => {};
  return {
    error: at('error'),
    warn: at('warn'),
    info: verbosity >= 1 ? at('info') : silent,
    debug: verbosity >= 2 ? at('debug') : silent,
  };
}

/** The error's name, message and place, as one line. */
export function faultLine(error: unknown): string {
  if (!(error instanceof Error)) return `thrown: ${String(error)}`;
  const place = error.stack?.split('\n').find((line) => line.includes(':') && /^\s*at /.test(line));
  return `${error.name}: ${error.message}${place === undefined ? '' : ` (${place.trim()})`}`;
}

/** For a warning that may recur a thousand times a second: logged at once, then at most once a minute, with its count. */
export class ThrottledLog {
  readonly #log: Log;
  readonly #throttle: LogThrottle;

  constructor(log: Log, now?: () => number) {
    this.#log = log;
    this.#throttle = new LogThrottle(now);
  }

  warn(line: string): void {
    const count = this.#throttle.count();
    if (count === null) return;
    this.#log.warn(count === 1 ? line : `${line} (${count} times until now)`);
  }
}

export type LineSink = (line: string) => void;

/**
 * The same sink, except that it never throws: a request must not fail because a line about it could not be written.
 * The first lost line is logged, then at most one error a minute.
 */
export function safeSink(sink: LineSink, what: string, log: Log, now?: () => number): LineSink {
  const throttle = new LogThrottle(now);
  return (line) => {
    try {
      sink(line);
    } catch (error) {
      const count = throttle.count();
      if (count !== null) log.error(`${what} loses lines (${count} until now): ${faultLine(error)}`);
    }
  };
}

/** Counts the occurrences of one trouble and decides which of them to log: the first, then at most one a minute. */
class LogThrottle {
  readonly #now: () => number;
  #quietUntil = Number.NEGATIVE_INFINITY;
  #count = 0;

  constructor(now = () => performance.now()) {
    this.#now = now;
  }

  /** Counts one more; its number if it is to be logged, else null. */
  count(): number | null {
    this.#count += 1;
    const now = this.#now();
    if (now < this.#quietUntil) return null;
    this.#quietUntil = now + LOG_EVERY_MS;
    return this.#count;
  }
}

const LOG_EVERY_MS = 60_000;
const LINE_CHARACTERS = 2_000;

function singleLine(line: string): string {
  return line.slice(0, LINE_CHARACTERS).replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
