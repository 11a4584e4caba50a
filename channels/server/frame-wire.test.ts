/** Frames as no browser sends them: what reaches a consumer, what is answered, and with which code it ends. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test';
import type { CloseInfo } from '../consumer.ts';
import { closeCode, closePayload, framesIn, OPCODES, type RawFrame, rawFrame } from '../testing/raw-frame.ts';
import { handshake, RawClient, startServer } from '../testing/test-server.ts';
import { LIMITS } from './limits.ts';

const { more, text, binary, close, ping, pong } = OPCODES;
const LIMIT = LIMITS.frameBytes;

let server: Awaited<ReturnType<typeof startServer>>;
let received: (string | Uint8Array)[] = [];
let endings: CloseInfo[] = [];
let ended: PromiseWithResolvers<void>;

beforeAll(async () => {
  server = await startServer({
    websocket: () => ({
      connect: (socket) => socket.accept(),
      receive(data, socket) {
        received.push(data);
        socket.send(typeof data === 'string' ? data : Buffer.from(data).toString('hex'));
      },
      disconnect(ending) {
        endings.push(ending);
        ended.resolve();
      },
    }),
  });
});
afterEach(() => {
  received = [];
  endings = [];
  expect(server.log.lines).toEqual([]);
});
afterAll(() => server.stop({ waitMs: 0 }));

interface Answer {
  readonly texts: string[];
  /** The code of the server's close frame; null for an end without one. */
  readonly code: number | null;
}

async function dialled(): Promise<RawClient> {
  ended = Promise.withResolvers();
  const { peer } = await RawClient.request(server.port, handshake('/'));
  return peer;
}

/** Sends, and waits for the connection to end by itself. */
async function exchange(...parts: (RawFrame | Buffer)[]): Promise<Answer> {
  const peer = await dialled();
  for (const part of parts) peer.write(Buffer.isBuffer(part) ? part : rawFrame(part));
  const frames = framesIn(await peer.rest());
  await ended.promise;
  const codes = frames.map(closeCode).filter((code) => code !== null);
  return {
    texts: frames.filter(({ opcode }) => opcode === text).map(({ payload }) => payload.toString()),
    code: codes[0] ?? null,
  };
}

/** Sends, and then closes properly: an answer before the close frame shows that the socket still worked. */
function sayAndLeave(...parts: (RawFrame | Buffer)[]): Promise<Answer> {
  return exchange(...parts, { opcode: close, payload: closePayload(1000) });
}

describe('B13, B14: what is sent arrives as it was, whatever its size', () => {
  test.each([0, 1, 125, 126, 127, 65_535, LIMIT])('text of %d bytes', async (size) => {
    const sent = 'x'.repeat(size);
    expect(await sayAndLeave({ opcode: text, payload: sent })).toEqual({ texts: [sent], code: 1000 });
  });

  test.each([0, 1, 125, 126, 127, 65_535, LIMIT])('%d bytes that are no UTF-8', async (size) => {
    const sent = Buffer.alloc(size, 0xff);
    await sayAndLeave({ opcode: binary, payload: sent });
    expect(received.map((data) => Buffer.from(data).equals(sent) && typeof data !== 'string')).toEqual([true]);
  });

  test.each(['é', '€', '\u{1f600}', '\0', '\ufeffa', '\uffff', '\u{10ffff}', '{"a":"\u2028"}'])('%j', async (sent) => {
    expect(await sayAndLeave({ opcode: text, payload: sent })).toEqual({ texts: [sent], code: 1000 });
  });

  test.each<[string, RawFrame]>([
    ['in two bytes, where one would do', { opcode: text, payload: 'hi', lengthBytes: 2 }],
    ['in eight bytes, where one would do', { opcode: text, payload: 'hi', lengthBytes: 8 }],
  ])('a length written %s', async (_, frame) => {
    expect(await sayAndLeave(frame)).toEqual({ texts: ['hi'], code: 1000 });
  });

  test('a frame that comes one byte at a time', async () => {
    const peer = await dialled();
    for (const byte of rawFrame({ opcode: text, payload: 'slowly' })) {
      peer.write(Buffer.from([byte]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await peer.until('slowly');
    peer.destroy();
    await ended.promise;
    expect(received).toEqual(['slowly']);
  });
});

describe('fragments are one message', () => {
  test.each<[string, string, RawFrame[]]>([
    ['abc', 'three', [part(text, 'a'), part(more, 'b'), last('c')]],
    ['', 'empty', [part(text, ''), part(more, ''), last('')]],
    ['a', 'empty around something', [part(text, ''), part(more, 'a'), last('')]],
    ['€', 'a character cut in two', [part(text, Buffer.from([0xe2])), last(Buffer.from([0x82, 0xac]))]],
    ['\u{1f600}', 'a character of one byte each', cut(Buffer.from('\u{1f600}'))],
  ])('%j of %s', async (whole, _, frames) => {
    expect(await sayAndLeave(...frames)).toEqual({ texts: [whole], code: 1000 });
    expect(received).toEqual([whole]);
  });

  test('B19: a ping between them is answered at once, and is no part of the message', async () => {
    const peer = await dialled();
    peer.write(Buffer.concat([part(text, 'a'), { opcode: ping, payload: 'between' }].map(rawFrame)));
    expect(await peer.until('between')).toEqual(Buffer.from('\x8a\x07between', 'latin1'));
    peer.write(rawFrame(last('b')));
    expect(await peer.until('ab')).toEqual(Buffer.from('\x81\x02ab', 'latin1'));
    peer.destroy();
    await ended.promise;
  });

  test('a close between them ends it; the half message is never delivered', async () => {
    expect(await sayAndLeave(part(text, 'a'))).toEqual({ texts: [], code: 1000 });
    expect(received).toEqual([]);
    expect(endings).toEqual([{ code: 1000, reason: '' }]);
  });
});

test.each([0, 1, 125])('B19: a ping with %d bytes is answered by a pong with the same', async (size) => {
  const peer = await dialled();
  peer.write(rawFrame({ opcode: ping, payload: 'p'.repeat(size) }));
  expect(await peer.until(Buffer.from([0x8a, size]))).toHaveLength(2);
  if (size > 0) expect((await peer.until('p'.repeat(size))).length).toBe(size);
  peer.destroy();
  await ended.promise;
});

test('B19: a pong that nobody asked for is no message and no offence', async () => {
  expect(await sayAndLeave({ opcode: pong, payload: 'unasked' })).toEqual({ texts: [], code: 1000 });
  expect(received).toEqual([]);
});

describe('B15: text that is no UTF-8 is never delivered, and ends with 1007', () => {
  test.each<[string, number[]]>([
    ['a byte that is none', [0xff]],
    ['a byte that only continues', [0x80]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['an overlong NUL', [0xe0, 0x80, 0x80]],
    ['half of a pair', [0xed, 0xa0, 0x80]],
    ['a whole pair, each on its own', [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80]],
    ['beyond the last character', [0xf4, 0x90, 0x80, 0x80]],
    ['five bytes', [0xf8, 0x88, 0x80, 0x80, 0x80]],
    ['a character that is cut off', [0x61, 0xe2, 0x82]],
  ])('%s, in one frame and in fragments', async (_, bytes) => {
    const payload = Buffer.from(bytes);
    expect(await exchange({ opcode: text, payload })).toEqual({ texts: [], code: 1007 });
    expect(await exchange(...cut(payload))).toEqual({ texts: [], code: 1007 });
    expect(received).toEqual([]);
    expect(endings.map(({ code }) => code)).toEqual([1006, 1006]);
  });
});

describe('B16: what breaks the protocol is never delivered, and ends with 1002', () => {
  const hi = 'hi';
  test.each<[string, (RawFrame | Buffer)[]]>([
    ...[1, 2, 4].map((reserved): [string, RawFrame[]] => [
      `reserved bit ${reserved}`,
      [{ opcode: text, payload: hi, reserved }],
    ]),
    ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode): [string, RawFrame[]] => [
      `opcode ${opcode}`,
      [{ opcode, payload: hi }],
    ]),
    ['a text without a mask', [{ opcode: text, payload: hi, masked: false }]],
    ['a ping without a mask', [{ opcode: ping, masked: false }]],
    ['a close without a mask', [{ opcode: close, masked: false }]],
    ['a second fragment without a mask', [part(text, 'a'), { opcode: more, payload: 'b', masked: false }]],
    ['a last fragment of nothing', [last(hi)]],
    ['a fragment of nothing', [part(more, hi)]],
    ['a text inside a text', [part(text, 'a'), { opcode: text, payload: 'b' }]],
    ['bytes inside a text', [part(text, 'a'), { opcode: binary, payload: 'b' }]],
    ['a ping of 126 bytes', [{ opcode: ping, payload: 'x'.repeat(126) }]],
    ['a pong of 126 bytes', [{ opcode: pong, payload: 'x'.repeat(126) }]],
    ['a close of 126 bytes', [{ opcode: close, payload: closePayload(1000, 'x'.repeat(124)) }]],
    ['a ping of few bytes whose length is written in two', [{ opcode: ping, payload: 'x', lengthBytes: 2 }]],
    ['a ping of few bytes whose length is written in eight', [{ opcode: ping, payload: 'x', lengthBytes: 8 }]],
    ['a ping in fragments', [part(ping, 'x')]],
    ['a pong in fragments', [part(pong, 'x')]],
    ['a close in fragments', [{ opcode: close, payload: closePayload(1000), fin: false }]],
    ['a close of one byte', [{ opcode: close, payload: 'x' }]],
  ])('%s', async (_, frames) => {
    expect(await exchange(...frames)).toEqual({ texts: [], code: 1002 });
    expect(received).toEqual([]);
    expect(endings.map(({ code }) => code)).toEqual([1006]);
  });

  test.each([0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535])(
    'close code %d',
    async (code) => {
      expect(await exchange({ opcode: close, payload: closePayload(code, 'bye') })).toEqual({ texts: [], code: 1002 });
    },
  );

  test('a reason that is no UTF-8 is 1007', async () => {
    const payload = closePayload(1000, Buffer.from([0xff]));
    expect(await exchange({ opcode: close, payload })).toEqual({ texts: [], code: 1007 });
  });

  test('what was sent before it has been delivered', async () => {
    expect(await exchange({ opcode: text, payload: 'before' }, { opcode: 3 })).toEqual({
      texts: ['before'],
      code: 1002,
    });
  });
});

describe('B17: a message over the limit is never delivered, and ends with 1009', () => {
  const half = 'x'.repeat(LIMIT / 2);

  test('exactly the limit in two fragments is welcome', async () => {
    const { texts, code } = await sayAndLeave(part(text, half), last(half));
    expect([texts.map((each) => each.length), code]).toEqual([[LIMIT], 1000]);
  });

  test.each<[string, (RawFrame | Buffer)[]]>([
    ['one byte more, in one frame', [{ opcode: text, payload: 'x'.repeat(LIMIT + 1) }]],
    ['one byte more, in two fragments', [part(text, half), last(`${half}x`)]],
    ['one byte more, in a fragment that is not the last', [part(text, half), part(more, `${half}x`)]],
    ['one byte more is declared, and not sent', [header(text, BigInt(LIMIT + 1))]],
    ['4 GiB are declared, and not sent', [header(binary, 2n ** 32n)]],
    ['2^63 - 1 bytes are declared, and not sent', [header(binary, 2n ** 63n - 1n)]],
    ['2^64 - 1 bytes are declared, and not sent', [header(binary, 2n ** 64n - 1n)]],
    ['2 GiB are declared in a second fragment', [part(text, 'a'), header(more, 2n ** 31n)]],
  ])('%s', async (_, frames) => {
    expect(await exchange(...frames)).toEqual({ texts: [], code: 1009 });
    expect(received).toEqual([]);
    expect(endings.map(({ code }) => code)).toEqual([1006]);
  });

  test('thirty thousand fragments of one byte each are one message', async () => {
    const tiny = Array.from({ length: 29_998 }, () => rawFrame(part(more, 'a')));
    const { texts } = await sayAndLeave(part(text, 'a'), Buffer.concat(tiny), last('z'));
    expect(texts).toEqual([`${'a'.repeat(29_999)}z`]);
  });

  test('a hundred thousand empty fragments are an empty message', async () => {
    const empty = Array.from({ length: 99_998 }, () => rawFrame(part(more, '')));
    expect(await sayAndLeave(part(text, ''), Buffer.concat(empty), last(''))).toEqual({ texts: [''], code: 1000 });
  });
});

describe('B22: how a client leaves reaches the consumer, and the same code goes back', () => {
  const MEANT = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4321, 4999];
  test.each(MEANT)('close code %d', async (code) => {
    expect(await exchange({ opcode: close, payload: closePayload(code, 'for a reason') })).toEqual({ texts: [], code });
    expect(endings).toEqual([{ code, reason: 'for a reason' }]);
  });

  test('no code at all is 1005', async () => {
    expect(await exchange({ opcode: close })).toEqual({ texts: [], code: 1005 });
    expect(endings).toEqual([{ code: 1005, reason: '' }]);
  });

  test('a reason of 123 bytes arrives whole', async () => {
    const reason = 'é'.repeat(61);
    await exchange({ opcode: close, payload: closePayload(1000, `${reason}x`) });
    expect(endings).toEqual([{ code: 1000, reason: `${reason}x` }]);
  });

  test('what a client sends after its close is not delivered', async () => {
    await exchange(
      Buffer.concat(
        [
          { opcode: close, payload: closePayload(1000) },
          { opcode: text, payload: 'after' },
        ].map(rawFrame),
      ),
    );
    expect(received).toEqual([]);
    expect(endings).toHaveLength(1);
  });
});

describe('B21: a line that is cut is an ending with 1006, once', () => {
  test.each<[string, (peer: RawClient) => void]>([
    ['by a reset', (peer) => peer.reset()],
    ['without a close frame', (peer) => peer.destroy()],
    ['in the middle of a frame', (peer) => peer.end(rawFrame({ opcode: text, payload: 'cut off' }).subarray(0, 5))],
    ['in the middle of a message', (peer) => peer.end(rawFrame(part(text, 'cut off')))],
  ])('%s', async (_, cut) => {
    cut(await dialled());
    await ended.promise;
    expect(endings.map(({ code }) => code)).toEqual([1006]);
    expect(received).toEqual([]);
    expect(server.sockets).toBe(0);
  });
});

function part(opcode: number, payload: string | Uint8Array): RawFrame {
  return { opcode, payload, fin: false };
}

function last(payload: string | Uint8Array): RawFrame {
  return { opcode: more, payload };
}

/** A text in fragments of one byte. */
function cut(bytes: Buffer): RawFrame[] {
  const parts = [...bytes].map((byte, at) => part(at === 0 ? text : more, Buffer.from([byte])));
  return parts.map((frame, at) => ({ ...frame, fin: at === parts.length - 1 }));
}

function header(opcode: number, declared: bigint): Buffer {
  return rawFrame({ opcode, declared, lengthBytes: 8 });
}
