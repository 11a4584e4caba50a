import { expect, test } from 'bun:test';
import { TestClock } from '../../client/testing/clock.ts';
import { Announcer } from './announcer.ts';

const sentences = { one: (user: string, text: string) => `${user}: ${text}.`, many: (count: number) => `${count} new` };

function scene() {
  const clock = new TestClock();
  const spoken: string[] = [];
  const region = { speak: (text: string) => void spoken.push(text), clear: () => void spoken.push('(clear)') };
  return { clock, spoken, announcer: new Announcer(clock, region, sentences) };
}

function messagesOf(...texts: string[]) {
  return texts.map((message, at) => ({ user: 'bob', message, seq: at + 1, timestamp: '' }));
}

test('the first message is spoken at once, author first, and those of the next second together', () => {
  const { clock, spoken, announcer } = scene();
  announcer.announce(messagesOf('one'));
  announcer.announce(messagesOf('two'));
  announcer.announce(messagesOf('three'));
  expect(spoken).toEqual(['bob: one.']);
  clock.pass(1_000);
  expect(spoken).toEqual(['bob: one.', 'bob: two. bob: three.']);
});

test('many at once are counted, and not read', () => {
  const { clock, spoken, announcer } = scene();
  announcer.announce(messagesOf('one', 'two', 'three', 'four'));
  for (let each = 0; each < 1_000; each++) announcer.announce(messagesOf('more'));
  clock.pass(1_000);
  expect(spoken).toEqual(['4 new', '1000 new']);
});

test('what was spoken is cleared after a while, and at the end at once, with all that waited', () => {
  const { clock, spoken, announcer } = scene();
  announcer.announce([]);
  announcer.announce(messagesOf('one'));
  clock.pass(60_000);
  expect(spoken).toEqual(['bob: one.', '(clear)']);
  announcer.announce(messagesOf('two'));
  announcer.announce(messagesOf('three'));
  announcer.stop();
  clock.pass(60_000);
  expect(spoken.slice(2)).toEqual(['bob: two.', '(clear)']);
});
