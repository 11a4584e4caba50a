/** One line an event, for people. What comes from outside is made harmless: a line never becomes two. */
export interface Log {
  error(line: string): void;
  warn(line: string): void;
  info(line: string): void;
  debug(line: string): void;
}

/** 0: errors and warnings; 1: what happens to the server; 2: to each connection; 3: the same, for now. */
export type Verbosity = 0 | 1 | 2 | 3;

export function createLog(
  verbosity: Verbosity,
  write: (text: string) => void = (text) => void process.stderr.write(text),
): Log {
  const at = (level: string) => (line: string) =>
    write(`${new Date().toISOString()} ${level.padEnd(5)} ${oneLine(line)}\n`);
  const silent = (): void => {};
  return {
    error: at('error'),
    warn: at('warn'),
    info: verbosity >= 1 ? at('info') : silent,
    debug: verbosity >= 2 ? at('debug') : silent,
  };
}

/** What was thrown and where, as one line. */
export function faultLine(error: unknown): string {
  if (!(error instanceof Error)) return `thrown: ${String(error)}`;
  const place = error.stack?.split('\n').find((line) => line.includes(':') && /^\s*at /.test(line));
  return `${error.name}: ${error.message}${place === undefined ? '' : ` (${place.trim()})`}`;
}

const LINE_CHARACTERS = 2_000;

function oneLine(line: string): string {
  return line.slice(0, LINE_CHARACTERS).replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
