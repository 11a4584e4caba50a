import { expect, spyOn, test } from 'bun:test';
import { RedisServer } from '../testing/redis-server.ts';
import { RedisConnection } from './connection.ts';

test('a command has no timer of its own: a thousand cost no more than their answers', async () => {
  const redis = await RedisServer.start();
  const timers = spyOn(AbortSignal, 'timeout');
  const connection = new RedisConnection(redis.url, { commandMs: 30_000, retryMs: 400 });
  await connection.open();
  timers.mockClear();
  const answers = await Promise.all(Array.from({ length: 1_000 }, () => connection.command(['PING'])));
  expect(new Set(answers)).toEqual(new Set(['PONG']));
  expect(timers).not.toHaveBeenCalled();
  timers.mockRestore();
  connection.close(new Error('done'));
  await redis.stop();
});
