import type { Clock } from '../../client/clock.ts';

const CHECK_EVERY_MS = 60_000;

/** Calls back when another day has begun, also after the machine slept through midnight. */
export function watchDayChange(clock: Clock, today: () => string, onDayChange: () => void): void {
  const known = today();
  clock.after(CHECK_EVERY_MS, () => {
    if (today() !== known) onDayChange();
    watchDayChange(clock, today, onDayChange);
  });
}
