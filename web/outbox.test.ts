import { expect, test } from 'bun:test';
import { REFUSALS } from '../protocol/refusals.ts';
import { Outbox, type OutboxView, type Parcel, type Refused } from './outbox.ts';
import { TestClock } from './test-clock.ts';

const busy: Refused = { code: 'busy', ...REFUSALS.busy, retry_after: 300 };
const tooLong: Refused = { code: 'too_long', ...REFUSALS.too_long };

class Told implements OutboxView {
  readonly lines: string[] = [];
  waiting = ({ text }: Parcel): void => void this.lines.push(`waiting ${text}`);
  delayed = ({ text }: Parcel): void => void this.lines.push(`delayed ${text}`);
  sent = ({ text }: Parcel, seq: number): void => void this.lines.push(`sent ${text} as ${seq}`);
  refused = ({ text }: Parcel, why: Refused): void => void this.lines.push(`refused ${text}: ${why.code}`);
  discarded = (nonce: string): void => void this.lines.push(`discarded ${nonce}`);
}

function scene() {
  const clock = new TestClock();
  const told = new Told();
  let nonces = 0;
  const outbox = new Outbox(clock, () => `n${++nonces}`, told);
  const carried: string[] = [];
  const road = { carry: ({ nonce, text }: Parcel): void => void carried.push(`${nonce} ${text}`) };
  return { clock, told, outbox, carried, road };
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
  outbox.attach({ carry: ({ nonce }) => void other.push(nonce) });
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
