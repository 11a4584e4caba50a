import { constants, crc32, deflateRawSync } from 'node:zlib';

const HEAD = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff);
/** The final block: empty. */
const END = Uint8Array.of(3, 0);
/** A stored (uncompressed) block has at most this many bytes. */
const STORED_BYTES_MAX = 65_535;

/** A part of a page, and its part of a gzip stream: whole bytes that refer to nothing before or after them. */
export interface CompressiblePart {
  readonly uncompressed: Uint8Array;
  readonly deflated: Uint8Array;
}

/** The part of a page that is the same for everyone. */
export function compressed(text: string): CompressiblePart {
  const bytes = new TextEncoder().encode(text);
  const deflated = deflateRawSync(bytes, { level: 9, finishFlush: constants.Z_FULL_FLUSH });
  return { uncompressed: bytes, deflated: new Uint8Array(deflated) };
}

/**
 * The part that differs: stored as it is. If a secret (the token) were compressed together with text that an attacker can
 * put into the address (`?next=`), the length of the response would reveal how much of the secret was guessed (BREACH).
 */
export function uncompressed(text: string): CompressiblePart {
  const bytes = new TextEncoder().encode(text);
  const blocks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += STORED_BYTES_MAX) {
    const piece = bytes.subarray(at, at + STORED_BYTES_MAX);
    const [low, high] = [piece.length & 0xff, piece.length >> 8];
    blocks.push(Uint8Array.of(0, low, high, low ^ 0xff, high ^ 0xff), piece);
  }
  return { uncompressed: bytes, deflated: joined(blocks) };
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
  return joined([HEAD, ...parts.map(({ deflated }) => deflated), END, new Uint8Array(sums.buffer)]);
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
