import { expect, test } from 'bun:test';
import type { Entry, StoredMessage } from '../client/journal.ts';
import { tally } from './tally.ts';

const SAID: Entry[] = [
  { op: 'send', nonce: 'a1', text: 'one' },
  { op: 'ack', nonce: 'a1', seq: 1 },
];

/** Ann said one thing, acknowledged as number 1; this is what is kept. */
function figures(...history: StoredMessage[]) {
  const { lost, twice } = tally({
    clients: new Map([['ann', { user: 'ann', log: [...SAID, { op: 'left' }] }]]),
    history,
  });
  return { lost, twice };
}

const kept = (seq: number): StoredMessage => ({ seq, user: 'ann', nonce: 'a1', text: 'one' });

test('what is kept where it was acknowledged is neither lost nor there twice', () => {
  expect(figures(kept(1))).toEqual({ lost: 0, twice: 0 });
});

test('an acknowledged message that is not kept is lost, also when it was taken in anew under another number', () => {
  expect(figures()).toEqual({ lost: 1, twice: 0 });
  expect(figures(kept(4))).toEqual({ lost: 1, twice: 0 });
});

test('a message that is kept under two numbers is there twice', () => {
  expect(figures(kept(1), kept(2))).toEqual({ lost: 0, twice: 1 });
});
