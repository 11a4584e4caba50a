import { expect, test } from 'bun:test';
import { isTabEvent, type OutboxEvent, PAGE_OPENED } from './outbox-events.ts';
import type { DeliveryStatus, SendRefusal } from './outgoing-message.ts';

const message = { nonce: 'n', text: 'text', tab: 't' };
const refusal: SendRefusal = { code: 'too_long', message: 'Too long.', final: true };

test('the events of a tab of this version are accepted', () => {
  const statuses: DeliveryStatus[] = [
    { is: 'waiting', message },
    { is: 'sent', message, seq: 3 },
    { is: 'refused', message, refusal },
    { is: 'discarded', message },
  ];
  for (const status of statuses) {
    const event: OutboxEvent = { room: 'general', status };
    expect(isTabEvent(event)).toBe(true);
  }
  expect(isTabEvent(PAGE_OPENED)).toBe(true);
});

test('whatever else comes by the same channel is not accepted', () => {
  const statuses: unknown[] = [
    null,
    'waiting',
    {},
    { is: 'edited', message },
    { is: 'waiting' },
    { is: 'waiting', message: { nonce: 'n', text: 'text' } },
    { is: 'sent', message },
    { is: 'sent', message, seq: -1 },
    { is: 'refused', message },
    { is: 'refused', message, refusal: { ...refusal, code: 'of_the_future' } },
    { is: 'refused', message, refusal: { ...refusal, final: false } },
  ];
  for (const status of statuses) expect(isTabEvent({ room: 'general', status })).toBe(false);
  for (const event of [null, 'x', { what: 'a', token: 'b' }, { status: { is: 'waiting', message } }]) {
    expect(isTabEvent(event)).toBe(false);
  }
});
