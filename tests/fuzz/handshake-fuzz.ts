/** One attempt at a handshake: the answer must be one of those allowed for it. */
import { RawClient } from '../../channels/testing/raw-client.ts';
import type { Random } from '../support/random.ts';
import { withDeadline } from './deadline.ts';
import { splitAtRandom } from './frames.ts';
import { randomAttempt } from './handshakes.ts';

/** Throws when the server answered what it must not. */
export async function fuzzHandshakeOnce(port: number, random: Random): Promise<void> {
  const { kind, bytes, answers } = randomAttempt(random);
  const peer = await RawClient.dial(port);
  for (const piece of splitAtRandom(random, bytes)) await peer.writeFlushed(piece);
  const status = await withDeadline(
    answers.includes(0) ? statusAfterEnd(peer) : firstStatus(peer),
    `answer to ${kind}`,
  );
  peer.reset();
  if (answers.includes(status)) return;
  throw new Error(
    `${kind} was answered with ${status}, not ${answers.join('|')}:\n${bytes.toString('latin1').slice(0, 2_000)}`,
  );
}

/** What may be half a request is ended, so that the server does not wait for its other half. */
async function statusAfterEnd(peer: RawClient): Promise<number> {
  peer.end('');
  return statusIn((await peer.rest()).toString('latin1'));
}

async function firstStatus(peer: RawClient): Promise<number> {
  const head = await peer.until('\r\n').catch(() => Buffer.alloc(0));
  return statusIn(head.toString('latin1'));
}

function statusIn(text: string): number {
  return Number(/^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1] ?? 0);
}
