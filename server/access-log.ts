import { openSync, writeSync } from 'node:fs';
import type { LineSink } from '../channels/log.ts';

const STANDARD_OUTPUT = 1;

/** `-`: standard output; else a file that is appended to. Throws when it cannot be opened, or a line not be written. */
export function accessLog(target: string): LineSink {
  const file = target === '-' ? STANDARD_OUTPUT : openSync(target, 'a', 0o640);
  return wholeLines((bytes) => writeSync(file, bytes));
}

/** A disk that fills up, or a pipe, may take a part of a line: the next one then begins on a line of its own. */
export function wholeLines(write: (bytes: Uint8Array) => number): LineSink {
  let isTorn = false;
  return (line) => {
    const bytes = Buffer.from(`${isTorn ? '\n' : ''}${line}\n`);
    const written = write(bytes);
    isTorn = written < bytes.length;
  };
}
