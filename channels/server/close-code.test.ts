import { afterEach, expect, test } from 'bun:test';
import type { Consumer } from '../consumer.ts';
import { RecordingLog } from '../testing/recording-log.ts';
import { dial, startServer, TEST_CLOSE_CODES } from '../testing/test-server.ts';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** Every socket is closed with the code that its client asks for. */
const obeying = (): Consumer => ({
  connect: (socket) => socket.accept(),
  receive: (code, socket) => socket.close(Number(code)),
});

async function closedWith(codes: readonly number[]): Promise<{ received: number[]; log: RecordingLog }> {
  const log = new RecordingLog();
  const server = await startServer({ websocket: obeying, log });
  stops.push(() => server.stop({ waitMs: 0 }));
  const received: number[] = [];
  for (const code of codes) {
    const client = await dial(server, '/');
    client.sendText(String(code));
    received.push((await client.closed).code);
  }
  return { received, log };
}

test('B23: every code that may be sent arrives', async () => {
  const codes = [1000, 1001, 1003, 1007, 1008, 1011, 1014, 3000, 4000, 4999];
  const { received, log } = await closedWith(codes);
  expect(received).toEqual(codes);
  expect(log.lines).toEqual([]);
});

test('one that may not is a fault of the consumer: 1011 and a line that names it, not a broken close frame', async () => {
  const codes = [-1, 0, 999, 1000.5, 1004, 1005, 1006, 1015, 2999, 5000, 65_536, Number.NaN];
  const { received, log } = await closedWith(codes);
  expect(received).toEqual(codes.map(() => 1011));
  expect(log.lines).toHaveLength(codes.length);
  for (const [at, code] of codes.entries())
    expect(log.lines[at]).toContain(`RangeError: close: ${code} may not be sent`);
});

test('a server does not start with one for its own closes', async () => {
  const closeCodes = { ...TEST_CLOSE_CODES, slow: 1006 };
  await expect(startServer({ websocket: obeying, closeCodes })).rejects.toThrow('1006 may not be sent');
});
