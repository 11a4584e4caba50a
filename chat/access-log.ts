import { openSync, writeSync } from 'node:fs';

/** `-`: standard output; else a file that is appended to. */
export function accessLog(target: string): (line: string) => void {
  const file = target === '-' ? 1 : openSync(target, 'a', 0o640);
  return (line) => void writeSync(file, `${line}\n`);
}
