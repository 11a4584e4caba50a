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
import { RoomNameError } from '../rooms/room-directory.ts';

const ROOMS_PAGE = 200;
/** Rooms that one request may name. */
const ROOMS_NAMED_MAX = 100;

/** The parts of the chat's services that these routes use. */
export type RoomServices = Pick<
  ChatServices,
  'directory' | 'posting' | 'presence' | 'rate' | 'roomRate' | 'roomUpdates' | 'store'
>;

export function roomRoutes(services: RoomServices): Route[] {
  const userRoute = (method: Route['method'], path: string, answer: Route['answer']): Route => ({
    method,
    path,
    access: 'user',
    answer,
  });
  return [
    userRoute('GET', '/api/rooms', (context) => listRooms(services, context)),
    userRoute('POST', '/api/rooms', (context) => addRoom(services, context)),
    userRoute('GET', '/api/rooms/:room', (context) => getRoom(services, context)),
    userRoute('POST', '/api/rooms/:room', (context) => changeRoom(services, context)),
    userRoute('GET', '/api/rooms/:room/messages', (context) => listMessages(services, context)),
    userRoute('POST', '/api/rooms/:room/messages', (context) => postMessage(services, context)),
    userRoute('GET', '/api/rooms/:room/people', (context) => listPeople(services, context)),
  ];
}

async function listRooms(services: RoomServices, context: RequestContext): Promise<Response> {
  const slugs = context.scope.query.getAll('room');
  if (slugs.length > 0)
    return json({ rooms: await statesOf(services, context, await roomsNamed(services, context, slugs)), next: null });
  if (!mayLookAround(currentUserOf(context).user)) return json({ rooms: [], next: null });
  const after = context.scope.query.get('after');
  const page = await services.store.rooms.list(ROOMS_PAGE, ...(after === null ? [] : [after]));
  const next = page.length < ROOMS_PAGE ? null : page.at(-1)?.slug;
  return json({ rooms: await statesOf(services, context, page), next });
}

/** The rooms of these slugs; a slug without a room, or of one that the user may not enter, is left out. */
async function roomsNamed(services: RoomServices, context: RequestContext, slugs: readonly string[]): Promise<Room[]> {
  if (slugs.length > ROOMS_NAMED_MAX) {
    throw new HttpError(400, 'bad_shape', `At most ${ROOMS_NAMED_MAX} rooms can be asked for at once.`);
  }
  const found = await Promise.all([...new Set(slugs)].map((slug) => services.store.rooms.bySlug(slug)));
  const { user } = currentUserOf(context);
  return found.filter((room) => room !== null).filter((room) => mayEnter(user, room));
}

async function getRoom(services: RoomServices, context: RequestContext): Promise<Response> {
  const [room] = await statesOf(services, context, [await roomOf(services, context)]);
  return json({ room });
}

/** The rooms with the user's own state: how far the user has read, and whether the user may rename the room. */
async function statesOf(services: RoomServices, context: RequestContext, list: readonly Room[]): Promise<RoomState[]> {
  const { user } = currentUserOf(context);
  const ids = list.map((room) => room.id);
  const unread = await services.store.rooms.unread(user.id, ids, UNREAD_COUNTED);
  return list.map((room) => ({
    ...services.roomUpdates.summary(room),
    yours: mayChange(user, room),
    ...(unread.get(room.id) ?? { read: null, unread: 0 }),
  }));
}

function mayChange(user: User, room: Room): boolean {
  return user.id === room.createdBy || user.role === 'administrator';
}

async function addRoom(services: RoomServices, context: RequestContext): Promise<Response> {
  const { user } = currentUserOf(context);
  if (!mayLookAround(user)) throw new Refusal('forbidden');
  // Refused attempts count, too: each is work.
  const waitMs = services.roomRate.take(user.id);
  if (waitMs > 0) throw tooManyRooms(waitMs);
  const fields = await context.fields();
  const { name = '', topic = '' } = { name: textField(fields, 'name'), topic: textField(fields, 'topic') };
  const room = await asHttpErrors(() => services.directory.add(name, user.id, topic));
  const [state] = await statesOf(services, context, [room]);
  return json({ room: state }, 201);
}

async function changeRoom(services: RoomServices, context: RequestContext): Promise<Response> {
  const room = await roomOf(services, context);
  const { user } = currentUserOf(context);
  if (!mayChange(user, room)) throw new Refusal('forbidden');
  const waitMs = services.rate.take(user.id);
  if (waitMs > 0) throw new Refusal('rate_limited', waitMs);
  const fields = await context.fields();
  const name = textField(fields, 'name');
  const topic = textField(fields, 'topic');
  const change = { ...(name === undefined ? {} : { name }), ...(topic === undefined ? {} : { topic }) };
  const changed = await asHttpErrors(() => services.directory.change(room, change));
  const [state] = await statesOf(services, context, [changed]);
  return json({ room: state });
}

async function listMessages(services: RoomServices, context: RequestContext): Promise<Response> {
  const room = await roomOf(services, context);
  const limit = Math.min(numberQuery(context, 'limit') ?? HISTORY_PAGE, HISTORY_PAGE_MAX);
  const page = await pageOf(services.store.messages, room, limit, context);
  return json({ messages: page.map((message) => chatMessage(message)) });
}

/** With `around`: half of the page before that message, the other half from it on. */
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

async function postMessage(services: RoomServices, context: RequestContext): Promise<Response> {
  const room = await roomOf(services, context);
  const { user } = currentUserOf(context);
  const { text, nonce } = await parseMessage(context).catch((error: unknown) => {
    // Counts like a message that is accepted: over HTTP there is no socket that a flood of refusals closes.
    const waitMs = services.rate.take(user.id);
    throw waitMs > 0 ? new Refusal('rate_limited', waitMs) : error;
  });
  const result = await services.posting.post(user, room.id, text, nonce ?? null);
  if (result.kind === 'refused') throw new Refusal(result.code, result.retryAfter, nonce);
  return json(chatMessage(result.message));
}

async function parseMessage(context: RequestContext): Promise<{ text: string; nonce: string | undefined }> {
  const fields = await context.fields();
  const text = parseMessageText(fields.get('message'));
  const nonce = usableNonce(fields.get('nonce'));
  if (fields.has('nonce') && nonce === undefined) throw new Refusal('bad_shape');
  return { text, nonce };
}

async function listPeople(services: RoomServices, context: RequestContext): Promise<Response> {
  const room = await roomOf(services, context);
  const after = context.scope.query.get('after') ?? '';
  const rest = services.presence.people(roomGroup(room.id)).filter((name) => byCodePoint(name, after) > 0);
  const users = rest.slice(0, PEOPLE_LISTED);
  return json({ users, next: rest.length > users.length ? users.at(-1) : null });
}

async function roomOf(services: RoomServices, context: RequestContext): Promise<Room> {
  const room = await services.store.rooms.bySlug(context.scope.params.room ?? '');
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

async function asHttpErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof RoomNameError)) throw error;
    throw new HttpError(error.code === 'taken' ? 409 : 400, error.code, error.message);
  }
}
