/** Frames that cost a careless server far more than their bytes. */
import { handshake, maskedFrame, OPCODES, RawClient } from '../../../channels/testing/raw-client.ts';
import type { RefusalCode } from '../../../protocol/refusals.ts';
import type { Person } from '../../support/person.ts';
import type { Server } from '../../support/server.ts';

export interface Bomb {
  readonly name: string;
  readonly bytes: () => Buffer;
  /** The close code, or the code of the refusal. */
  readonly end: number | RefusalCode;
}

const FRAGMENTS = 100_000;
const CONTINUATION = 0;
const FIN = 0x80;
const RSV1 = 0x40;

export const BOMBS: readonly Bomb[] = [
  { name: 'a frame that announces 1 GiB', bytes: announced, end: 1009 },
  { name: 'a hundred thousand fragments of one byte', bytes: fragments, end: 1009 },
  { name: 'a compressed frame, though nobody agreed on it', bytes: compressed, end: 1002 },
  { name: 'text that is not UTF-8', bytes: () => maskedFrame(OPCODES.text, new Uint8Array([0xff, 0xfe])), end: 1007 },
  { name: '30,000 nested arrays', bytes: () => nested(30_000), end: 'bad_shape' },
  { name: 'arrays that never end', bytes: () => maskedFrame(OPCODES.text, '['.repeat(60_000)), end: 'bad_json' },
  { name: 'an object of 5,000 keys', bytes: manyKeys, end: 'bad_shape' },
];

/** Sends it over a new socket of this person; returns the close code or the code of the refusal. */
export async function sendBomb(server: Server, person: Person, { bytes, end }: Bomb): Promise<number | string> {
  const headers = { Host: new URL(server.url).host, Cookie: person.cookie, Origin: server.url };
  const { peer, status } = await RawClient.request(server.port, handshake('/ws/chat/random/', headers));
  if (status !== 101) throw new Error(`not let in: ${status}`);
  await peer.until('"type":"live"');
  peer.write(bytes());
  if (typeof end === 'number') return closeCode(await peer.rest());
  await peer.until('"type":"error"');
  const refusal = (await peer.until('"message"')).toString();
  peer.destroy();
  return /"code":"(\w+)"/.exec(refusal)?.[1] ?? refusal;
}

function announced(): Buffer {
  const head = Buffer.alloc(14);
  head[0] = FIN | OPCODES.text;
  head[1] = 0xff;
  head.writeBigUInt64BE(1n << 30n, 2);
  return head;
}

function fragments(): Buffer {
  const one = (opcode: number): Buffer => {
    const frame = maskedFrame(opcode, 'x');
    frame[0] = opcode;
    return frame;
  };
  return Buffer.concat([one(OPCODES.text), ...Array<Buffer>(FRAGMENTS).fill(one(CONTINUATION))]);
}

function compressed(): Buffer {
  const frame = maskedFrame(OPCODES.text, Bun.deflateSync(Buffer.alloc(1024 * 1024)));
  frame[0] = FIN | RSV1 | OPCODES.text;
  return frame;
}

function nested(depth: number): Buffer {
  return maskedFrame(OPCODES.text, '['.repeat(depth) + ']'.repeat(depth));
}

function manyKeys(): Buffer {
  const keys = Array.from({ length: 5_000 }, (_, at) => [`k${at}`, at]);
  return maskedFrame(OPCODES.text, JSON.stringify(Object.fromEntries(keys)));
}

/** A close frame is the last thing that is sent. */
function closeCode(bytes: Buffer): number {
  for (let at = bytes.length - 4; at >= 0; at--) {
    if (bytes[at] === (FIN | OPCODES.close) && bytes[at + 1] === bytes.length - at - 2)
      return bytes.readUInt16BE(at + 2);
  }
  return 0;
}
