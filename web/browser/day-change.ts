import type { Clock } from '../../client/clock.ts';

const LOOK_EVERY_MS = 60_000;

/** Tells when another day has begun; a machine that slept through midnight hears of it, too. */
export function watchDayChange(clock: Clock, today: () => string, turned: () => void): void {
  const known = today();
  clock.after(LOOK_EVERY_MS, () => {
    if (today() !== known) turned();
    watchDayChange(clock, today, turned);
  });
}
