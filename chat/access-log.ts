import { openSync, writeSync } from 'node:fs';
import { type LineSink, sturdySink } from '../channels/line-sink.ts';
import { createLog, type Log } from '../channels/log.ts';

const STANDARD_OUTPUT = 1;

/** `-`: standard output; else a file that is appended to. What cannot be written is lost: a line, never an answer. */
export function accessLog(target: string, log: Log = createLog(0)): LineSink {
  const file = target === '-' ? STANDARD_OUTPUT : openSync(target, 'a', 0o640);
  const write = wholeLines((bytes) => writeSync(file, bytes));
  return sturdySink(write, 'the access log', log);
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
