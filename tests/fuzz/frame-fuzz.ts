/** Sends one sequence of frames on a socket, and compares the answers with those that the judge expects. */

import { handshake, RawClient } from '../../channels/testing/raw-client.ts';
import { closeCode, framesIn, OPCODES } from '../../channels/testing/raw-frame.ts';
import type { Random } from '../support/random.ts';
import { withDeadline } from './deadline.ts';
import { type ExpectedAnswers, judgeFrames } from './frame-judge.ts';
import { type FrameSequence, randomSequence, splitAtRandom } from './frames.ts';

/** Returns how many frames were sent. Throws when the server did what it must not. */
export async function fuzzFramesOnce(port: number, random: Random): Promise<number> {
  const sequence = randomSequence(random);
  const isEcho = random.chance(0.7);
  const { peer, status } = await RawClient.request(port, handshake(isEcho ? '/echo/' : '/group/'));
  if (status !== 101) throw new Error(`a good handshake was answered with ${status}`);
  for (const piece of splitAtRandom(random, sequence.bytes)) await peer.writeFlushed(piece);
  const expected = judgeFrames(sequence.bytes);
  const received = await withDeadline(
    isEcho ? readAnswers(peer, sequence, expected) : readToEnd(peer, sequence, expected),
    'an ending',
  );
  if (isEcho) compare(received, sequence, expected);
  return sequence.frames;
}

async function readAnswers(peer: RawClient, sequence: FrameSequence, expected: ExpectedAnswers): Promise<Buffer> {
  if (expected.closes.length === 0 || expected.isOpen) {
    await peer.waitForBytes(answerBytes(expected));
    disconnect(peer, sequence);
  }
  return peer.rest();
}

/** In a group others speak, too: only that it ends can be answered. */
async function readToEnd(peer: RawClient, sequence: FrameSequence, expected: ExpectedAnswers): Promise<Buffer> {
  if (expected.closes.length === 0 || expected.isOpen) disconnect(peer, sequence);
  return peer.rest();
}

function disconnect(peer: RawClient, sequence: FrameSequence): void {
  if (sequence.ending === 'by a reset') peer.reset();
  else peer.end('');
}

function compare(
  received: Buffer,
  sequence: FrameSequence,
  { answers, closes, isAbrupt, isOpen }: ExpectedAnswers,
): void {
  const frames = framesIn(received);
  const codes = frames.map(closeCode).filter((code) => code !== null);
  const answered = frames
    .filter(({ opcode }) => opcode !== OPCODES.close)
    .map(({ opcode, payload }) => `${opcode}:${payload.toString('hex')}`);
  const isRight =
    isPrefix(answered, answers) &&
    codes.every((code) => closes.includes(code)) &&
    codes.length <= 1 &&
    (isAbrupt || answered.length === answers.length) &&
    (isAbrupt || isOpen || codes.length === Math.min(1, closes.length));
  if (isRight) return;
  const from = answers.findIndex((answer, at) => answer !== answered[at]);
  const shown = (list: readonly string[]): string =>
    `${list.length} answers, ${list.slice(from).join(' ').slice(0, SHOWN)}`;
  throw new Error(
    `received ${shown(answered)}, closes ${codes}\nnot ${shown(answers)}, closes ${closes} (${JSON.stringify({ isAbrupt, isOpen })})` +
      `\nafter ${sequence.bytes.toString('hex').slice(0, SHOWN)}`,
  );
}

const SHOWN = 600;

function isPrefix(of: readonly string[], whole: readonly string[]): boolean {
  return of.length <= whole.length && of.every((each, at) => each === whole[at]);
}

/** On the wire, with the shortest headers. */
function answerBytes({ answers }: ExpectedAnswers): number {
  return answers.reduce((sum, answer) => {
    const payload = (answer.length - answer.indexOf(':') - 1) / 2;
    return sum + payload + (payload < 126 ? 2 : payload < 65_536 ? 4 : 10);
  }, 0);
}
