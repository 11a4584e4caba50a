import { beforeEach, expect, test } from 'bun:test';
import { TestClock } from '../../client/testing/clock.ts';
import { type Candidacy, TabElection } from './tab-election.ts';

let clock: TestClock;
let rung: string[];
let tabs: Map<string, TabElection>;
let onTheWay: Array<() => void>;

beforeEach(() => {
  clock = new TestClock();
  rung = [];
  onTheWay = [];
  tabs = new Map(
    ['b', 'a', 'c'].map((token) => [token, new TabElection({ clock, token, publish: (claim) => tell(token, claim) })]),
  );
});

function tell(from: string, claim: Candidacy): void {
  for (const [token, tab] of tabs) if (token !== from) onTheWay.push(() => tab.onCandidacy(claim));
}

function arrive(): void {
  for (const one of onTheWay.splice(0)) one();
}

function claim(token: string, what = 'general 7'): void {
  tabs.get(token)?.runFor(what, () => rung.push(`${token}: ${what}`));
}

test('of several tabs that hear a mention at once, one rings', () => {
  for (const token of tabs.keys()) claim(token);
  arrive();
  clock.pass(1_000);
  expect(rung).toEqual(['a: general 7']);
});

test('a tab that hears of it late leaves it to the one that was first', () => {
  claim('c');
  arrive();
  claim('a');
  arrive();
  clock.pass(1_000);
  expect(rung).toEqual(['c: general 7']);
});

test('a tab that stood still, and would have come first, does not ring after another has', () => {
  claim('b');
  clock.pass(300);
  expect(rung).toEqual(['b: general 7']);
  claim('a');
  arrive();
  clock.pass(300);
  expect(rung).toEqual(['b: general 7']);
});

test('none rings while somebody looks at it in one of them', () => {
  claim('a');
  tabs.get('b')?.suppress('general 7');
  arrive();
  claim('c');
  arrive();
  clock.pass(1_000);
  expect(rung).toEqual([]);
});

test('every mention rings, and a tab without others rings by itself', () => {
  tabs = new Map([['a', new TabElection({ clock, token: 'a', publish: () => {} })]]);
  for (let seq = 1; seq <= 500; seq++) claim('a', `general ${seq}`);
  clock.pass(1_000);
  expect(rung).toHaveLength(500);
});
