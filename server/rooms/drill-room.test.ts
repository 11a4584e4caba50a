import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '../../channels/log.ts';
import type { Store } from '../../store/store.ts';
import { eventually } from '../../tests/support/eventually.ts';
import { SESSION_ENDED } from '../layer-events.ts';
import { openServices, type Services } from '../services.ts';
import { hashOfToken } from '../sessions/session-token.ts';
import { DEFAULTS } from '../settings.ts';
import { type DrillRoom, DrillRooms } from './drill-room.ts';

const SOON_MS = 20;

let data: string;
let services: Services;
let rooms: DrillRooms;
/** So many times what there is will not go away. */
let failures: number;

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'salon-drill-'));
  failures = 0;
  await start(60_000);
});

afterEach(async () => {
  await stop();
  await rm(data, { recursive: true });
});

async function start(claimWithinMs: number): Promise<void> {
  services = await openServices({ ...DEFAULTS, data }, createLog(0));
  const failed = (error: unknown): never => {
    throw error;
  };
  const { drillRoom } = services.store;
  const store: Pick<Store, 'drillRoom'> = {
    drillRoom: {
      create: (room) => drillRoom.create(room),
      find: () => drillRoom.find(),
      endSessions: () => drillRoom.endSessions(),
      cleanUp: async () => {
        if (failures === 0) return drillRoom.cleanUp();
        failures -= 1;
        throw new Error('the disk is full');
      },
    },
  };
  rooms = await new DrillRooms(store, services.layer, failed, claimWithinMs).open();
}

async function stop(): Promise<void> {
  await rooms.stop();
  await services.close();
}

async function restart(claimWithinMs: number): Promise<void> {
  await stop();
  await start(claimWithinMs);
}

async function make(count = 1, holder = Symbol()): Promise<DrillRoom> {
  const made = await rooms.create(count, holder);
  if (made === 'taken') throw new Error('another drill holds a room');
  return made;
}

const said = (doing: Promise<unknown>): Promise<string> => doing.then(() => '', String);
const left = () => services.store.drillRoom.find();

test('its creator gets bots with sessions; when the holder releases it, all of it is deleted', async () => {
  const holder = Symbol();
  const { slug, people } = await make(3, holder);
  expect(await left()).toBe(slug);
  const [first] = people;
  expect(people).toHaveLength(3);
  const session = hashOfToken(first?.token ?? '');
  expect((await services.store.sessions.find(session))?.user.name).toBe(first?.name);
  await rooms.release(holder);
  expect(await left()).toBeNull();
  expect(await services.store.sessions.find(session)).toBeNull();
});

test('after the release the sockets close: the sessions end before anything is deleted', async () => {
  const holder = Symbol();
  const { people } = await make(1, holder);
  const received: string[] = [];
  const channel = services.layer.newChannel((event) => received.push(event.type));
  await services.layer.groupAdd(`session_${hashOfToken(people[0]?.token ?? '')}`, channel);
  await rooms.release(holder);
  await eventually(() => received, [SESSION_ENDED.type]);
});

test('there is one drill at a time', async () => {
  const holder = Symbol();
  const { slug } = await make(1, holder);
  expect(await rooms.create(1, Symbol())).toBe('taken');
  expect(await left()).toBe(slug);
  await rooms.release(holder);
  await make();
});

test('after a restart its holder can claim it by its slug, and it is deleted when that one releases it', async () => {
  const { slug } = await make();
  await restart(60_000);
  const holder = Symbol();
  expect(rooms.claim('drill-of-somebody-else', holder)).toBe(false);
  expect(rooms.claim(slug, holder)).toBe(true);
  await rooms.release(Symbol());
  expect(await left()).toBe(slug);
  await rooms.release(holder);
  expect([await left(), rooms.claim(slug, holder)]).toEqual([null, false]);
});

test('a room that is not claimed after a restart is deleted', async () => {
  await make();
  await restart(SOON_MS);
  await eventually(left, null);
});

test('what is claimed in time is left alone', async () => {
  const { slug } = await make();
  await restart(SOON_MS);
  expect(rooms.claim(slug, Symbol())).toBe(true);
  await Bun.sleep(3 * SOON_MS);
  expect(await left()).toBe(slug);
});

test('a drill after a restart does not wait for what the one before it left', async () => {
  const before = await make();
  await restart(60_000);
  const { slug } = await make();
  expect(slug).not.toBe(before.slug);
  expect(await left()).toBe(slug);
});

test('what could not be taken away is tried again, by itself', async () => {
  await restart(SOON_MS);
  const holder = Symbol();
  await make(1, holder);
  failures = 1;
  expect(await said(rooms.release(holder))).toContain('full');
  await eventually(left, null);
});

test('a room that could not be deleted blocks no other drill, and cannot be claimed', async () => {
  const holder = Symbol();
  const before = await make(1, holder);
  failures = 2;
  expect(await said(rooms.release(holder))).toContain('full');
  expect(await said(make())).toContain('full');
  expect(rooms.claim(before.slug, Symbol())).toBe(false);
  const { slug } = await make();
  expect(await left()).toBe(slug);
});

test('a server that stops deletes nothing: the drill goes on after the restart', async () => {
  const holder = Symbol();
  const { slug } = await make(1, holder);
  await rooms.stop();
  await rooms.release(holder);
  expect(await left()).toBe(slug);
});
