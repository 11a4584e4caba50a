import { expect, test } from 'bun:test';
import { TestClock } from '../../client/testing/clock.ts';
import { REFUSALS } from '../../protocol/refusals.ts';
import { TestOutboxLog } from '../testing/outbox-log.ts';
import { Outbox, type OutboxView } from './outbox.ts';
import type { OutgoingMessage, SendRefusal } from './outgoing-message.ts';

const busy: SendRefusal = { code: 'busy', ...REFUSALS.busy, retry_after: 300 };
const tooLong: SendRefusal = { code: 'too_long', ...REFUSALS.too_long };

class RecordingView implements OutboxView {
  readonly lines: string[] = [];
  onWaiting = ({ text }: OutgoingMessage): void => void this.lines.push(`waiting ${text}`);
  onDelayed = ({ text }: OutgoingMessage): void => void this.lines.push(`delayed ${text}`);
  onSent = ({ text }: OutgoingMessage, seq: number): void => void this.lines.push(`sent ${text} as ${seq}`);
  onRefused = ({ text }: OutgoingMessage, refusal: SendRefusal): void =>
    void this.lines.push(`refused ${text}: ${refusal.code}`);
  onDiscarded = (nonce: string): void => void this.lines.push(`discarded ${nonce}`);
}

function scene() {
  const clock = new TestClock();
  const view = new RecordingView();
  const log = new TestOutboxLog();
  const outbox = new Outbox(clock, log, view);
  const sent: string[] = [];
  const sender = { send: ({ nonce, text }: OutgoingMessage): void => void sent.push(`${nonce} ${text}`) };
  return { clock, view, log, outbox, sent, sender };
}

test('what is written goes out one at a time, the next when the one before is acknowledged', () => {
  const { outbox, sent, sender } = scene();
  outbox.addMessage('one');
  outbox.addMessage('two');
  expect(sent).toEqual([]);
  outbox.attachSender(sender);
  expect(sent).toEqual(['n1 one']);
  expect(outbox.acknowledge('n1', 7)).toBe(true);
  expect(sent).toEqual(['n1 one', 'n2 two']);
  outbox.acknowledge('n2', 8);
  expect(outbox.isEmpty).toBe(true);
});

test('after a lost connection the unanswered one is sent again under its nonce, the others wait behind it', () => {
  const { outbox, sent, sender } = scene();
  outbox.attachSender(sender);
  outbox.addMessage('one');
  outbox.addMessage('two');
  outbox.detachSender();
  outbox.addMessage('three');
  outbox.attachSender(sender);
  expect(sent).toEqual(['n1 one', 'n1 one']);
});

test('a new sender sends again what another has not got an answer to', () => {
  const { outbox, sent, sender } = scene();
  const other: string[] = [];
  outbox.attachSender(sender);
  outbox.addMessage('one');
  outbox.attachSender({ send: ({ nonce }) => void other.push(nonce) });
  outbox.acknowledge('n1', 1);
  outbox.addMessage('two');
  expect({ sent, other }).toEqual({ sent: ['n1 one'], other: ['n1', 'n2'] });
});

test('a refusal that is not final holds the order: the same message, the same nonce, when the server said', () => {
  const { clock, outbox, sent, sender, view } = scene();
  outbox.attachSender(sender);
  outbox.addMessage('one');
  outbox.addMessage('two');
  outbox.refuse('n1', busy);
  outbox.detachSender();
  outbox.attachSender(sender);
  clock.pass(299);
  expect(sent).toEqual(['n1 one']);
  clock.pass(1);
  expect(sent).toEqual(['n1 one', 'n1 one']);
  expect(view.lines).toContain('delayed one');
});

test('a message acknowledged while it waits for another try is not sent again', () => {
  const { clock, outbox, sent, sender } = scene();
  outbox.attachSender(sender);
  outbox.addMessage('one');
  outbox.addMessage('two');
  outbox.refuse('n1', busy);
  outbox.acknowledge('n1', 1);
  clock.pass(1_000);
  expect(sent).toEqual(['n1 one', 'n2 two']);
});

test('a final refusal is shown, lets the next one pass, and may be retried or discarded', () => {
  const { outbox, sent, sender, view } = scene();
  outbox.attachSender(sender);
  outbox.addMessage('one');
  outbox.addMessage('two');
  outbox.refuse('n1', tooLong);
  expect(sent.at(-1)).toBe('n2 two');
  outbox.acknowledge('n2', 1);
  expect(outbox.isEmpty).toBe(false);
  outbox.retry('n1');
  expect(sent.at(-1)).toBe('n3 one');
  outbox.refuse('n3', tooLong);
  outbox.discard('n3');
  expect(outbox.isEmpty).toBe(true);
  expect(view.lines.slice(-2)).toEqual(['refused one: too_long', 'discarded n3']);
});

test("another's nonce, or one long answered, is none of ours", () => {
  const { outbox, sender } = scene();
  outbox.attachSender(sender);
  outbox.addMessage('one');
  expect(outbox.acknowledge('foreign', 1)).toBe(false);
  expect(outbox.refuse('foreign', busy)).toBe(false);
  outbox.acknowledge('n1', 1);
  expect(outbox.acknowledge('n1', 1)).toBe(false);
  expect(outbox.refuse('n1', tooLong)).toBe(false);
});

test('a page that comes back to a room is shown what waits there and what was refused', () => {
  const { outbox, sender } = scene();
  outbox.attachSender(sender);
  outbox.addMessage('one');
  outbox.addMessage('two');
  outbox.refuse('n1', tooLong);
  const page = new RecordingView();
  outbox.attachView(page);
  expect(page.lines).toEqual(['waiting two', 'waiting one', 'refused one: too_long']);
});

const ofTab = (tab: string, nonce: string, text: string): OutgoingMessage => ({ nonce, text, tab });

test('nothing goes out before it is safe, and nothing that was written after it', () => {
  const { outbox, sent, sender, log } = scene();
  log.isSlow = true;
  outbox.attachSender(sender);
  outbox.addMessage('one');
  outbox.addMessage('two');
  expect(sent).toEqual([]);
  log.confirmStored('n2');
  expect(sent).toEqual([]);
  log.confirmStored('n1');
  expect(sent).toEqual(['n1 one']);
  outbox.acknowledge('n1', 1);
  expect(sent.at(-1)).toBe('n2 two');
});

test('each status is recorded at once: a page that is killed can record nothing any more', () => {
  const { outbox, sender, log } = scene();
  outbox.attachSender(sender);
  outbox.addMessage('one');
  outbox.acknowledge('n1', 7);
  outbox.addMessage('two');
  outbox.refuse('n2', tooLong);
  outbox.retry('n2');
  outbox.refuse('n3', tooLong);
  outbox.discard('n3');
  const recorded = ['entered n1', 'sent n1', 'entered n2', 'refused n2', 'entered n3', 'discarded n2', 'refused n3'];
  expect(log.lines).toEqual([...recorded, 'discarded n3']);
});

test('what waits in another tab is shown and left to it; when that tab is gone it is sent from here', () => {
  const { outbox, sent, sender, view, log } = scene();
  outbox.attachSender(sender);
  outbox.applyStatus({ is: 'waiting', message: ofTab('other', 'a1', 'theirs') });
  outbox.applyStatus({ is: 'waiting', message: ofTab('other', 'a2', 'theirs too') });
  expect({ waiting: outbox.waitingCount, ours: outbox.ownCount }).toEqual({ waiting: 2, ours: 0 });
  expect(view.lines).toEqual(['waiting theirs', 'waiting theirs too']);
  expect(sent).toEqual([]);
  log.ours.add('other');
  outbox.sendNext();
  outbox.acknowledge('a1', 2);
  expect(sent).toEqual(['a1 theirs', 'a2 theirs too']);
});

test('what waits in a tab that lives does not hold up what is written here; what was left before goes first', () => {
  const { outbox, sent, sender, log } = scene();
  log.before.add('reloaded');
  outbox.attachSender(sender);
  outbox.applyStatus({ is: 'waiting', message: ofTab('other', 'a1', 'theirs') });
  outbox.applyStatus({ is: 'waiting', message: ofTab('reloaded', 'b1', 'left') });
  outbox.applyStatus({ is: 'waiting', message: ofTab('reloaded', 'z1', 'later') });
  expect(sent).toEqual([]);
  outbox.addMessage('mine');
  outbox.acknowledge('b1', 1);
  outbox.acknowledge('z1', 2);
  expect(sent).toEqual(['b1 left', 'z1 later', 'n1 mine']);
});

test('a status that another tab publishes is shown here, and not recorded again', () => {
  const { outbox, view, log } = scene();
  const [a, b, c] = ['a', 'b', 'c'].map((nonce) => ofTab('other', nonce, nonce));
  if (a === undefined || b === undefined || c === undefined) throw new Error('three');
  for (const message of [a, b, c]) outbox.applyStatus({ is: 'waiting', message });
  outbox.applyStatus({ is: 'sent', message: a, seq: 4 });
  outbox.applyStatus({ is: 'refused', message: b, refusal: tooLong });
  outbox.applyStatus({ is: 'refused', message: c, refusal: tooLong });
  outbox.applyStatus({ is: 'discarded', message: c });
  expect(view.lines.slice(3)).toEqual(['sent a as 4', 'refused b: too_long', 'refused c: too_long', 'discarded c']);
  expect(outbox.isEmpty).toBe(false);
  outbox.discard('b');
  expect(outbox.isEmpty).toBe(true);
  expect(log.lines).toEqual(['discarded b']);
});

test('events that come late, or twice, bring nothing back', () => {
  const { outbox, view, log } = scene();
  const message = ofTab('other', 'a', 'late');
  expect(outbox.acknowledge('a', 1)).toBe(false);
  outbox.applyStatus({ is: 'waiting', message });
  const refused = ofTab('other', 'b', 'no');
  for (let times = 0; times < 2; times++) outbox.applyStatus({ is: 'refused', message: refused, refusal: tooLong });
  outbox.discard('b');
  outbox.applyStatus({ is: 'waiting', message: refused });
  expect(view.lines).toEqual(['waiting no', 'refused no: too_long', 'discarded b']);
  expect(log.lines).toEqual(['discarded b']);
  expect(outbox.isEmpty).toBe(true);
});

test('a message that another tab has sent while it was on its way here lets the next one go', () => {
  const { outbox, sent, sender } = scene();
  outbox.attachSender(sender);
  outbox.addMessage('one');
  outbox.addMessage('two');
  outbox.applyStatus({ is: 'sent', message: ofTab('t', 'n1', 'one'), seq: 1 });
  outbox.sendNext();
  expect(sent).toEqual(['n1 one', 'n2 two']);
});

test('of what is left by a page before, the older goes first, though it is read after one has begun to write', () => {
  const { outbox, sent, sender, log } = scene();
  log.isSlow = true;
  log.ours.add('before');
  outbox.attachSender(sender);
  outbox.addMessage('new');
  outbox.applyStatus({ is: 'waiting', message: ofTab('before', 'a1', 'old') });
  outbox.applyStatus({ is: 'waiting', message: ofTab('before', 'a2', 'less old') });
  log.confirmStored('n1');
  for (const nonce of ['a1', 'a2']) outbox.acknowledge(nonce, 1);
  expect(sent).toEqual(['a1 old', 'a2 less old', 'n1 new']);
});

test('a page that comes back drops what no longer waits in other tabs, and may learn of it again', () => {
  const { outbox, view } = scene();
  const message = ofTab('other', 'a', 'gone?');
  outbox.applyStatus({ is: 'waiting', message });
  outbox.addMessage('mine');
  outbox.retainOthers(new Set());
  expect(outbox.waitingCount).toBe(1);
  outbox.applyStatus({ is: 'waiting', message });
  expect(view.lines).toEqual(['waiting gone?', 'waiting mine', 'discarded a', 'waiting gone?']);
});
