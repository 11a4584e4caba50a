import { timingSafeEqual } from 'node:crypto';

/** Takes equally long wherever the two differ. Their lengths are no secret. */
export function isSameSecret(expected: string, given: string | null): boolean {
  if (given === null) return false;
  const [left, right] = [Buffer.from(expected), Buffer.from(given)];
  return left.length === right.length && timingSafeEqual(left, right);
}
