import type { Schedule } from './frame-batch.ts';

/** A page that is covered, though not hidden, may get no animation frame for long: it does not wait longer than this. */
const LATEST_MS = 100;

/** Schedules before the next animation frame; null when the page is hidden and has none. */
export function nextAnimationFrame(): Schedule | null {
  return document.hidden ? null : beforeNextFrame;
}

function beforeNextFrame(run: () => void): () => void {
  const cancel = (): void => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
  const once = (): void => {
    cancel();
    run();
  };
  const frame = requestAnimationFrame(once);
  const timer = setTimeout(once, LATEST_MS);
  return cancel;
}
