import { expect, test } from 'bun:test';
import { DeviceStore } from '../storage/device-store.ts';
import { TestDevice } from '../testing/device.ts';
import { OutboxStorage } from './outbox-storage.ts';

const message = (nonce: string) => ({ nonce, text: `text ${nonce}`, tab: 't', room: 'general' });

test('what was written is read in the order of writing, whatever order the device has', async () => {
  const storage = new OutboxStorage(new DeviceStore(new TestDevice()));
  for (const nonce of ['c', 'b', 'a']) await storage.putMessage(message(nonce));
  await storage.putMessage({ ...message('b'), refused: { code: 'too_long', message: 'Too long.' } });
  await storage.deleteMessage('c');
  expect(await storage.readMessages()).toEqual([
    message('a'),
    { ...message('b'), refused: { code: 'too_long', message: 'Too long.' } },
  ]);
});

test('what another version left, and this one cannot read, is neither sent nor thrown away', async () => {
  const device = new TestDevice();
  const strange: unknown[] = [
    null,
    'text',
    { ...message('a'), text: { marks: [] } },
    { ...message('b'), room: undefined },
    { nonce: 'c', text: 'no tab', room: 'general' },
    { ...message('d'), refused: { code: 'of_the_future', message: 'No.' } },
    { ...message('e'), refused: 'no' },
    message('n'.repeat(65)),
    message(''),
    message('\ud800'),
  ];
  for (const [at, value] of strange.entries()) device.values.set(`outbox/${at}`, value);
  device.values.set('draft/general', message('f'));
  const storage = new OutboxStorage(new DeviceStore(device));
  expect(await storage.readMessages()).toEqual([]);
  expect(device.values.size).toBe(strange.length + 1);
});
