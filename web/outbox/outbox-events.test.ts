import { expect, test } from 'bun:test';
import { isOutboxEvent } from './outbox-events.ts';

const parcel = { nonce: 'n', text: 'text', tab: 't' };
const why = { code: 'too_long', message: 'Too long.', final: true };

test('what a tab of this version tells is heard', () => {
  const fates = [
    { is: 'waiting', parcel },
    { is: 'sent', parcel, seq: 3 },
    { is: 'refused', parcel, why },
    { is: 'discarded', parcel },
  ];
  for (const fate of fates) expect(isOutboxEvent({ room: 'general', fate })).toBe(true);
});

test('whatever else comes by the same channel is not', () => {
  const fates: unknown[] = [
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
  for (const fate of fates) expect(isOutboxEvent({ room: 'general', fate })).toBe(false);
  for (const news of [null, 'x', { what: 'a', token: 'b' }, { fate: { is: 'waiting', parcel } }]) {
    expect(isOutboxEvent(news)).toBe(false);
  }
});
