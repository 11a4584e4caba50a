import { expect, test } from 'bun:test';
import { TestClock } from '../../client/testing/clock.ts';
import { REFUSALS } from '../../protocol/refusals.ts';
import { TestOutboxLog } from '../testing/outbox-log.ts';
import { Outbox, type OutboxView } from './outbox.ts';
import type { OutgoingMessage, RefusedMessage } from './outgoing-message.ts';

const busy: RefusedMessage = { code: 'busy', ...REFUSALS.busy, retry_after: 300 };
const tooLong: RefusedMessage = { code: 'too_long', ...REFUSALS.too_long };

class Told implements OutboxView {
  readonly lines: string[] = [];
  waiting = ({ text }: OutgoingMessage): void => void this.lines.push(`waiting ${text}`);
  delayed = ({ text }: OutgoingMessage): void => void this.lines.push(`delayed ${text}`);
  sent = ({ text }: OutgoingMessage, seq: number): void => void this.lines.push(`sent ${text} as ${seq}`);
  refused = ({ text }: OutgoingMessage, why: RefusedMessage): void =>
    void this.lines.push(`refused ${text}: ${why.code}`);
  discarded = (nonce: string): void => void this.lines.push(`discarded ${nonce}`);
}

function scene() {
  const clock = new TestClock();
  const told = new Told();
  const ledger = new TestOutboxLog();
  const outbox = new Outbox(clock, ledger, told);
  const carried: string[] = [];
  const road = { send: ({ nonce, text }: OutgoingMessage): void => void carried.push(`${nonce} ${text}`) };
  return { clock, told, ledger, outbox, carried, road };
}

test('what is written goes out one at a time, the next when the one before is acknowledged', () => {
  const { outbox, carried, road } = scene();
  outbox.add('one');
  outbox.add('two');
  expect(carried).toEqual([]);
  outbox.attach(road);
  expect(carried).toEqual(['n1 one']);
  expect(outbox.acknowledge('n1', 7)).toBe(true);
  expect(carried).toEqual(['n1 one', 'n2 two']);
  outbox.acknowledge('n2', 8);
  expect(outbox.isEmpty).toBe(true);
});

test('after a lost connection the unanswered one is sent again under its nonce, the others wait behind it', () => {
  const { outbox, carried, road } = scene();
  outbox.attach(road);
  outbox.add('one');
  outbox.add('two');
  outbox.detach();
  outbox.add('three');
  outbox.attach(road);
  expect(carried).toEqual(['n1 one', 'n1 one']);
});

test('a new road takes up what was on its way by another', () => {
  const { outbox, carried, road } = scene();
  const other: string[] = [];
  outbox.attach(road);
  outbox.add('one');
  outbox.attach({ send: ({ nonce }) => void other.push(nonce) });
  outbox.acknowledge('n1', 1);
  outbox.add('two');
  expect({ carried, other }).toEqual({ carried: ['n1 one'], other: ['n1', 'n2'] });
});

test('a refusal that is not final holds the order: the same message, the same nonce, when the server said', () => {
  const { clock, outbox, carried, road, told } = scene();
  outbox.attach(road);
  outbox.add('one');
  outbox.add('two');
  outbox.refuse('n1', busy);
  outbox.detach();
  outbox.attach(road);
  clock.pass(299);
  expect(carried).toEqual(['n1 one']);
  clock.pass(1);
  expect(carried).toEqual(['n1 one', 'n1 one']);
  expect(told.lines).toContain('delayed one');
});

test('a message acknowledged while it waits for another try is not sent again', () => {
  const { clock, outbox, carried, road } = scene();
  outbox.attach(road);
  outbox.add('one');
  outbox.add('two');
  outbox.refuse('n1', busy);
  outbox.acknowledge('n1', 1);
  clock.pass(1_000);
  expect(carried).toEqual(['n1 one', 'n2 two']);
});

test('a final refusal is told, lets the next one pass, and may be retried or discarded', () => {
  const { outbox, carried, road, told } = scene();
  outbox.attach(road);
  outbox.add('one');
  outbox.add('two');
  outbox.refuse('n1', tooLong);
  expect(carried.at(-1)).toBe('n2 two');
  outbox.acknowledge('n2', 1);
  expect(outbox.isEmpty).toBe(false);
  outbox.retry('n1');
  expect(carried.at(-1)).toBe('n3 one');
  outbox.refuse('n3', tooLong);
  outbox.discard('n3');
  expect(outbox.isEmpty).toBe(true);
  expect(told.lines.slice(-2)).toEqual(['refused one: too_long', 'discarded n3']);
});

test("another's nonce, or one long answered, is none of ours", () => {
  const { outbox, road } = scene();
  outbox.attach(road);
  outbox.add('one');
  expect(outbox.acknowledge('foreign', 1)).toBe(false);
  expect(outbox.refuse('foreign', busy)).toBe(false);
  outbox.acknowledge('n1', 1);
  expect(outbox.acknowledge('n1', 1)).toBe(false);
  expect(outbox.refuse('n1', tooLong)).toBe(false);
});

test('a page that comes back to a room is shown what waits there and what was refused', () => {
  const { outbox, road } = scene();
  outbox.attach(road);
  outbox.add('one');
  outbox.add('two');
  outbox.refuse('n1', tooLong);
  const page = new Told();
  outbox.showTo(page);
  expect(page.lines).toEqual(['waiting two', 'waiting one', 'refused one: too_long']);
});

const ofTab = (tab: string, nonce: string, text: string): OutgoingMessage => ({ nonce, text, tab });

test('nothing goes out before it is safe, and nothing that was written after it', () => {
  const { outbox, carried, road, ledger } = scene();
  ledger.isSlow = true;
  outbox.attach(road);
  outbox.add('one');
  outbox.add('two');
  expect(carried).toEqual([]);
  ledger.nowSafe('n2');
  expect(carried).toEqual([]);
  ledger.nowSafe('n1');
  expect(carried).toEqual(['n1 one']);
  outbox.acknowledge('n1', 1);
  expect(carried.at(-1)).toBe('n2 two');
});

test('what became of each is written down: a page that is killed says nothing any more', () => {
  const { outbox, road, ledger } = scene();
  outbox.attach(road);
  outbox.add('one');
  outbox.acknowledge('n1', 7);
  outbox.add('two');
  outbox.refuse('n2', tooLong);
  outbox.retry('n2');
  outbox.refuse('n3', tooLong);
  outbox.discard('n3');
  const told = ['entered n1', 'sent n1', 'entered n2', 'refused n2', 'entered n3', 'discarded n2', 'refused n3'];
  expect(ledger.lines).toEqual([...told, 'discarded n3']);
});

test('what waits in another tab is shown and left to it; when that tab is gone it is sent from here', () => {
  const { outbox, carried, road, told, ledger } = scene();
  outbox.attach(road);
  outbox.learn({ is: 'waiting', parcel: ofTab('other', 'a1', 'theirs') });
  outbox.learn({ is: 'waiting', parcel: ofTab('other', 'a2', 'theirs too') });
  expect({ waiting: outbox.waiting, ours: outbox.ours }).toEqual({ waiting: 2, ours: 0 });
  expect(told.lines).toEqual(['waiting theirs', 'waiting theirs too']);
  expect(carried).toEqual([]);
  ledger.ours.add('other');
  outbox.carryNext();
  outbox.acknowledge('a1', 2);
  expect(carried).toEqual(['a1 theirs', 'a2 theirs too']);
});

test('what waits in a tab that lives does not hold up what is written here; what was left before goes first', () => {
  const { outbox, carried, road, ledger } = scene();
  ledger.before.add('reloaded');
  outbox.attach(road);
  outbox.learn({ is: 'waiting', parcel: ofTab('other', 'a1', 'theirs') });
  outbox.learn({ is: 'waiting', parcel: ofTab('reloaded', 'b1', 'left') });
  outbox.learn({ is: 'waiting', parcel: ofTab('reloaded', 'z1', 'later') });
  expect(carried).toEqual([]);
  outbox.add('mine');
  outbox.acknowledge('b1', 1);
  outbox.acknowledge('z1', 2);
  expect(carried).toEqual(['b1 left', 'z1 later', 'n1 mine']);
});

test('what another tab says of a message is shown here, and not written down again', () => {
  const { outbox, told, ledger } = scene();
  const [a, b, c] = ['a', 'b', 'c'].map((nonce) => ofTab('other', nonce, nonce));
  if (a === undefined || b === undefined || c === undefined) throw new Error('three');
  for (const parcel of [a, b, c]) outbox.learn({ is: 'waiting', parcel });
  outbox.learn({ is: 'sent', parcel: a, seq: 4 });
  outbox.learn({ is: 'refused', parcel: b, why: tooLong });
  outbox.learn({ is: 'refused', parcel: c, why: tooLong });
  outbox.learn({ is: 'discarded', parcel: c });
  expect(told.lines.slice(3)).toEqual(['sent a as 4', 'refused b: too_long', 'refused c: too_long', 'discarded c']);
  expect(outbox.isEmpty).toBe(false);
  outbox.discard('b');
  expect(outbox.isEmpty).toBe(true);
  expect(ledger.lines).toEqual(['discarded b']);
});

test('news that come late, or twice, bring nothing back', () => {
  const { outbox, told, ledger } = scene();
  const parcel = ofTab('other', 'a', 'late');
  expect(outbox.acknowledge('a', 1)).toBe(false);
  outbox.learn({ is: 'waiting', parcel });
  const refused = ofTab('other', 'b', 'no');
  for (let times = 0; times < 2; times++) outbox.learn({ is: 'refused', parcel: refused, why: tooLong });
  outbox.discard('b');
  outbox.learn({ is: 'waiting', parcel: refused });
  expect(told.lines).toEqual(['waiting no', 'refused no: too_long', 'discarded b']);
  expect(ledger.lines).toEqual(['discarded b']);
  expect(outbox.isEmpty).toBe(true);
});

test('a message that another tab has sent while it was on its way here lets the next one go', () => {
  const { outbox, carried, road } = scene();
  outbox.attach(road);
  outbox.add('one');
  outbox.add('two');
  outbox.learn({ is: 'sent', parcel: ofTab('t', 'n1', 'one'), seq: 1 });
  outbox.carryNext();
  expect(carried).toEqual(['n1 one', 'n2 two']);
});

test('of what is left by a page before, the older goes first, though it is read after one has begun to write', () => {
  const { outbox, carried, road, ledger } = scene();
  ledger.isSlow = true;
  ledger.ours.add('before');
  outbox.attach(road);
  outbox.add('new');
  outbox.learn({ is: 'waiting', parcel: ofTab('before', 'a1', 'old') });
  outbox.learn({ is: 'waiting', parcel: ofTab('before', 'a2', 'less old') });
  ledger.nowSafe('n1');
  for (const nonce of ['a1', 'a2']) outbox.acknowledge(nonce, 1);
  expect(carried).toEqual(['a1 old', 'a2 less old', 'n1 new']);
});

test('who comes back hears what waits elsewhere no more, if it does not wait any more, and may hear of it again', () => {
  const { outbox, told } = scene();
  const parcel = ofTab('other', 'a', 'gone?');
  outbox.learn({ is: 'waiting', parcel });
  outbox.add('mine');
  outbox.keepOnly(new Set());
  expect(outbox.waiting).toBe(1);
  outbox.learn({ is: 'waiting', parcel });
  expect(told.lines).toEqual(['waiting gone?', 'waiting mine', 'discarded a', 'waiting gone?']);
});
