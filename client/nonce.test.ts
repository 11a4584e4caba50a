import { expect, test } from 'bun:test';
import { usableNonce } from '../protocol/frames.ts';
import { NonceSequence, newNonce } from './nonce.ts';

test('a nonce is one the server takes, and no two are the same', () => {
  const many = Array.from({ length: 10_000 }, () => newNonce());
  expect(new Set(many).size).toBe(many.length);
  expect(many.every((nonce) => usableNonce(nonce) === nonce)).toBe(true);
});

test('a later nonce sorts after an earlier one', () => {
  const times = [0, 1, 1_700_000_000_000, 1_700_000_000_001, 2 ** 48 - 1];
  const nonces = times.map((time) => newNonce(time));
  expect([...nonces].sort()).toEqual(nonces);
});

test('what one tab names sorts in the order of naming, within a millisecond and after its clock was set back', () => {
  const times = [5_000, 5_000, 5_000, 4_000, 1, 5_001, 9_000];
  const names = new NonceSequence(() => times.shift() ?? 0);
  const given = Array.from({ length: 7 }, () => names.next());
  expect([...given].sort()).toEqual(given);
});

test('what is named after what was left sorts after it, whichever clock named that', () => {
  const names = new NonceSequence(() => 1_000);
  const left = newNonce(9_000);
  names.follow(left);
  names.follow(newNonce(10));
  names.follow('no name of ours');
  expect(names.next() > left).toBe(true);
});
