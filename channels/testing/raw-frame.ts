/** Frames byte for byte, for tests of the protocol: encoded as a client may send them, decoded as a server sends them. */

export interface RawFrame {
  readonly opcode: number;
  readonly payload?: string | Uint8Array;
  /** The last fragment of its message; true by default. */
  readonly fin?: boolean;
  /** The three reserved bits, 0 to 7. */
  readonly reserved?: number;
  readonly masked?: boolean;
  /** The length in the header; it may differ from the payload's. */
  readonly declared?: bigint;
  /** Bytes in which the length is encoded; the fewest by default. */
  readonly lengthBytes?: 0 | 2 | 8;
}

export const OPCODES = { more: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export function rawFrame(frame: RawFrame): Buffer {
  const payload = Buffer.from(frame.payload ?? '');
  const { fin = true, reserved = 0, masked = true, declared = BigInt(payload.length) } = frame;
  const first = (fin ? 0x80 : 0) | (reserved << 4) | frame.opcode;
  const length = lengthField(declared, frame.lengthBytes ?? fewestBytes(declared), masked ? 0x80 : 0);
  if (!masked) return Buffer.concat([Buffer.from([first]), length, payload]);
  const hidden = payload.map((byte, at) => byte ^ (MASK[at % MASK.length] ?? 0));
  return Buffer.concat([Buffer.from([first]), length, MASK, hidden]);
}

/** One whole frame as a well-behaved client sends it. */
export function maskedFrame(opcode: number, payload: string | Uint8Array): Buffer {
  return rawFrame({ opcode, payload });
}

export function closePayload(code: number, reason: string | Uint8Array = ''): Buffer {
  return Buffer.concat([Buffer.from([code >> 8, code & 0xff]), Buffer.from(reason)]);
}

export interface ReceivedFrame {
  readonly opcode: number;
  readonly payload: Buffer;
}

/** The complete frames that a server sent; an incomplete one at the end is left out. */
export function framesIn(bytes: Buffer): ReceivedFrame[] {
  const frames: ReceivedFrame[] = [];
  for (let at = 0; ; ) {
    const head = serverHead(bytes, at);
    if (head === null || head.end > bytes.length) return frames;
    frames.push({ opcode: (bytes[at] ?? 0) & 0x0f, payload: bytes.subarray(head.start, head.end) });
    at = head.end;
  }
}

/** 1005 for a close frame without a code, null for any other frame. */
export function closeCode({ opcode, payload }: ReceivedFrame): number | null {
  if (opcode !== OPCODES.close) return null;
  return payload.length < 2 ? 1005 : payload.readUInt16BE(0);
}

const MASK = Buffer.from([7, 11, 13, 17]);
const [LENGTH_16, LENGTH_64] = [126, 127];

function fewestBytes(length: bigint): 0 | 2 | 8 {
  if (length < BigInt(LENGTH_16)) return 0;
  return length <= 0xffffn ? 2 : 8;
}

function lengthField(length: bigint, bytes: 0 | 2 | 8, maskBit: number): Buffer {
  const field = Buffer.alloc(1 + bytes);
  field[0] = maskBit | (bytes === 0 ? Number(length) : bytes === 2 ? LENGTH_16 : LENGTH_64);
  if (bytes === 2) field.writeUInt16BE(Number(length), 1);
  if (bytes === 8) field.writeBigUInt64BE(length, 1);
  return field;
}

/** A server's frames are not masked. */
function serverHead(bytes: Buffer, at: number): { readonly start: number; readonly end: number } | null {
  if (bytes.length < at + 2) return null;
  const short = (bytes[at + 1] ?? 0) & 0x7f;
  const start = at + 2 + (short === LENGTH_16 ? 2 : short === LENGTH_64 ? 8 : 0);
  if (bytes.length < start) return null;
  if (short < LENGTH_16) return { start, end: start + short };
  const length = short === LENGTH_16 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2));
  return { start, end: start + length };
}
