/** One attempt at a handshake, and whether the answer is one that may be given to it. */
import { RawClient } from '../../channels/testing/raw-client.ts';
import type { Random } from '../support/random.ts';
import { inTime } from './deadline.ts';
import { inPieces } from './frames.ts';
import { attempt } from './handshakes.ts';

/** Throws when the server answered what it must not. */
export async function knockOnce(port: number, random: Random): Promise<void> {
  const { kind, bytes, answers } = attempt(random);
  const peer = await RawClient.dial(port);
  for (const piece of inPieces(random, bytes)) await peer.writeFlushed(piece);
  const status = await inTime(answers.includes(0) ? lastWords(peer) : firstWords(peer), `answer to ${kind}`);
  peer.reset();
  if (answers.includes(status)) return;
  throw new Error(
    `${kind} was answered with ${status}, not ${answers.join('|')}:\n${bytes.toString('latin1').slice(0, 2_000)}`,
  );
}

/** What may be half a request is ended, so that nobody waits for its other half. */
async function lastWords(peer: RawClient): Promise<number> {
  peer.end('');
  return statusIn((await peer.rest()).toString('latin1'));
}

async function firstWords(peer: RawClient): Promise<number> {
  const head = await peer.until('\r\n').catch(() => Buffer.alloc(0));
  return statusIn(head.toString('latin1'));
}

function statusIn(text: string): number {
  return Number(/^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1] ?? 0);
}
