import { expect, test } from 'bun:test';
import { TestDevice } from '../testing/device.ts';
import { CopiedDevice } from './copied-device.ts';

/** The storage of one browser, in which the writes of a page that closes are lost. */
function browser(stored: Readonly<Record<string, unknown>> = {}) {
  const texts = new Map<string, string>();
  const preferences = {
    read: (name: string): unknown => JSON.parse(texts.get(name) ?? 'null'),
    write: (name: string, value: unknown): void => void texts.set(name, JSON.stringify(value)),
  };
  const disk = new TestDevice();
  for (const [key, value] of Object.entries(stored)) disk.values.set(key, value);
  const openPage = (): { device: CopiedDevice; inner: TestDevice; loseWrites: () => void } => {
    const inner = new TestDevice();
    for (const [key, value] of disk.values) inner.values.set(key, value);
    return { device: new CopiedDevice(inner, preferences), inner, loseWrites: () => void inner.blockUntilReleased() };
  };
  return { disk, preferences, openPage };
}

test('what is written while the page closes is there for the next page, and so is what is deleted', async () => {
  const { openPage, preferences } = browser({ 'draft/a': 'old', 'draft/b': 'old', 'draft/c': 'old' });
  const closing = openPage();
  closing.loseWrites();
  void closing.device.put('draft/a', { text: 'new' });
  void closing.device.delete('draft/b');
  const next = openPage();
  expect([await next.device.get('draft/a'), await next.device.get('draft/b')]).toEqual([{ text: 'new' }, undefined]);
  expect([...(await next.device.entries('draft/'))]).toEqual([
    ['draft/a', { text: 'new' }],
    ['draft/c', 'old'],
  ]);
  expect([...(await next.device.entries('edit/'))]).toEqual([]);
  await next.device.put('draft/a', { text: 'newer' });
  await next.device.put('draft/b', { text: 'again' });
  expect(preferences.read('unwritten')).toEqual({});
});

test('a copy goes when its write has ended, but not one of a later write', async () => {
  const { openPage, preferences } = browser();
  const { device, inner } = openPage();
  await device.put('draft/a', 'first');
  expect(preferences.read('unwritten')).toEqual({});
  const release = inner.blockUntilReleased();
  const first = device.put('draft/a', 'second');
  const other = openPage();
  other.loseWrites();
  void other.device.put('draft/a', 'third');
  release();
  await first;
  expect(preferences.read('unwritten')).toEqual({ 'draft/a': 'third' });
});

test('where the device stores nothing the copy is what the next page finds', async () => {
  const { openPage } = browser();
  const { device, inner } = openPage();
  inner.isBroken = true;
  await device.put('draft/a', 'text').catch(() => {});
  const next = openPage();
  next.inner.isBroken = true;
  expect(await next.device.get('draft/a')).toBe('text');
  expect([...(await next.device.entries('draft/'))]).toEqual([['draft/a', 'text']]);
});

test('whatever else stands where the copies are is none', async () => {
  const { openPage, preferences } = browser({ 'draft/a': 'stored' });
  for (const foreign of [null, 'text', 7, []]) {
    preferences.write('unwritten', foreign);
    expect([...(await openPage().device.entries('draft/'))]).toEqual([['draft/a', 'stored']]);
  }
});
