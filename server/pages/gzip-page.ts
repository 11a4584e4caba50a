import { constants, crc32, deflateRawSync } from 'node:zlib';

const HEAD = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff);
/** The last block: empty, with nothing behind it. */
const END = Uint8Array.of(3, 0);
/** More does not fit into one block that is stored as it is. */
const STORED_BYTES_MAX = 65_535;

/** Part of a page, and its stretch of a gzip stream: whole bytes that refer to nothing before or behind them. */
export interface CompressiblePart {
  readonly uncompressed: Uint8Array;
  readonly packed: Uint8Array;
}

/** What is the same for everybody. */
export function compressed(text: string): CompressiblePart {
  const bytes = new TextEncoder().encode(text);
  const packed = deflateRawSync(bytes, { level: 9, finishFlush: constants.Z_FULL_FLUSH });
  return { uncompressed: bytes, packed: new Uint8Array(packed) };
}

/**
 * What differs: stored as it is. Were a secret (the token) squeezed together with what a stranger can put into the
 * address (`?next=`), the length of the answer would tell the stranger how much of the secret was guessed.
 */
export function uncompressed(text: string): CompressiblePart {
  const bytes = new TextEncoder().encode(text);
  const blocks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += STORED_BYTES_MAX) {
    const piece = bytes.subarray(at, at + STORED_BYTES_MAX);
    const [low, high] = [piece.length & 0xff, piece.length >> 8];
    blocks.push(Uint8Array.of(0, low, high, low ^ 0xff, high ^ 0xff), piece);
  }
  return { uncompressed: bytes, packed: joined(blocks) };
}

/** The parts in their order, as one gzip file. */
export function gzipOf(parts: readonly CompressiblePart[]): Uint8Array<ArrayBuffer> {
  const sums = new DataView(new ArrayBuffer(8));
  sums.setUint32(
    0,
    parts.reduce((sum, { uncompressed }) => crc32(uncompressed, sum), 0),
    true,
  );
  sums.setUint32(
    4,
    parts.reduce((length, { uncompressed }) => length + uncompressed.length, 0),
    true,
  );
  return joined([HEAD, ...parts.map(({ packed }) => packed), END, new Uint8Array(sums.buffer)]);
}

function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
