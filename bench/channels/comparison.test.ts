import { expect, test } from 'bun:test';
import { type Comparison, comparisonTable, meetsGoal, timesBetter } from './comparison.ts';

const FAST: Comparison = {
  name: 'fan-out',
  unit: 'deliveries/s',
  better: 'more',
  goal: 500,
  ours: [900, 1_000, 5_000],
  theirs: [2, 1, 3],
  floor: [],
};
const SMALL: Comparison = { ...FAST, name: 'memory', unit: 'KB', better: 'less', goal: 10, ours: [2], theirs: [19] };

test('of rounds the median counts, and less is better where less is', () => {
  expect(timesBetter(FAST)).toBe(500);
  expect(timesBetter(SMALL)).toBe(9.5);
});

test('a goal that is not reached is said to be missed', () => {
  expect([meetsGoal(FAST), meetsGoal(SMALL)]).toEqual([true, false]);
  const [, , fast, small] = comparisonTable([FAST, SMALL]).split('\n');
  expect(fast).toContain('1,000 (900–5,000)');
  expect(fast).not.toContain('MISSED');
  expect(small).toContain('10 MISSED');
});

test('where the floor was measured, the table says how many times better anybody could be', () => {
  const [, , fast, small] = comparisonTable([FAST, { ...SMALL, floor: [3, 2, 1] }]).split('\n');
  expect(fast).toMatch(/\| +\| +\|$/);
  expect(small).toMatch(/\| 2\.0 \(1\.0–3\.0\) +\| 19\.0 +\|$/);
});
