import { expect, test } from 'bun:test';
import { firstLine, HiddenLine } from './password-prompt.ts';

async function* chunks(...parts: string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Buffer.from(part, 'latin1');
}

const bytes = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

test('a password from a pipe is its first line, however it arrives', async () => {
  expect(await firstLine(chunks('secret words\nmore\n'))).toBe('secret words');
  expect(await firstLine(chunks('sec', 'ret wo', 'rds'))).toBe('secret words');
  expect(await firstLine(chunks('secret words\r\n'))).toBe('secret words');
  expect(await firstLine(chunks())).toBe('');
  const [half, rest] = [bytes('пароль').slice(0, 3), bytes('пароль').slice(3)];
  expect(await firstLine(chunks(half, rest, '\n'))).toBe('пароль');
});

test('a pipe that never ends its line is not read for ever', async () => {
  let read = 0;
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (;;) {
      read++;
      yield Buffer.alloc(1024, 'x');
    }
  }
  expect((await firstLine(endless())).length).toBeLessThan(20_000);
  expect(read).toBeLessThan(20);
});

const typed = (...keys: string[]): string | null => {
  const line = new HiddenLine();
  const finished = keys.map((key) => line.onKeys(key)).at(-1);
  expect(finished).toBe(true);
  return line.text;
};

test('what is typed unseen can be corrected, and ends with Enter', () => {
  expect(typed('se', 'cret', '\r')).toBe('secret');
  expect(typed('secres\x7ft\n')).toBe('secret');
  expect(typed('wrong\x15secret\r')).toBe('secret');
  expect(typed('\x7f\x7fgrüße 🙂x\x7f\r')).toBe('grüße 🙂');
});

test('Ctrl-C and Ctrl-D give up', () => {
  expect(typed('secret\x03')).toBeNull();
  expect(typed('\x04')).toBeNull();
});
