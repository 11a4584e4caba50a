import { expect, test } from 'bun:test';
import type { Entry, StoredMessage } from '../client/journal.ts';
import { measureLoss, type Result, report } from './report.ts';

const UNBROKEN: Result = {
  url: 'http://127.0.0.1:8000',
  clients: 50,
  seconds: 60,
  sent: 1_204,
  acknowledged: 1_204,
  lost: 0,
  twice: 0,
  outOfOrder: 0,
  repeats: 260,
  cuts: 251,
  acknowledgedMs: Array.from({ length: 100 }, (_, n) => n + 0.25),
  shownMs: [12.4],
  reconnectMs: [],
  violations: [],
};

test('an owner reads each figure in a line of its own, and at the end one sentence', () => {
  const text = report(UNBROKEN).join('\n');
  for (const line of [/^ {2}sent +1,204$/m, /^ {2}lost +0$/m, /^ {2}doubled +0$/m, /^ {2}out of order +0$/m]) {
    expect(text).toMatch(line);
  }
  expect(text).toMatch(/^ {2}to the acknowledgement +50 +99 +99$/m);
  expect(text).toMatch(/^ {2}to all the others +12 +12 +12$/m);
  expect(text).toMatch(/^ {2}back after a lost line +– +– +–$/m);
  expect(report(UNBROKEN).at(-1)).toBe('Nothing was lost, nothing came twice, nothing was out of order.');
});

test('a broken promise is said in the sentence, with what was complained of, and not without end', () => {
  const broken = Array.from(
    { length: 1_234 },
    (_, n) => `hand 1: I1: n${n} was acknowledged as number ${n} and is lost`,
  );
  const lines = report({ ...UNBROKEN, lost: 1_234, violations: broken });
  expect(lines.join('\n')).toContain('This server broke its promise: 1,234 lost, 0 doubled, 0 out of order.');
  expect(lines.filter((line) => line.includes('I1:'))).toHaveLength(10);
  expect(lines.at(-1)).toBe('  and 1,224 more like these');
});

test('the whole of it fits a terminal of 80 × 24', () => {
  const lines = report(UNBROKEN);
  expect(lines.length).toBeLessThanOrEqual(23);
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
});

const ACKNOWLEDGED: Entry[] = [
  { op: 'send', nonce: 'a1', text: 'one' },
  { op: 'ack', nonce: 'a1', seq: 1 },
];

/** Ann sent one message, acknowledged as number 1; this is what is stored. */
function figures(...history: StoredMessage[]) {
  const { lost, twice } = measureLoss({
    clients: new Map([['ann', { user: 'ann', log: [...ACKNOWLEDGED, { op: 'left' }] }]]),
    history,
  });
  return { lost, twice };
}

const stored = (seq: number): StoredMessage => ({ seq, user: 'ann', nonce: 'a1', text: 'one' });

test('what is kept where it was acknowledged is neither lost nor there twice', () => {
  expect(figures(stored(1))).toEqual({ lost: 0, twice: 0 });
});

test('an acknowledged message that is not kept is lost, also when it was taken in anew under another number', () => {
  expect(figures()).toEqual({ lost: 1, twice: 0 });
  expect(figures(stored(4))).toEqual({ lost: 1, twice: 0 });
});

test('a message that is kept under two numbers is there twice', () => {
  expect(figures(stored(1), stored(2))).toEqual({ lost: 0, twice: 1 });
});
