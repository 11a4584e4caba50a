import { afterEach, beforeEach, expect, test } from 'bun:test';
import { createLog } from '../../channels/log.ts';
import type { ListenAddress } from '../listen-address.ts';
import type { DrillRoom, Holder } from '../rooms/drill-room.ts';
import { DrillReservation } from './drill-reservation.ts';

const VENUE: ListenAddress = { url: 'http://127.0.0.1:8000', unixSocket: null, origin: null };
const ROOM: DrillRoom = { slug: 'drill-1', people: [] };

let held: Set<Holder>;
let making: DrillRoom | 'taken';
let leaving: AbortController;

beforeEach(() => {
  held = new Set();
  making = ROOM;
  leaving = new AbortController();
});

afterEach(() => leaving.abort());

const rooms = {
  create: async (_: number, hold: Holder) => {
    if (making !== 'taken') held.add(hold);
    return making;
  },
  claim: () => false,
  release: async (hold: Holder) => void held.delete(hold),
  stop: async () => {},
};

const doorAt = (venue: () => Promise<ListenAddress>): DrillReservation =>
  new DrillReservation(rooms, venue, createLog(0));
const wish = (words: object): Request =>
  new Request('http://salon/scratch', { method: 'POST', body: JSON.stringify(words), signal: leaving.signal });
const problem = (answer: Promise<Response>): Promise<string> => answer.then(() => '', String);

test('whoever asks for a room holds it until their connection ends', async () => {
  const { ok } = await doorAt(async () => VENUE).answer(wish({ people: 2 }));
  expect([ok, held.size]).toEqual([true, 1]);
  leaving.abort();
  expect(held.size).toBe(0);
});

test('a server that cannot tell where it listens makes no room that nobody would hold', async () => {
  const door = doorAt(() => Promise.reject(new Error('no such name')));
  expect(await problem(door.answer(wish({ people: 2 })))).toContain('no such name');
  expect(held.size).toBe(0);
});

test('the second is told that a drill is under way, whoever claims too late that the room is gone', async () => {
  const door = doorAt(async () => VENUE);
  making = 'taken';
  expect(await problem(door.answer(wish({ people: 2 })))).toContain('A drill is under way');
  expect(await problem(door.answer(wish({ slug: 'drill-1' })))).toContain('is not there any more');
});
