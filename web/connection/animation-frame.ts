import type { Schedule } from './frame-batch.ts';

/** A page that nobody sees, though it is not hidden, is drawn when the browser likes. */
const LATEST_MS = 100;

/** Before the next picture is drawn; null when none is, because nobody looks. */
export function nextAnimationFrame(): Schedule | null {
  return document.hidden ? null : beforeNextPicture;
}

function beforeNextPicture(run: () => void): () => void {
  const callOff = (): void => {
    cancelAnimationFrame(picture);
    clearTimeout(timer);
  };
  const once = (): void => {
    callOff();
    run();
  };
  const picture = requestAnimationFrame(once);
  const timer = setTimeout(once, LATEST_MS);
  return callOff;
}
