import { expect, test } from 'bun:test';
import { isText } from '../../protocol/shape.ts';
import { TabChannel } from './tab-channel.ts';

test('tabs hear each other while they are open, and one that was closed hears and says nothing until it is open again', async () => {
  const heard: string[] = [];
  const waiting: (() => void)[] = [];
  const hear = (who: string) => (word: string) => {
    heard.push(`${who}: ${word}`);
    waiting.shift()?.();
  };
  const next = (): Promise<void> => new Promise((came) => waiting.push(came));
  const [ann, bob, eve] = ['ann', 'bob', 'eve'].map((who) => new TabChannel('salon test', isText, hear(who)));
  for (const tab of [ann, bob]) tab?.open();
  ann?.publish('one');
  await next();
  bob?.close();
  eve?.open();
  bob?.publish('from the dead');
  ann?.publish('two');
  await next();
  bob?.open();
  eve?.close();
  ann?.publish('three');
  await next();
  expect(heard).toEqual(['bob: one', 'eve: two', 'bob: three']);
  for (const tab of [ann, bob]) tab?.close();
});
