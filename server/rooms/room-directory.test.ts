import { expect, test } from 'bun:test';
import { threadMs } from '../../tests/support/thread-time.ts';
import { parseRoomName, parseTopic, RoomNameError } from './room-directory.ts';

function problemOf(name: string): string {
  try {
    return `none: ${parseRoomName(name)}`;
  } catch (error) {
    return error instanceof RoomNameError ? error.message : String(error);
  }
}

test.each(['', ' \t\n', '\u200b\u2060', '\u3164', '\u115f\u1160', '\uffa0', '\u034f'])(
  '%j is no name of a room: there is nothing to be seen',
  (name) => {
    expect(problemOf(name)).toBe('A room needs a name.');
  },
);

test.each(['🎉', '?!', '\u0301\u0301', '\u2800', '\ufe0f'])('%j is no name of a room: nothing to be said', (name) => {
  expect(problemOf(name)).toBe("A room's name needs a letter or a digit.");
});

test('what cannot be seen makes no second room that looks like the first', () => {
  for (const name of ['\u3164General', 'Gen\u200beral', 'General\u115f', '\u202eGeneral', ' General\u3164 \n']) {
    expect(parseRoomName(name)).toBe('General');
  }
  expect(parseRoomName('Cafe\u200b\u0301')).toBe('Café');
  expect(parseTopic('one\u3164 \u200b two\u2028three')).toBe('one two three');
});

test('a half space, a joiner and an emoji of several signs are kept where they can be seen, and nowhere else', () => {
  for (const name of ['می\u200cخواهم', 'क्\u200dष', '👩\u200d💻 dev', '👩🏽\u200d🚀 space', '❤\ufe0f\u200d🔥 hot']) {
    expect(parseRoomName(name)).toBe(name);
    expect(parseTopic(name)).toBe(name);
  }
  for (const name of ['Gen\u200ceral', 'Gen\u200d\u200deral', '\u200cGeneral\u200d']) {
    expect(parseRoomName(name)).toBe('General');
  }
});

test('a name is kept as it was written, in any script, also the sign that is drawn in colour', () => {
  for (const name of ['Čaj ❤\ufe0f', 'हिन्दी', 'שיחה', '大家']) expect(parseRoomName(name)).toBe(name);
});

test('a name or topic that is far too long is refused before it is normalized', () => {
  const marks = `a${'\u0316\u0301'.repeat(20_000)}`;
  const start = threadMs();
  expect(problemOf(marks)).toContain('at most 80');
  expect(() => parseTopic(marks)).toThrow('at most 250');
  expect(threadMs() - start).toBeLessThan(5);
});
