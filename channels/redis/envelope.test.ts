import { expect, test } from 'bun:test';
import { encodeEnvelope, parseEnvelope, SequenceCheck } from './envelope.ts';

const from = '0123456789abcdef'.repeat(2);

test('an envelope is parsed as it was encoded', () => {
  const envelope = { from, number: 12, json: '{"text":"a b\\n\u{1f600}"}' };
  expect(parseEnvelope(encodeEnvelope(envelope))).toEqual(envelope);
});

test.each([
  '',
  'hello',
  `2 ${from} 1 {}`,
  `1 ${from} 0 {}`,
  `1 ${from} -1 {}`,
  `1 ${from} 1e3 {}`,
  `1 ${from.slice(1)} 1 {}`,
])('B44: %j is no envelope', (text) => {
  expect(parseEnvelope(text)).toBeNull();
});

test('of each process only what is newer than the last is next', () => {
  const numbers = new SequenceCheck();
  expect([1, 2, 2, 1, 5, 4, 6].map((number) => numbers.isNext('a', number))).toEqual([
    true,
    true,
    false,
    false,
    true,
    false,
    true,
  ]);
  expect(numbers.isNext('b', 1)).toBe(true);
});

test('processes that came and went are forgotten in the end, the oldest first', () => {
  const numbers = new SequenceCheck();
  for (let at = 0; at <= 1_000; at += 1) numbers.isNext(`process-${at}`, 7);
  expect(numbers.isNext('process-1000', 7)).toBe(false);
  expect(numbers.isNext('process-0', 7)).toBe(true);
});
