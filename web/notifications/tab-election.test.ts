import { beforeEach, expect, test } from 'bun:test';
import { TestClock } from '../../client/testing/clock.ts';
import { type Candidacy, TabElection } from './tab-election.ts';

let clock: TestClock;
let notified: string[];
let tabs: Map<string, TabElection>;
let inTransit: Array<() => void>;

beforeEach(() => {
  clock = new TestClock();
  notified = [];
  inTransit = [];
  tabs = new Map(
    ['b', 'a', 'c'].map((token) => [
      token,
      new TabElection({ clock, token, publish: (candidacy) => publish(token, candidacy) }),
    ]),
  );
});

function publish(from: string, candidacy: Candidacy): void {
  for (const [token, tab] of tabs) if (token !== from) inTransit.push(() => tab.onCandidacy(candidacy));
}

function deliver(): void {
  for (const one of inTransit.splice(0)) one();
}

function run(token: string, mention = 'general 7'): void {
  tabs.get(token)?.runFor(mention, () => notified.push(`${token}: ${mention}`));
}

test('of several tabs that receive a mention at once, one notifies', () => {
  for (const token of tabs.keys()) run(token);
  deliver();
  clock.pass(1_000);
  expect(notified).toEqual(['a: general 7']);
});

test('a tab that receives it late leaves it to the one that was first', () => {
  run('c');
  deliver();
  run('a');
  deliver();
  clock.pass(1_000);
  expect(notified).toEqual(['c: general 7']);
});

test('a suspended tab that would have won does not notify after another has', () => {
  run('b');
  clock.pass(300);
  expect(notified).toEqual(['b: general 7']);
  run('a');
  deliver();
  clock.pass(300);
  expect(notified).toEqual(['b: general 7']);
});

test('none notifies while the user sees the message in one of them', () => {
  run('a');
  tabs.get('b')?.suppress('general 7');
  deliver();
  run('c');
  deliver();
  clock.pass(1_000);
  expect(notified).toEqual([]);
});

test('every mention is notified, also by a tab without others', () => {
  tabs = new Map([['a', new TabElection({ clock, token: 'a', publish: () => {} })]]);
  for (let seq = 1; seq <= 500; seq++) run('a', `general ${seq}`);
  clock.pass(1_000);
  expect(notified).toHaveLength(500);
});
