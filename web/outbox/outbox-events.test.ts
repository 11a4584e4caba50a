import { expect, test } from 'bun:test';
import { isOutboxEvent, type OutboxEvent } from './outbox-events.ts';
import type { DeliveryStatus, RefusedMessage } from './outgoing-message.ts';

const parcel = { nonce: 'n', text: 'text', tab: 't' };
const why: RefusedMessage = { code: 'too_long', message: 'Too long.', final: true };

test('what a tab of this version tells is heard', () => {
  const statuses: DeliveryStatus[] = [
    { is: 'waiting', parcel },
    { is: 'sent', parcel, seq: 3 },
    { is: 'refused', parcel, why },
    { is: 'discarded', parcel },
  ];
  for (const status of statuses) {
    const event: OutboxEvent = { room: 'general', status };
    expect(isOutboxEvent(event)).toBe(true);
  }
});

test('whatever else comes by the same channel is not', () => {
  const statuses: unknown[] = [
    null,
    'waiting',
    {},
    { is: 'edited', parcel },
    { is: 'waiting' },
    { is: 'waiting', parcel: { nonce: 'n', text: 'text' } },
    { is: 'sent', parcel },
    { is: 'sent', parcel, seq: -1 },
    { is: 'refused', parcel },
    { is: 'refused', parcel, why: { ...why, code: 'of_the_future' } },
    { is: 'refused', parcel, why: { ...why, final: false } },
  ];
  for (const status of statuses) expect(isOutboxEvent({ room: 'general', status })).toBe(false);
  for (const news of [null, 'x', { what: 'a', token: 'b' }, { status: { is: 'waiting', parcel } }]) {
    expect(isOutboxEvent(news)).toBe(false);
  }
});
