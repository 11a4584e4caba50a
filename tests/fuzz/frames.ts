/** What one client sends: valid, mutated and random frames, and how it disconnects. */
import { closePayload, OPCODES, type RawFrame, rawFrame } from '../../channels/testing/raw-frame.ts';
import type { Random } from '../support/random.ts';

export interface FrameSequence {
  readonly bytes: Buffer;
  readonly frames: number;
  readonly ending: 'with a close' | 'by hanging up' | 'by a reset';
}

const FRAMES_MAX = 40;
/** The fuzz is about what is sent, not about slow readers: no more than this. */
const SEQUENCE_BYTES = 200_000;
const { more, text, binary, close, ping, pong } = OPCODES;

export function randomSequence(random: Random): FrameSequence {
  const wanted = 1 + random.below(FRAMES_MAX);
  const parts: Buffer[] = [];
  let bytes = 0;
  while (parts.length < wanted && bytes < SEQUENCE_BYTES) {
    const next = random.chance(0.05) ? invalidFrames(random) : validFrames(random).map(rawFrame);
    parts.push(...next);
    bytes += next.reduce((sum, part) => sum + part.length, 0);
  }
  const ending = random.pick(['with a close', 'with a close', 'by hanging up', 'by a reset'] as const);
  if (ending === 'with a close') parts.push(rawFrame(randomClose(random)));
  return {
    bytes: random.chance(0.3) ? mutated(random, parts) : Buffer.concat(parts),
    frames: parts.length,
    ending,
  };
}

/** In as many writes as it happens to be cut into. */
export function splitAtRandom(random: Random, bytes: Buffer): Buffer[] {
  if (random.chance(0.6)) return [bytes];
  const cuts = Array.from({ length: 1 + random.below(5) }, () => random.below(bytes.length + 1)).sort((a, b) => a - b);
  return [0, ...cuts].map((from, at) => bytes.subarray(from, cuts[at] ?? bytes.length)).filter((piece) => piece.length);
}

function validFrames(random: Random): RawFrame[] {
  const kind = random.below(10);
  if (kind === 0) return [{ opcode: ping, payload: someBytes(random, random.below(126)) }];
  if (kind === 1) return [{ opcode: pong, payload: someBytes(random, random.below(126)) }];
  if (kind === 2) return [{ opcode: binary, payload: someBytes(random, someSize(random)) }];
  if (kind === 3) return inFragments(random, binary, someBytes(random, someSize(random)));
  if (kind === 4) return inFragments(random, text, Buffer.from(someText(random)));
  if (kind === 5) return [{ opcode: text, payload: jsonBomb(random) }];
  return [{ opcode: text, payload: someText(random), ...(random.chance(0.05) ? { lengthBytes: 8 } : {}) }];
}

function inFragments(random: Random, opcode: number, payload: Buffer): RawFrame[] {
  const pieces = splitAtRandom(random, payload);
  return pieces.flatMap((piece, at) => [
    { opcode: at === 0 ? opcode : more, payload: piece, fin: at === pieces.length - 1 },
    ...(at < pieces.length - 1 && random.chance(0.2) ? [{ opcode: ping, payload: 'between' }] : []),
  ]);
}

/** What breaks one rule, and is otherwise as it should be. */
function invalidFrames(random: Random): Buffer[] {
  const payload = someBytes(random, random.below(200));
  const small = payload.subarray(0, 100);
  return random.pick<() => Buffer[]>([
    () => [rawFrame({ opcode: random.below(16), payload, fin: random.chance(0.5), reserved: random.below(8) })],
    () => [rawFrame({ opcode: text, payload: 'a', masked: false })],
    () => [rawFrame({ opcode: text, payload: random.pick(NO_UTF8) })],
    () => [rawFrame({ opcode: text, payload, fin: false }), rawFrame({ opcode: more, payload: random.pick(NO_UTF8) })],
    () => [rawFrame({ opcode: text, payload, declared: BigInt(random.below(2 ** 31)), lengthBytes: 8 })],
    () => [rawFrame({ opcode: binary, payload, declared: BigInt(random.below(65_536)), lengthBytes: 2 })],
    () => [rawFrame({ opcode: binary, payload: small, declared: BigInt(random.below(126)), lengthBytes: 0 })],
    () => [rawFrame({ opcode: binary, payload: someBytes(random, 65_530 + random.below(12)) })],
    () => [rawFrame({ opcode: binary, declared: 2n ** BigInt(random.below(64)), lengthBytes: 8 })],
    () => [rawFrame({ opcode: close, payload: closePayload(random.below(65_536), small) })],
    () => [rawFrame({ opcode: random.pick([close, ping, pong]), payload: someBytes(random, 126 + random.below(9)) })],
    () => [rawFrame({ opcode: random.pick([close, ping, pong]), payload: 'x', fin: false })],
    () => [payload],
    () => Array.from({ length: 5 }, () => rawFrame({ opcode: random.below(16), fin: random.chance(0.5) })),
  ])();
}

/** Bits turned over, bytes left out, put in or sent twice, the end cut off. */
function mutated(random: Random, parts: readonly Buffer[]): Buffer {
  const bytes = Buffer.concat(parts);
  const at = random.below(bytes.length);
  const length = 1 + random.below(20);
  return random.pick<() => Buffer>([
    () => flipped(random, bytes),
    () => bytes.subarray(0, at),
    () => Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]),
    () => Buffer.concat([bytes.subarray(0, at), someBytes(random, length), bytes.subarray(at)]),
    () => Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]),
  ])();
}

export function flipped(random: Random, bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  for (let count = 1 + random.below(8); count > 0; count--) {
    const at = random.below(copy.length);
    copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8));
  }
  return copy;
}

function randomClose(random: Random): RawFrame {
  if (random.chance(0.2)) return { opcode: close };
  const code = random.pick([1000, 1001, 1011, 3000, 4000, 4999]);
  return { opcode: close, payload: closePayload(code, someText(random).slice(0, 30)) };
}

/** Most are small; the boundaries of the length field, and the limit, come now and then. */
function someSize(random: Random): number {
  if (random.chance(0.02)) return random.pick([65_535, 65_536]);
  return random.chance(0.1) ? random.pick([0, 125, 126, 127]) : random.below(300);
}

export function someBytes(random: Random, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; at++) bytes[at] = random.below(256);
  return bytes;
}

function someText(random: Random): string {
  const length = random.below(60);
  return Array.from({ length }, () => String.fromCodePoint(random.below(random.pick(WIDTHS)))).join('');
}

/** One, two, three bytes of UTF-8; up to the first half of a pair, which is none. */
const WIDTHS = [0x80, 0x80, 0x80, 0x800, 0xd800];

function jsonBomb(random: Random): string {
  const deep = 1 + random.below(3_000);
  return random.pick([
    () => '['.repeat(deep),
    () => `${'['.repeat(deep)}${']'.repeat(deep)}`,
    () => `${'{"a":'.repeat(deep)}1${'}'.repeat(deep)}`,
    () => `{"__proto__":{"polluted":${deep}},"constructor":{"prototype":{}}}`,
    () => `{"n":1e${deep},"m":-0,"k":${'9'.repeat(deep % 400)}}`,
    () => `{"${'k'.repeat(deep)}":"\\u0000\\ud800"}`,
    () => `[${Array.from({ length: deep }, () => '{}').join(',')}]`,
    () => '{"message":"hi"',
  ])();
}

const NO_UTF8 = [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82], [0x80]].map(
  (bytes) => Buffer.from(bytes),
);
