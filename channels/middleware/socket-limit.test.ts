import { expect, test } from 'bun:test';
import { type Consumer, Denied } from '../consumer.ts';
import type { Scope } from '../scope.ts';
import { connect, RecordingLog } from '../testing/test-server.ts';
import { limitSockets } from './socket-limit.ts';

const byAddress = ({ client }: Scope): string => client;

test('W26: one socket too many of an address is refused with 429, and let in when another has gone', async () => {
  const log = new RecordingLog();
  const codes: number[] = [];
  const consumer = (): Consumer => ({
    connect: (socket) => socket.accept(),
    receive: (data, socket) => void socket.send(data),
    disconnect: ({ code }) => void codes.push(code),
  });
  const limited = limitSockets({ most: 2, keyOf: byAddress, log }, consumer);
  const [first, second] = [await connect(limited, '/'), await connect(limited, '/')];
  await expect(connect(limited, '/')).rejects.toThrow(new Denied(429));
  expect(log.lines).toHaveLength(1);
  first.sendText('still here');
  expect(await first.receiveText()).toBe('still here');
  await first.close(1000);
  const third = await connect(limited, '/');
  second.drop();
  await third.close(1001);
  expect(codes).toEqual([1000, 1006, 1001]);
});

test('handshakes under way count, and those that were refused do not', async () => {
  const deciding = Promise.withResolvers<void>();
  const slow = (): Consumer => ({
    async connect() {
      await deciding.promise;
      throw new Denied(403);
    },
  });
  const limited = limitSockets({ most: 1, keyOf: byAddress }, slow);
  const first = connect(limited, '/');
  await expect(connect(limited, '/')).rejects.toThrow(new Denied(429));
  deciding.resolve();
  await expect(first).rejects.toThrow(new Denied(403));
  await expect(connect(limited, '/')).rejects.toThrow(new Denied(403));
});

test('a thousand who come at once are not more than the limit', async () => {
  const limited = limitSockets({ most: 5, keyOf: byAddress }, async () => ({ connect: (socket) => socket.accept() }));
  const results = await Promise.allSettled(Array.from({ length: 1_000 }, () => connect(limited, '/')));
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
});
