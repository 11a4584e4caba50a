/** One conversation on a socket, and whether its answers are what the judge says they have to be. */

import { handshake, RawClient } from '../../channels/testing/raw-client.ts';
import { closeCode, framesIn, OPCODES } from '../../channels/testing/raw-frame.ts';
import type { Random } from '../support/random.ts';
import { inTime } from './deadline.ts';
import { judge, type Verdict } from './frame-judge.ts';
import { type Conversation, conversation, inPieces } from './frames.ts';

/** Answers how many frames were sent. Throws when the server did what it must not. */
export async function talkOnce(port: number, random: Random): Promise<number> {
  const said = conversation(random);
  const isEcho = random.chance(0.7);
  const { peer, status } = await RawClient.request(port, handshake(isEcho ? '/echo/' : '/group/'));
  if (status !== 101) throw new Error(`a good handshake was answered with ${status}`);
  for (const piece of inPieces(random, said.bytes)) await peer.writeFlushed(piece);
  const verdict = judge(said.bytes);
  const heard = await inTime(isEcho ? hearAnswers(peer, said, verdict) : hearEnd(peer, said, verdict), 'an ending');
  if (isEcho) compare(heard, said, verdict);
  return said.frames;
}

async function hearAnswers(peer: RawClient, said: Conversation, verdict: Verdict): Promise<Buffer> {
  if (verdict.closes.length === 0 || verdict.isOpen) {
    await peer.waitForBytes(answerBytes(verdict));
    leave(peer, said);
  }
  return peer.rest();
}

/** In a group others speak, too: only that it ends can be told. */
async function hearEnd(peer: RawClient, said: Conversation, verdict: Verdict): Promise<Buffer> {
  if (verdict.closes.length === 0 || verdict.isOpen) leave(peer, said);
  return peer.rest();
}

function leave(peer: RawClient, said: Conversation): void {
  if (said.leaves === 'by a reset') peer.reset();
  else peer.end('');
}

function compare(heard: Buffer, said: Conversation, { answers, closes, isAbrupt, isOpen }: Verdict): void {
  const frames = framesIn(heard);
  const codes = frames.map(closeCode).filter((code) => code !== null);
  const told = frames
    .filter(({ opcode }) => opcode !== OPCODES.close)
    .map(({ opcode, payload }) => `${opcode}:${payload.toString('hex')}`);
  const isRight =
    isBeginning(told, answers) &&
    codes.every((code) => closes.includes(code)) &&
    codes.length <= 1 &&
    (isAbrupt || told.length === answers.length) &&
    (isAbrupt || isOpen || codes.length === Math.min(1, closes.length));
  if (isRight) return;
  const from = answers.findIndex((answer, at) => answer !== told[at]);
  const shown = (list: readonly string[]): string =>
    `${list.length} answers, ${list.slice(from).join(' ').slice(0, SHOWN)}`;
  throw new Error(
    `heard ${shown(told)}, closes ${codes}\nnot ${shown(answers)}, closes ${closes} (${JSON.stringify({ isAbrupt, isOpen })})` +
      `\nafter ${said.bytes.toString('hex').slice(0, SHOWN)}`,
  );
}

const SHOWN = 600;

function isBeginning(of: readonly string[], whole: readonly string[]): boolean {
  return of.length <= whole.length && of.every((each, at) => each === whole[at]);
}

/** On the wire, with the shortest headers. */
function answerBytes({ answers }: Verdict): number {
  return answers.reduce((sum, answer) => {
    const payload = (answer.length - answer.indexOf(':') - 1) / 2;
    return sum + payload + (payload < 126 ? 2 : payload < 65_536 ? 4 : 10);
  }, 0);
}
