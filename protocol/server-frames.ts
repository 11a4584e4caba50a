import type { MessageState, RoomState, ServerFrame } from './frames.ts';
import { hasKeys, isAmount, isArrayOf, isCount, isOptional, isRecord, isText, type Shape } from './shape.ts';

/** S37: an object is one frame, an array a list of them, oldest first. Unknown and malformed frames are left out. */
export function parseFrames(text: string): ServerFrame[] {
  const parsed: unknown = parseJson(text);
  return (Array.isArray(parsed) ? parsed : [parsed]).filter(isServerFrame);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const isFlag = (value: unknown): boolean => typeof value === 'boolean';
const isMaybeText = isOptional(isText);
const isMaybeCount = isOptional(isCount);
const isMark = (value: unknown): boolean => value === null || isCount(value);

const ROOM_NAME: Shape = { slug: isText, name: isText, topic: isText };
const ROOM_SUMMARY: Shape = { ...ROOM_NAME, people: isCount, last: isCount, head: isCount };
const ROOM_STATE: Shape = { ...ROOM_SUMMARY, yours: isFlag, read: isMark, unread: isCount };
const LOBBY_WELCOME: Shape = { user: isText, epoch: isText, version: isText };
const LIMITS: Shape = { message: isCount, rate: isAmount, burst: isCount };

const MESSAGE_PLACE: Shape = {
  user: isText,
  seq: isCount,
  changed: isMaybeCount,
  timestamp: isText,
  nonce: isMaybeText,
  edited: isMaybeText,
};
const MESSAGE: Shape = { ...MESSAGE_PLACE, message: isText };
const DELETED: Shape = { ...MESSAGE_PLACE, changed: isCount, deleted: isText };

const SHAPES: ReadonlyMap<string, Shape> = new Map<ServerFrame['type'], Shape>([
  [
    'welcome',
    {
      room: hasKeys(ROOM_NAME),
      user: isText,
      epoch: isText,
      head: isCount,
      resumed: isFlag,
      missed: isCount,
      read: isMark,
      history: isCount,
      heartbeat: isCount,
      version: isText,
      limits: hasKeys(LIMITS),
    },
  ],
  ['chat_message', MESSAGE],
  ['message_changed', MESSAGE],
  ['error', { code: isText, message: isText, final: isFlag, nonce: isMaybeText, retry_after: isMaybeCount }],
  ['replay', {}],
  ['live', { head: isCount }],
  ['user_join', { user: isText }],
  ['user_leave', { user: isText }],
  ['user_list', { users: isArrayOf(isText), count: isCount }],
  ['heartbeat', { head: isMaybeCount }],
  ['rooms', { rooms: isArrayOf(hasKeys(ROOM_SUMMARY)), welcome: isOptional(hasKeys(LOBBY_WELCOME)) }],
  ['read', { room: isText, seq: isCount }],
  ['room', { room: hasKeys(ROOM_NAME) }],
]);

export function isMessage(value: unknown): value is MessageState {
  return hasKeys(MESSAGE)(value);
}

export function isRoomState(value: unknown): value is RoomState {
  return hasKeys(ROOM_STATE)(value);
}

export function isRoomStates(value: unknown): value is RoomState[] {
  return isArrayOf(isRoomState)(value);
}

export function isServerFrame(value: unknown): value is ServerFrame {
  if (!isRecord(value) || typeof value.type !== 'string') return false;
  if (value.type === 'message_changed' && value.deleted !== undefined) return hasKeys(DELETED)(value);
  const shape = SHAPES.get(value.type);
  return shape !== undefined && hasKeys(shape)(value);
}
