/** RFC 6455 as a reader of bytes: what an echo server has to answer to what a client sent. Written apart from any server. */
import { LIMITS } from '../../channels/server/limits.ts';
import { OPCODES } from '../../channels/testing/raw-frame.ts';
import { echoOf } from './echo.ts';

export interface ExpectedAnswers {
  /** In order: `1:` and a text, `10:` and the payload of a pong, both in hexadecimal. */
  readonly answers: readonly string[];
  /** What the server's close frame may say; empty: it has no reason to close. 1005 is one without a code. */
  readonly closes: readonly number[];
  /** Bytes follow the close: the answers may be cut short by the reset that this leads to. */
  readonly isAbrupt: boolean;
  /** The last header is cut off: a server may see what is wrong with it, or wait for the rest. */
  readonly isOpen: boolean;
}

interface Header {
  readonly fin: boolean;
  readonly reserved: number;
  readonly opcode: number;
  readonly isMasked: boolean;
  readonly length: number;
  /** In one byte: a control frame has no other. */
  readonly isShort: boolean;
  /** Where the payload begins. */
  readonly start: number;
  readonly isWhole: boolean;
}

export function judgeFrames(bytes: Buffer): ExpectedAnswers {
  return new FrameJudge(bytes).expected();
}

class FrameJudge {
  readonly #bytes: Buffer;
  readonly #answers: string[] = [];
  #message: { readonly opcode: number; readonly parts: Buffer[]; length: number } | null = null;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  expected(): ExpectedAnswers {
    for (let at = 0; ; ) {
      const header = headerAt(this.#bytes, at);
      if (header === null) return this.#end([], at);
      const errors = this.#errorsOf(header);
      if (!header.isWhole) return { ...this.#end(errors, this.#bytes.length), isOpen: true };
      if (errors.length > 0) return this.#end(errors, header.start);
      const end = header.start + header.length;
      if (end > this.#bytes.length) return this.#end([], this.#bytes.length);
      const closes = this.#onFrame(header, this.#unmasked(header.start, end));
      if (closes.length > 0) return this.#end(closes, end);
      at = end;
    }
  }

  #end(closes: readonly number[], at: number): ExpectedAnswers {
    return { answers: this.#answers, closes, isAbrupt: at < this.#bytes.length, isOpen: false };
  }

  #errorsOf({ fin, reserved, opcode, isMasked, length, isShort }: Header): number[] {
    const isControl = opcode >= 8;
    const errors = new Set<number>();
    if (reserved !== 0 || !isMasked || !KNOWN.has(opcode)) errors.add(1002);
    if (isControl && (!isShort || !fin)) errors.add(1002);
    if (!isControl && (opcode === OPCODES.more) === (this.#message === null)) errors.add(1002);
    if (!isControl && (this.#message?.length ?? 0) + length > LIMITS.frameBytes) errors.add(1009);
    return [...errors];
  }

  #unmasked(start: number, end: number): Buffer {
    const mask = this.#bytes.subarray(start - 4, start);
    const hidden = this.#bytes.subarray(start, end);
    return Buffer.from(hidden.map((byte, at) => byte ^ (mask[at & 3] ?? 0)));
  }

  /** Codes with which it has to end. */
  #onFrame({ opcode, fin }: Header, payload: Buffer): number[] {
    if (opcode === OPCODES.close) return closesFor(payload);
    if (opcode === OPCODES.ping) this.#answers.push(`${OPCODES.pong}:${payload.toString('hex')}`);
    if (opcode >= 8) return [];
    this.#message ??= { opcode, parts: [], length: 0 };
    this.#message.parts.push(payload);
    this.#message.length += payload.length;
    return fin ? this.#onMessage(this.#message) : [];
  }

  #onMessage({ opcode, parts }: { readonly opcode: number; readonly parts: readonly Buffer[] }): number[] {
    this.#message = null;
    const whole = Buffer.concat(parts);
    const text = opcode === OPCODES.text ? utf8(whole) : null;
    if (opcode === OPCODES.text && text === null) return [1007];
    this.#answers.push(`${OPCODES.text}:${Buffer.from(echoOf(text ?? whole)).toString('hex')}`);
    return [];
  }
}

const KNOWN = new Set<number>(Object.values(OPCODES));

function headerAt(bytes: Buffer, at: number): Header | null {
  const [first, second] = [bytes[at], bytes[at + 1]];
  if (first === undefined || second === undefined) return null;
  const short = second & 0x7f;
  const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
  const isMasked = second >= 0x80;
  const start = at + 2 + lengthBytes + (isMasked ? 4 : 0);
  const isCounted = bytes.length >= at + 2 + lengthBytes;
  const length = lengthBytes === 0 || !isCounted ? short : longLength(bytes, at + 2, lengthBytes);
  const head = { fin: first >= 0x80, reserved: (first >> 4) & 7, opcode: first & 0x0f, isMasked };
  return { ...head, length, isShort: lengthBytes === 0, start, isWhole: bytes.length >= start };
}

function longLength(bytes: Buffer, at: number, count: number): number {
  return count === 2 ? bytes.readUInt16BE(at) : Number(bytes.readBigUInt64BE(at));
}

function closesFor(payload: Buffer): number[] {
  if (payload.length === 0) return [1005];
  if (payload.length === 1) return [1002];
  const code = payload.readUInt16BE(0);
  const errors = [...(isValidCode(code) ? [] : [1002]), ...(utf8(payload.subarray(2)) === null ? [1007] : [])];
  return errors.length > 0 ? errors : [code];
}

/** Codes that may stand in a close frame: those of the RFC and its registry, of libraries, of applications. */
function isValidCode(code: number): boolean {
  if (code >= 3000) return code <= 4999;
  return code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code);
}

function utf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
