import { expect } from 'bun:test';

const EVERY_MS = 25;

/** Asks until the answer is the expected one; fails with the last answer if it never is. */
export async function eventually<Answer>(
  ask: () => Answer | Promise<Answer>,
  expected: Answer,
  withinMs = 15_000,
): Promise<void> {
  const end = performance.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (Bun.deepEquals(answer, expected, true)) return;
    if (performance.now() > end) return void expect<unknown>(answer).toEqual(expected);
    await Bun.sleep(EVERY_MS);
  }
}
