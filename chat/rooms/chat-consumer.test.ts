import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChannelLayer, ChannelName } from '../../channels/layer.ts';
import { createMemoryLayer } from '../../channels/layer-memory.ts';
import { createLog } from '../../channels/log.ts';
import { socketRouter } from '../../channels/routing.ts';
import { connect, type Talk } from '../../channels/test-kit.ts';
import { type Household, openHousehold } from '../household.ts';
import type { Visitor } from '../http/route.ts';
import { DEFAULTS } from '../settings.ts';
import { type OpenRooms, openRooms } from './open-rooms.ts';
import { chatSocket } from './socket-routes.ts';

/** Remembers who is in which group. */
function watched(inner: ChannelLayer, groups: Map<string, Set<ChannelName>>): ChannelLayer {
  const of = (group: string): Set<ChannelName> => groups.getOrInsertComputed(group, () => new Set());
  return {
    newChannel: (receive, prefix) => inner.newChannel(receive, prefix),
    close: (channel) => {
      for (const members of groups.values()) members.delete(channel);
      inner.close(channel);
    },
    send: (channel, event) => inner.send(channel, event),
    groupAdd: (group, channel) => {
      of(group).add(channel);
      return inner.groupAdd(group, channel);
    },
    groupDiscard: (group, channel) => {
      of(group).delete(channel);
      return inner.groupDiscard(group, channel);
    },
    groupSend: (group, event) => inner.groupSend(group, event),
    gate: (group, receive) => inner.gate(group, receive),
    on: () => {},
    stop: () => inner.stop(),
  };
}

let data: string;
let household: Household;
let rooms: OpenRooms;
let visitor: Visitor;
const groups = new Map<string, Set<ChannelName>>();

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'salon-consumer-'));
  const opened = await openHousehold({ ...DEFAULTS, data }, createLog(0));
  household = { ...opened, layer: watched(createMemoryLayer(), groups) };
  rooms = await openRooms(household, DEFAULTS, { version: 'test', returnMs: 0, log: createLog(0) });
  const user = await household.store.users.create({ name: 'ann', nameKey: 'ann', passwordHash: '-', role: 'member' });
  if (user === 'taken') throw new Error('ann is taken');
  await household.store.sessions.create({ tokenHash: 'a'.repeat(64), userId: user.id, expiresAt: Date.now() + 60_000 });
  const found = await household.store.sessions.find('a'.repeat(64));
  if (found === null) throw new Error('no session');
  visitor = found;
});

afterAll(async () => {
  await rooms.close();
  await household.close();
  await rm(data, { recursive: true });
});

function enterGeneral(who: Visitor): Promise<Talk> {
  const application = socketRouter([['/ws/chat/:room/', chatSocket(rooms, async () => who)]]);
  return connect(application, '/ws/chat/general/', { layer: household.layer });
}

function members(): Record<string, number> {
  return Object.fromEntries([...groups].filter(([, set]) => set.size > 0).map(([group, set]) => [group, set.size]));
}

test('S23, S25: connect joins the one group of its room, however the connection ends it is left', async () => {
  const general = await household.store.rooms.bySlug('general');
  for (const ending of ['close', 'drop'] as const) {
    const talk = await enterGeneral(visitor);
    await talk.receiveLike({ type: 'live' });
    expect(members()).toEqual({
      [`session_${'a'.repeat(64)}`]: 1,
      [`chat_${general?.id}`]: 1,
      lobby: 1,
      [`user_${visitor.user.id}`]: 1,
    });
    if (ending === 'close') await talk.close();
    else talk.drop();
    await talk.ended;
    expect(members()).toEqual({});
  }
});

test('a session that ends while its socket comes in is not let in', async () => {
  const ended: Visitor = { ...visitor, session: { ...visitor.session, tokenHash: 'b'.repeat(64) } };
  const talk = await enterGeneral(ended);
  expect(await talk.ended).toMatchObject({ code: 4401 });
  expect(members()).toEqual({});
});
