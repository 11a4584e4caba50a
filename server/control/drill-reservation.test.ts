import { afterEach, beforeEach, expect, test } from 'bun:test';
import { createLog } from '../../channels/log.ts';
import type { ListenAddress } from '../listen-address.ts';
import type { DrillRoom, Holder } from '../rooms/drill-room.ts';
import { DrillReservation } from './drill-reservation.ts';

const ADDRESS: ListenAddress = { url: 'http://127.0.0.1:8000', unixSocket: null, origin: null };
const ROOM: DrillRoom = { slug: 'drill-1', people: [] };

let holders: Set<Holder>;
let created: DrillRoom | 'taken';
let connection: AbortController;

beforeEach(() => {
  holders = new Set();
  created = ROOM;
  connection = new AbortController();
});

afterEach(() => connection.abort());

const rooms = {
  create: async (_: number, holder: Holder) => {
    if (created !== 'taken') holders.add(holder);
    return created;
  },
  claim: () => false,
  release: async (holder: Holder) => void holders.delete(holder),
  stop: async () => {},
};

const reservationAt = (listenAddress: () => Promise<ListenAddress>): DrillReservation =>
  new DrillReservation(rooms, listenAddress, createLog(0));
const request = (fields: object): Request =>
  new Request('http://salon/drill', { method: 'POST', body: JSON.stringify(fields), signal: connection.signal });
const problem = (answer: Promise<Response>): Promise<string> => answer.then(() => '', String);

test('a room is reserved until the connection that requested it ends', async () => {
  const { ok } = await reservationAt(async () => ADDRESS).answer(request({ people: 2 }));
  expect([ok, holders.size]).toEqual([true, 1]);
  connection.abort();
  expect(holders.size).toBe(0);
});

test('a server that cannot determine its address creates no room', async () => {
  const reservation = reservationAt(() => Promise.reject(new Error('no such name')));
  expect(await problem(reservation.answer(request({ people: 2 })))).toContain('no such name');
  expect(holders.size).toBe(0);
});

test('a second drill is refused while one is under way, and so is a claim that comes too late', async () => {
  const reservation = reservationAt(async () => ADDRESS);
  created = 'taken';
  expect(await problem(reservation.answer(request({ people: 2 })))).toContain('A drill is under way');
  expect(await problem(reservation.answer(request({ slug: 'drill-1' })))).toContain('no longer exists');
});
