import { expect, test } from 'bun:test';
import { TestDevice } from '../testing/device.ts';
import { DeviceStore } from './device-store.ts';

test('what is stored is read back, by its key and by how its key begins', async () => {
  const store = new DeviceStore(new TestDevice());
  expect(await store.put('draft/a', 1)).toBe('on the device');
  expect(await store.put('draft/b', { text: 'b' })).toBe('on the device');
  expect(await store.put('other', 3)).toBe('on the device');
  expect(await store.get('draft/a')).toBe(1);
  expect(await store.get('draft/none')).toBeUndefined();
  expect([...(await store.entries('draft/'))]).toEqual([
    ['draft/a', 1],
    ['draft/b', { text: 'b' }],
  ]);
  expect(await store.delete('draft/a')).toBe('on the device');
  expect([...(await store.entries('draft/')).keys()]).toEqual(['draft/b']);
});

test('a device that takes nothing says so, and the page keeps it as long as it lives', async () => {
  const device = new TestDevice();
  const store = new DeviceStore(device);
  await store.put('a', 'old');
  await store.put('b', 'old');
  device.isBroken = true;
  expect(await store.put('a', 'new')).toBe('in this page');
  expect(await store.delete('b')).toBe('in this page');
  expect(await store.get('a')).toBe('new');
  expect(await store.get('b')).toBeUndefined();
  expect([...(await store.entries(''))]).toEqual([['a', 'new']]);
  // What the device still knows does not come back when it can be read again.
  device.isBroken = false;
  expect([...(await store.entries(''))]).toEqual([['a', 'new']]);
  expect(await store.put('b', 'newer')).toBe('on the device');
  expect(await store.get('b')).toBe('newer');
});

test('what is being written can be read already, and the last one written counts', async () => {
  const device = new TestDevice();
  const store = new DeviceStore(device);
  const release = device.blockUntilReleased();
  const writes = [store.put('a', 'one'), store.put('a', 'two'), store.delete('a'), store.put('a', 'two')];
  release();
  expect(await store.get('a')).toBe('two');
  expect(await Promise.all(writes)).toEqual(Array(4).fill('on the device'));
  expect(await store.get('a')).toBe('two');
  expect(device.values.get('a')).toBe('two');
});
