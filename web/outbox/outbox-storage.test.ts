import { expect, test } from 'bun:test';
import { DeviceStore } from '../storage/device-store.ts';
import { TestDevice } from '../testing/device.ts';
import { OutboxStorage } from './outbox-storage.ts';

const parcel = (nonce: string) => ({ nonce, text: `text ${nonce}`, tab: 't', room: 'general' });

test('what was written is read in the order of writing, whatever order the device has', async () => {
  const parcels = new OutboxStorage(new DeviceStore(new TestDevice()));
  for (const nonce of ['c', 'b', 'a']) await parcels.put(parcel(nonce));
  await parcels.put({ ...parcel('b'), refused: { code: 'too_long', message: 'Too long.' } });
  await parcels.delete('c');
  expect(await parcels.all()).toEqual([
    parcel('a'),
    { ...parcel('b'), refused: { code: 'too_long', message: 'Too long.' } },
  ]);
});

test('what another version left, and this one cannot read, is neither sent nor thrown away', async () => {
  const device = new TestDevice();
  const strange: unknown[] = [
    null,
    'text',
    { ...parcel('a'), text: { marks: [] } },
    { ...parcel('b'), room: undefined },
    { nonce: 'c', text: 'no tab', room: 'general' },
    { ...parcel('d'), refused: { code: 'of_the_future', message: 'No.' } },
    { ...parcel('e'), refused: 'no' },
    parcel('n'.repeat(65)),
    parcel(''),
    parcel('\ud800'),
  ];
  for (const [at, value] of strange.entries()) device.values.set(`outbox/${at}`, value);
  device.values.set('draft/general', parcel('f'));
  const parcels = new OutboxStorage(new DeviceStore(device));
  expect(await parcels.all()).toEqual([]);
  expect(device.values.size).toBe(strange.length + 1);
});
