import { expect, test } from 'bun:test';
import { TestDevice } from '../testing/device.ts';
import { DeviceStore } from './device-store.ts';

test('what is kept is read back, by its key and by how its key begins', async () => {
  const kept = new DeviceStore(new TestDevice());
  expect(await kept.put('draft/a', 1)).toBe('on the device');
  expect(await kept.put('draft/b', { text: 'b' })).toBe('on the device');
  expect(await kept.put('other', 3)).toBe('on the device');
  expect(await kept.get('draft/a')).toBe(1);
  expect(await kept.get('draft/none')).toBeUndefined();
  expect([...(await kept.entries('draft/'))]).toEqual([
    ['draft/a', 1],
    ['draft/b', { text: 'b' }],
  ]);
  expect(await kept.delete('draft/a')).toBe('on the device');
  expect([...(await kept.entries('draft/')).keys()]).toEqual(['draft/b']);
});

test('a device that takes nothing says so, and the page keeps it as long as it lives', async () => {
  const device = new TestDevice();
  const kept = new DeviceStore(device);
  await kept.put('a', 'old');
  await kept.put('b', 'old');
  device.isBroken = true;
  expect(await kept.put('a', 'new')).toBe('in this page');
  expect(await kept.delete('b')).toBe('in this page');
  expect(await kept.get('a')).toBe('new');
  expect(await kept.get('b')).toBeUndefined();
  expect([...(await kept.entries(''))]).toEqual([['a', 'new']]);
  // What the device still knows does not come back when it can be read again.
  device.isBroken = false;
  expect([...(await kept.entries(''))]).toEqual([['a', 'new']]);
  expect(await kept.put('b', 'newer')).toBe('on the device');
  expect(await kept.get('b')).toBe('newer');
});

test('what is being written can be read already, and the last one written counts', async () => {
  const device = new TestDevice();
  const kept = new DeviceStore(device);
  const release = device.blockUntilReleased();
  const writes = [kept.put('a', 'one'), kept.put('a', 'two'), kept.delete('a'), kept.put('a', 'two')];
  release();
  expect(await kept.get('a')).toBe('two');
  expect(await Promise.all(writes)).toEqual(Array(4).fill('on the device'));
  expect(await kept.get('a')).toBe('two');
  expect(device.values.get('a')).toBe('two');
});
