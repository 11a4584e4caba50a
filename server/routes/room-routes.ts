import { byCodePoint } from '../../channels/presence/presence.ts';
import { parseMessageText, type RoomState, usableNonce } from '../../protocol/frames.ts';
import { HISTORY_PAGE, HISTORY_PAGE_MAX, PEOPLE_LISTED, UNREAD_COUNTED } from '../../protocol/limits.ts';
import { Refusal } from '../../protocol/refusals.ts';
import type { Message, Messages, Room, User } from '../../store/store.ts';
import type { ChatServices } from '../chat-services.ts';
import { currentUserOf, HttpError, json, type RequestContext, type Route } from '../http/route.ts';
import { roomGroup } from '../layer-events.ts';
import { chatMessage } from '../messages/message-frame.ts';
import { mayEnter, mayLookAround } from '../rooms/access-policy.ts';
import { parseRoomName, parseTopic, RoomNameError } from '../rooms/room-directory.ts';

const ROOMS_PAGE = 200;
/** So many rooms may be asked for by name at once. */
const ROOMS_ASKED = 100;

export function roomRoutes(rooms: ChatServices): Route[] {
  const userRoute = (method: Route['method'], path: string, answer: Route['answer']): Route => ({
    method,
    path,
    access: 'user',
    answer,
  });
  return [
    userRoute('GET', '/api/rooms', (context) => listRooms(rooms, context)),
    userRoute('POST', '/api/rooms', (context) => addRoom(rooms, context)),
    userRoute('GET', '/api/rooms/:room', (context) => showRoom(rooms, context)),
    userRoute('POST', '/api/rooms/:room', (context) => changeRoom(rooms, context)),
    userRoute('GET', '/api/rooms/:room/messages', (context) => listMessages(rooms, context)),
    userRoute('POST', '/api/rooms/:room/messages', (context) => postMessage(rooms, context)),
    userRoute('GET', '/api/rooms/:room/people', (context) => listPeople(rooms, context)),
  ];
}

async function listRooms(rooms: ChatServices, context: RequestContext): Promise<Response> {
  const asked = context.scope.query.getAll('room');
  if (asked.length > 0)
    return json({ rooms: await statesOf(rooms, context, await named(rooms, context, asked)), next: null });
  if (!mayLookAround(currentUserOf(context).user)) return json({ rooms: [], next: null });
  const after = context.scope.query.get('after');
  const page = await rooms.store.rooms.list(ROOMS_PAGE, ...(after === null ? [] : [after]));
  const next = page.length < ROOMS_PAGE ? null : page.at(-1)?.slug;
  return json({ rooms: await statesOf(rooms, context, page), next });
}

/** Of these slugs; what is no room is left out. */
async function named(rooms: ChatServices, context: RequestContext, slugs: readonly string[]): Promise<Room[]> {
  if (slugs.length > ROOMS_ASKED) {
    throw new HttpError(400, 'bad_shape', `At most ${ROOMS_ASKED} rooms can be asked for at once.`);
  }
  const found = await Promise.all([...new Set(slugs)].map((slug) => rooms.store.rooms.bySlug(slug)));
  const { user } = currentUserOf(context);
  return found.filter((room) => room !== null).filter((room) => mayEnter(user, room));
}

async function showRoom(rooms: ChatServices, context: RequestContext): Promise<Response> {
  const [room] = await statesOf(rooms, context, [await roomOf(rooms, context)]);
  return json({ room });
}

/** The rooms as this visitor sees them: how far they have read, and whether it is theirs to rename. */
async function statesOf(rooms: ChatServices, context: RequestContext, list: readonly Room[]): Promise<RoomState[]> {
  const { user } = currentUserOf(context);
  const ids = list.map((room) => room.id);
  const unread = await rooms.store.rooms.unread(user.id, ids, UNREAD_COUNTED);
  return list.map((room) => ({
    ...rooms.roomUpdates.summary(room),
    yours: mayChange(user, room),
    ...(unread.get(room.id) ?? { read: null, unread: 0 }),
  }));
}

function mayChange(user: User, room: Room): boolean {
  return user.id === room.createdBy || user.role === 'administrator';
}

async function addRoom(rooms: ChatServices, context: RequestContext): Promise<Response> {
  const { user } = currentUserOf(context);
  if (!mayLookAround(user)) throw new Refusal('forbidden');
  const fields = await context.fields();
  const given = { name: textField(fields, 'name') ?? '', topic: textField(fields, 'topic') ?? '' };
  const { name, topic } = await inTheUsersWords(async () => ({
    name: parseRoomName(given.name),
    topic: parseTopic(given.topic),
  }));
  const waitMs = rooms.roomRate.take(user.id);
  if (waitMs > 0) throw tooManyRooms(waitMs);
  const room = await inTheUsersWords(() => rooms.directory.add(name, user.id, topic));
  const [state] = await statesOf(rooms, context, [room]);
  return json({ room: state }, 201);
}

async function changeRoom(rooms: ChatServices, context: RequestContext): Promise<Response> {
  const room = await roomOf(rooms, context);
  const { user } = currentUserOf(context);
  if (!mayChange(user, room)) throw new Refusal('forbidden');
  const waitMs = rooms.rate.take(user.id);
  if (waitMs > 0) throw new Refusal('rate_limited', waitMs);
  const fields = await context.fields();
  const name = textField(fields, 'name');
  const topic = textField(fields, 'topic');
  const change = { ...(name === undefined ? {} : { name }), ...(topic === undefined ? {} : { topic }) };
  const changed = await inTheUsersWords(() => rooms.directory.change(room, change));
  const [state] = await statesOf(rooms, context, [changed]);
  return json({ room: state });
}

async function listMessages(rooms: ChatServices, context: RequestContext): Promise<Response> {
  const room = await roomOf(rooms, context);
  const limit = Math.min(numberQuery(context, 'limit') ?? HISTORY_PAGE, HISTORY_PAGE_MAX);
  const page = await pageOf(rooms.store.messages, room, limit, context);
  return json({ messages: page.map((message) => chatMessage(message)) });
}

/** Around a message: half of the page before it, the other half from it on. */
async function pageOf(messages: Messages, { id }: Room, limit: number, context: RequestContext): Promise<Message[]> {
  const around = numberQuery(context, 'around');
  const after = numberQuery(context, 'after');
  const before = numberQuery(context, 'before');
  if ([around, after, before].filter((place) => place !== undefined).length > 1) throw new Refusal('bad_shape');
  if (after !== undefined) return messages.after(id, after, limit);
  if (around === undefined) return messages.before(id, before ?? Number.MAX_SAFE_INTEGER, limit);
  const half = Math.floor(limit / 2);
  const [earlier, rest] = [messages.before(id, around, half), messages.after(id, around - 1, limit - half)];
  return [...(await earlier), ...(await rest)];
}

async function postMessage(rooms: ChatServices, context: RequestContext): Promise<Response> {
  const room = await roomOf(rooms, context);
  const fields = await context.fields();
  const text = parseMessageText(fields.get('message'));
  const nonce = usableNonce(fields.get('nonce'));
  if (fields.has('nonce') && nonce === undefined) throw new Refusal('bad_shape');
  const written = await rooms.posting.post(currentUserOf(context).user, room.id, text, nonce ?? null);
  if (written.kind === 'refused') throw new Refusal(written.code, written.retryAfter, nonce);
  return json(chatMessage(written.message));
}

async function listPeople(rooms: ChatServices, context: RequestContext): Promise<Response> {
  const room = await roomOf(rooms, context);
  const after = context.scope.query.get('after') ?? '';
  const rest = rooms.presence.people(roomGroup(room.id)).filter((name) => byCodePoint(name, after) > 0);
  const users = rest.slice(0, PEOPLE_LISTED);
  return json({ users, next: rest.length > users.length ? users.at(-1) : null });
}

async function roomOf(rooms: ChatServices, context: RequestContext): Promise<Room> {
  const room = await rooms.store.rooms.bySlug(context.scope.params.room ?? '');
  if (room === null || !mayEnter(currentUserOf(context).user, room)) {
    throw new HttpError(404, 'not_found', 'There is no such room.');
  }
  return room;
}

function tooManyRooms(waitMs: number): HttpError {
  const seconds = Math.ceil(waitMs / 1_000);
  return new HttpError(429, 'rate_limited', 'You have made many rooms. Wait a little before the next one.', {
    'retry-after': String(seconds),
  });
}

function textField(fields: ReadonlyMap<string, unknown>, name: string): string | undefined {
  const value = fields.get(name);
  if (value === undefined || typeof value === 'string') return value;
  throw new Refusal('bad_shape');
}

function numberQuery(context: RequestContext, name: string): number | undefined {
  const text = context.scope.query.get(name);
  if (text === null) return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new HttpError(400, 'bad_shape', `\`${name}\` is not a whole number.`);
}

async function inTheUsersWords<T>(doing: () => Promise<T>): Promise<T> {
  try {
    return await doing();
  } catch (error) {
    if (!(error instanceof RoomNameError)) throw error;
    throw new HttpError(error.code === 'taken' ? 409 : 400, error.code, error.message);
  }
}
