import { expect, test } from 'bun:test';
import { ReconnectPause } from './reconnect-pause.ts';

const LONG = { ms: 60_000, isFixed: false };

async function isOver(wait: Promise<void>): Promise<boolean> {
  const notYet = new Promise<false>((resolve) => setImmediate(() => resolve(false)));
  return Promise.race([wait.then(() => true), notYet]);
}

test('a retry ends the pause, also one that a missing network made longer', async () => {
  const pause = new ReconnectPause();
  pause.stayAway(60_000);
  const wait = pause.wait({ ms: 0, isFixed: false });
  expect(await isOver(wait)).toBe(false);
  pause.retryNow();
  expect(await isOver(wait)).toBe(true);
});

test('a pause that the server asked for is ended by closing the client alone', async () => {
  const pause = new ReconnectPause();
  const wait = pause.wait({ ...LONG, isFixed: true });
  pause.retryNow();
  expect(await isOver(wait)).toBe(false);
  pause.cancel();
  expect(await isOver(wait)).toBe(true);
});

test('a pause ends by itself, and what one was ended with does not end the next', async () => {
  const pause = new ReconnectPause();
  await pause.wait({ ms: 1, isFixed: true });
  pause.retryNow();
  const next = pause.wait(LONG);
  expect(await isOver(next)).toBe(false);
  pause.cancel();
  await next;
});
