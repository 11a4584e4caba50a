import { faultLine, type Log } from './log.ts';

export type LineSink = (line: string) => void;

const COMPLAIN_EVERY_MS = 60_000;

/**
 * The same sink, except that it never throws: nobody is to lose an answer because a line about it could not be kept.
 * The log hears of it at the first lost line, then once a minute at most.
 */
export function safeSink(sink: LineSink, what: string, log: Log, now = () => performance.now()): LineSink {
  let quietUntil = Number.NEGATIVE_INFINITY;
  let lost = 0;
  return (line) => {
    try {
      sink(line);
    } catch (error) {
      lost += 1;
      if (now() < quietUntil) return;
      quietUntil = now() + COMPLAIN_EVERY_MS;
      log.error(`${what} loses lines (${lost} until now): ${faultLine(error)}`);
    }
  };
}
