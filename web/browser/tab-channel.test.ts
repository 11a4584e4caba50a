import { expect, test } from 'bun:test';
import { isText } from '../../protocol/shape.ts';
import { TabChannel } from './tab-channel.ts';

test('tabs receive each other’s messages while they are open, and one that was closed sends and receives nothing until it is open again', async () => {
  const received: string[] = [];
  const waiting: (() => void)[] = [];
  const receive = (name: string) => (message: string) => {
    received.push(`${name}: ${message}`);
    waiting.shift()?.();
  };
  const next = (): Promise<void> => new Promise((resolve) => waiting.push(resolve));
  const [ann, bob, eve] = ['ann', 'bob', 'eve'].map((name) => new TabChannel('salon test', isText, receive(name)));
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
  expect(received).toEqual(['bob: one', 'eve: two', 'bob: three']);
  for (const tab of [ann, bob]) tab?.close();
});
