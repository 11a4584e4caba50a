import { expect, test } from 'bun:test';
import { TestSockets } from './testing/sockets.ts';

test('nothing goes out before the server has said whose socket it is, and after a break it has to say so anew', () => {
  const net = new TestSockets();
  const send = (): boolean => net.connection.send({ type: 'read', seq: 1 });
  const first = net.open();
  expect(send()).toBe(false);
  net.connection.onWelcome();
  expect(send()).toBe(true);
  first.listener.onClose(1006, '');
  net.clock.pass(5_000);
  net.last.listener.onOpen();
  expect([send(), net.last.sent, net.connection.isReady]).toEqual([false, [], false]);
  net.connection.onWelcome();
  expect(send()).toBe(true);
  expect([first.sent, net.last.sent]).toEqual([['{"type":"read","seq":1}'], ['{"type":"read","seq":1}']]);
});

test('what is about to be sent when another turns out to be signed in is not sent', () => {
  const net = new TestSockets();
  const socket = net.open();
  net.connection.end('signed-out');
  expect([net.connection.send({ type: 'delete', seq: 1 }), socket.sent]).toEqual([false, []]);
});
