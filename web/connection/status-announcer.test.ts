import { beforeEach, expect, test } from 'bun:test';
import { TestClock } from '../../client/testing/clock.ts';
import { StatusAnnouncer } from './status-announcer.ts';

let clock: TestClock;
let said: string[];
let news: StatusAnnouncer;
beforeEach(() => {
  clock = new TestClock();
  said = [];
  news = new StatusAnnouncer(clock, (text) => said.push(text));
});

test('who hears the page is told that the connection is lost, and that it is back', () => {
  news.onStatus('good', 'up to date');
  clock.pass(60_000);
  news.onStatus('bad', 'offline');
  clock.pass(3_000);
  news.onStatus('busy', 'connecting');
  clock.pass(3_000);
  news.onStatus('good', 'up to date');
  clock.pass(3_000);
  expect(said).toEqual(['offline', 'up to date']);
});

test('what passes at once is not said, however often it happens', () => {
  for (let time = 0; time < 20; time++) {
    news.onStatus('bad', 'offline');
    clock.pass(500);
    news.onStatus('busy', 'connecting');
    clock.pass(500);
    news.onStatus('good', 'up to date');
    clock.pass(5_000);
  }
  expect(said).toEqual([]);
});

test('the end of a session is said, too', () => {
  news.onStatus('ended', 'signed out');
  news.onStatus('ended', 'signed out');
  clock.pass(3_000);
  expect(said).toEqual(['signed out']);
});
