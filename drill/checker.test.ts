import { expect, test } from 'bun:test';
import type { Entry, Run, StoredMessage } from '../client/journal.ts';
import { violations } from './checker.ts';

const send = (nonce: string): Entry => ({ op: 'send', nonce, text: `text of ${nonce}` });
const ack = (nonce: string, seq: number): Entry => ({ op: 'ack', nonce, seq });
const show = (seq: number, user: string, nonce: string): Entry => ({ op: 'show', seq, user, text: `text of ${nonce}` });
const stored = (seq: number, user: string, nonce: string): StoredMessage => ({
  seq,
  user,
  nonce,
  text: `text of ${nonce}`,
});

const HISTORY = [stored(1, 'ann', 'a1'), stored(2, 'bob', 'b1'), stored(3, 'ann', 'a2')];
const ALL_SHOWN = [show(1, 'ann', 'a1'), show(2, 'bob', 'b1'), show(3, 'ann', 'a2')];
const ENTERED: Entry = { op: 'entered', head: 0 };
const ANN: Entry[] = [send('a1'), ack('a1', 1), send('a2'), ack('a2', 3)];
const BOB: Entry[] = [send('b1'), ack('b1', 2)];

function run(change: { ann?: Entry[]; bob?: Entry[]; reader?: Entry[]; history?: StoredMessage[] } = {}): Run {
  return {
    clients: new Map([
      ['writer 1', { user: 'ann', log: change.ann ?? ANN }],
      ['writer 2', { user: 'bob', log: change.bob ?? BOB }],
      ['reader', { user: 'cy', log: change.reader ?? ALL_SHOWN }],
    ]),
    history: change.history ?? HISTORY,
  };
}

test('a run in which every promise was kept has no complaint', () => {
  expect(violations(run())).toEqual([]);
});

test('a reader who came late saw the rest, and that is enough', () => {
  expect(violations(run({ reader: ALL_SHOWN.slice(1) }))).toEqual([]);
});

test('a final refusal of what is not kept is an honest end', () => {
  expect(violations(run({ bob: [...BOB, send('b2'), { op: 'refused', nonce: 'b2', code: 'too_long' }] }))).toEqual([]);
});

const edit = (nonce: string, seq: number, text: string): Entry => ({ op: 'edit', nonce, seq, text });
const remove = (nonce: string, seq: number): Entry => ({ op: 'delete', nonce, seq });
const changed = (seq: number, number: number, text: string | null): Entry => ({
  op: 'change',
  seq,
  changed: number,
  text,
});

/** Ann edits her first and deletes her second: numbers 4 and 5. */
const REVISED: Parameters<typeof run>[0] = {
  ann: [...ANN, edit('e1', 1, 'better'), ack('e1', 1), remove('d1', 3), ack('d1', 3)],
  reader: [...ALL_SHOWN, changed(1, 4, 'better'), changed(3, 5, null)],
  history: [{ ...stored(1, 'ann', 'a1'), text: 'better' }, stored(2, 'bob', 'b1')],
};

test('acknowledged edits and deletions that everybody saw are no complaint', () => {
  expect(violations(run(REVISED))).toEqual([]);
});

test('who was away for an edit is told the message as it is now, in the order of the changes', () => {
  const late: Entry[] = [show(2, 'bob', 'b1'), { op: 'show', seq: 1, changed: 4, user: 'ann', text: 'better' }];
  expect(violations(run({ ...REVISED, reader: late }))).toEqual([]);
});

test('who left is owed what was said while it was there, and no more', () => {
  expect(violations(run({ reader: [...ALL_SHOWN.slice(0, 2), { op: 'left' }] }))).toEqual([]);
});

const BAD: ReadonlyArray<readonly [title: string, promise: string, change: Parameters<typeof run>[0]]> = [
  ['an acknowledged message that is lost', 'I1', { history: HISTORY.slice(0, 2), reader: ALL_SHOWN.slice(0, 2) }],
  [
    'a message kept under another number than acknowledged',
    'I1',
    { ann: [send('a1'), ack('a1', 1), send('a2'), ack('a2', 4)] },
  ],
  [
    'a message kept with another text',
    'I1',
    { history: [...HISTORY.slice(0, 2), { ...stored(3, 'ann', 'a2'), text: 'torn' }] },
  ],
  [
    'a message kept twice',
    'I2',
    { history: [...HISTORY, stored(4, 'ann', 'a2')], reader: [...ALL_SHOWN, show(4, 'ann', 'a2')] },
  ],
  ['a hole in the numbers', 'I2', { history: [...HISTORY.slice(0, 2), stored(4, 'ann', 'a2')] }],
  ['a reader who missed one', 'I3', { reader: [show(1, 'ann', 'a1'), show(3, 'ann', 'a2')] }],
  ['a reader who missed the last', 'I3', { reader: ALL_SHOWN.slice(0, 2) }],
  [
    'a reader who saw two the wrong way round',
    'I3',
    { reader: [show(1, 'ann', 'a1'), show(3, 'ann', 'a2'), show(2, 'bob', 'b1')] },
  ],
  ['a reader who saw one twice', 'I3', { reader: [show(1, 'ann', 'a1'), ...ALL_SHOWN] }],
  ['a reader who saw another text', 'I3', { reader: [show(1, 'ann', 'a2'), ...ALL_SHOWN.slice(1)] }],
  ['a reader who saw another author', 'I3', { reader: [show(1, 'bob', 'a1'), ...ALL_SHOWN.slice(1)] }],
  ['a reader who saw more than there is', 'I3', { reader: [...ALL_SHOWN, show(4, 'ann', 'a3')] }],
  ['a position that was forgotten', 'I3', { reader: [...ALL_SHOWN, { op: 'reset' }] }],
  ["an author's messages in another order", 'I3', { ann: [send('a2'), ack('a2', 3), send('a1'), ack('a1', 1)] }],
  ['a reader who came first and missed the first', 'I3', { reader: [ENTERED, ...ALL_SHOWN.slice(1)] }],
  ['a hole before somebody left', 'I3', { reader: [show(1, 'ann', 'a1'), show(3, 'ann', 'a2'), { op: 'left' }] }],
  ['an acknowledged edit that is lost', 'I1', { ...REVISED, history: HISTORY.slice(0, 2) }],
  ['an acknowledged deletion that is lost', 'I1', { ...REVISED, history: HISTORY }],
  ['an edit that a reader missed', 'I3', { ...REVISED, reader: [...ALL_SHOWN, changed(3, 5, null)] }],
  ['a deletion that a reader missed', 'I3', { ...REVISED, reader: [...ALL_SHOWN, changed(1, 4, 'better')] }],
  ['an edit that never ended', 'I5', { ann: [...ANN, edit('e1', 1, 'better')] }],
  ['a message shown that nobody sent', 'I4', { reader: [...ALL_SHOWN, show(4, 'eve', 'e1')] }],
  [
    'a message that nobody sent',
    'I4',
    { history: [...HISTORY, stored(4, 'eve', 'e1')], reader: [...ALL_SHOWN, show(4, 'eve', 'e1')] },
  ],
  ['a message under the wrong name', 'I4', { history: [stored(1, 'bob', 'a1'), ...HISTORY.slice(1)] }],
  ['a message that never ended', 'I5', { bob: [...BOB, send('b2')] }],
  ['a message that ended twice', 'I5', { bob: [...BOB, ack('b1', 2)] }],
  [
    'a message that was refused and is kept',
    'I5',
    { bob: [send('b1'), { op: 'refused', nonce: 'b1', code: 'empty' }] },
  ],
];

for (const [title, promise, change] of BAD) {
  test(`the checker complains of ${title} (${promise})`, () => {
    expect(violations(run(change)).join('\n')).toContain(`${promise}:`);
  });
}
