import { openSync, writeSync } from 'node:fs';
import type { LineSink } from '../channels/log.ts';

const STANDARD_OUTPUT = 1;

/** `-`: standard output; otherwise a file that is appended to. Throws when it cannot be opened, and when a write fails. */
export function accessLog(target: string): LineSink {
  const file = target === '-' ? STANDARD_OUTPUT : openSync(target, 'a', 0o640);
  return wholeLines((bytes) => writeSync(file, bytes));
}

/** A full disk or a pipe may accept a part of a line: the next line then starts on a line of its own. */
export function wholeLines(write: (bytes: Uint8Array) => number): LineSink {
  let isIncomplete = false;
  return (line) => {
    const bytes = Buffer.from(`${isIncomplete ? '\n' : ''}${line}\n`);
    const written = write(bytes);
    isIncomplete = written < bytes.length;
  };
}
