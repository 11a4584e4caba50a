import { describe, expect, test } from 'bun:test';
import { closePayload, OPCODES, type RawFrame, rawFrame } from '../../channels/testing/raw-frame.ts';
import { Random } from '../support/random.ts';
import { seedOfThisRun } from '../support/seeded-random.ts';
import { judgeFrames } from './frame-judge.ts';
import { randomSequence } from './frames.ts';
import { type FuzzOptions, fuzz, type Report } from './fuzz.ts';
import { summary, violations } from './report.ts';

const LOAD: FuzzOptions = { seed: seedOfThisRun(), frames: 18_000, handshakes: 2_000 };

test('20,000 frames and handshakes, whole, half whole and random, cost nobody anything', async () => {
  const report = await fuzz(LOAD);
  expect({ seed: LOAD.seed, broken: violations(report) }).toEqual({ seed: LOAD.seed, broken: [] });
  expect(report.frames).toBeGreaterThanOrEqual(LOAD.frames);
  expect(report.served).toBeGreaterThan(0);
});

const FIGURES = { opened: 5, ended: 5, sockets: 0, undecided: 0, files: 8, websockets: 1 };
const MEMORY = { heapBytes: 1e6, residentBytes: 5e7 };
const GOOD: Report = {
  ...{ frames: 1, handshakes: 1, served: 1, slowestMs: 1, seconds: 1, errorOutput: '', isAlive: true },
  ...{ start: { ...FIGURES, ...MEMORY }, base: { ...FIGURES, ...MEMORY }, after: { ...FIGURES, ...MEMORY } },
};

test.each<[string, Partial<Report>, string]>([
  ['a server that ended', { isAlive: false }, 'ended'],
  ['a word on stderr', { errorOutput: 'error: no' }, 'error: no'],
  ['a client with good manners that was not served', { served: 0 }, 'waited'],
  ['a client with good manners that waited', { slowestMs: 10_001 }, 'waited'],
  ['an ending too few', { after: { ...GOOD.after, ended: 4 } }, '4 ended'],
  ['a socket that stayed', { after: { ...GOOD.after, sockets: 1 } }, 'sockets are left'],
  ['a handshake that stayed', { after: { ...GOOD.after, undecided: 1 } }, 'sockets are left'],
  ['a socket object that stayed', { after: { ...GOOD.after, websockets: 4 } }, 'objects'],
  ['a descriptor that stayed open', { after: { ...GOOD.after, files: 9 } }, 'descriptors'],
  ['memory that grew', { after: { ...GOOD.after, residentBytes: 5.6e7 } }, 'resident'],
  ['a heap that grew', { after: { ...GOOD.after, heapBytes: 1.2e6 } }, 'heap'],
])('a run fails for: %s', (_, change, said) => {
  expect(violations(GOOD)).toEqual([]);
  expect(violations({ ...GOOD, ...change }).join()).toContain(said);
  expect(summary({ ...GOOD, ...change })).toContain('1 frames');
});

test('the same seed is the same sequence', () => {
  const [once, again, other] = [7, 7, 8].map((seed) => randomSequence(new Random(seed)).bytes.toString('hex'));
  expect(once).toBe(again ?? '');
  expect(once).not.toBe(other ?? '');
});

describe('the judge', () => {
  const hello = { opcode: OPCODES.text, payload: 'hello' };
  const said = '1:68656c6c6f';
  test.each<[string, RawFrame[], string[], number[]]>([
    ['hears an echo', [hello], [said], []],
    ['hears a pong', [{ opcode: OPCODES.ping, payload: 'p' }], ['10:70'], []],
    ['closes as it was asked', [hello, { opcode: OPCODES.close, payload: closePayload(4321) }], [said], [4321]],
    ['knows a close without a code', [{ opcode: OPCODES.close }], [], [1005]],
    ['wants the length of a ping in one byte', [{ opcode: OPCODES.ping, lengthBytes: 8 }], [], [1002]],
    ['wants a mask', [{ ...hello, payload: '', masked: false }], [], [1002]],
    ['wants UTF-8', [{ ...hello, payload: Buffer.from([0xff]) }], [], [1007]],
    ['keeps to the limit', [{ opcode: OPCODES.text, declared: 65_537n }], [], [1009]],
    ['names both, where both are broken', [{ opcode: 3, declared: 65_537n }], [], [1002, 1009]],
  ])('%s', (_, frames, answers, closes) => {
    const verdict = judgeFrames(Buffer.concat(frames.map(rawFrame)));
    expect(verdict).toMatchObject({ answers, closes, isAbrupt: false, isOpen: false });
  });

  test('leaves open what a header that is cut off leads to, and says when bytes follow the end', () => {
    expect(judgeFrames(rawFrame(hello).subarray(0, 3))).toMatchObject({ closes: [], isOpen: true });
    expect(judgeFrames(Buffer.concat([rawFrame({ opcode: 3 }), rawFrame(hello)]))).toMatchObject({ isAbrupt: true });
  });
});
