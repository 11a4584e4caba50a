import type { Log } from '../log.ts';

/** A log that records its lines, for tests. */
export class RecordingLog implements Log {
  readonly lines: string[] = [];
  error = (line: string): void => void this.lines.push(`error ${line}`);
  warn = (line: string): void => void this.lines.push(`warn ${line}`);
  info = (line: string): void => void this.lines.push(`info ${line}`);
  debug = (line: string): void => void this.lines.push(`debug ${line}`);
}
