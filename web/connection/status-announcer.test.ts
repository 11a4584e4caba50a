import { beforeEach, expect, test } from 'bun:test';
import { TestClock } from '../../client/testing/clock.ts';
import { StatusAnnouncer } from './status-announcer.ts';

let clock: TestClock;
let announced: string[];
let announcer: StatusAnnouncer;
beforeEach(() => {
  clock = new TestClock();
  announced = [];
  announcer = new StatusAnnouncer(clock, (text) => announced.push(text));
});

test('who hears the page is told that the connection is lost, and that it is back', () => {
  announcer.onStatus('good', 'up to date');
  clock.pass(60_000);
  announcer.onStatus('bad', 'offline');
  clock.pass(3_000);
  announcer.onStatus('busy', 'connecting');
  clock.pass(3_000);
  announcer.onStatus('good', 'up to date');
  clock.pass(3_000);
  expect(announced).toEqual(['offline', 'up to date']);
});

test('what passes at once is not announced, however often it happens', () => {
  for (let time = 0; time < 20; time++) {
    announcer.onStatus('bad', 'offline');
    clock.pass(500);
    announcer.onStatus('busy', 'connecting');
    clock.pass(500);
    announcer.onStatus('good', 'up to date');
    clock.pass(5_000);
  }
  expect(announced).toEqual([]);
});

test('the end of a session is announced, too', () => {
  announcer.onStatus('ended', 'signed out');
  announcer.onStatus('ended', 'signed out');
  clock.pass(3_000);
  expect(announced).toEqual(['signed out']);
});
