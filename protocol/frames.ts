/** The frames of the protocol, one typed list each way; docs/protocol.md describes them. */
import { INVISIBLE } from './invisible.ts';
import { MESSAGE_CODE_POINTS, NONCE_CHARACTERS } from './limits.ts';
import { REFUSALS, Refusal, type RefusalCode } from './refusals.ts';

export interface RoomName {
  readonly slug: string;
  readonly name: string;
  readonly topic: string;
}

/** The whole present state of a message, the same for every member. */
export interface MessageState {
  readonly user: string;
  readonly message: string;
  readonly seq: number;
  /** The number of its last change; absent = `seq`. */
  readonly changed?: number | undefined;
  /** ISO 8601, UTC. */
  readonly timestamp: string;
  readonly nonce?: string | undefined;
  /** ISO 8601; when its text was last changed. */
  readonly edited?: string | undefined;
}

export interface ChatMessage extends MessageState {
  readonly type: 'chat_message';
  /** Only in the answer to a repeated send of what was deleted since; the text is empty then. */
  readonly deleted?: string | undefined;
  /** The answer to a repeated send: it acknowledges and changes nothing. */
  readonly repeat?: true | undefined;
}

export interface MessageEdited extends MessageState {
  readonly type: 'message_changed';
  /** The answer to a repeated edit or deletion. */
  readonly repeat?: true | undefined;
}

export interface MessageDeleted {
  readonly type: 'message_changed';
  readonly user: string;
  readonly seq: number;
  readonly changed: number;
  readonly timestamp: string;
  readonly nonce?: string | undefined;
  readonly deleted: string;
  readonly repeat?: true | undefined;
}

export type MessageChanged = MessageEdited | MessageDeleted;

export interface Welcome {
  readonly type: 'welcome';
  readonly room: RoomName;
  readonly user: string;
  readonly epoch: string;
  readonly head: number;
  readonly resumed: boolean;
  readonly missed: number;
  /** How far this user has read here; null: never, and there was something to read. */
  readonly read: number | null;
  readonly history: number;
  /** Seconds between two heartbeats. */
  readonly heartbeat: number;
  readonly version: string;
  readonly limits: { readonly message: number; readonly rate: number; readonly burst: number };
}

export interface RoomSummary extends RoomName {
  readonly people: number;
  /** `seq` of the last message, 0 in an empty room. */
  readonly last: number;
  /** The number of the room's last change: counts made at an earlier one may be wrong by now. */
  readonly head: number;
}

/** A room as one user sees it. */
export interface RoomState extends RoomSummary {
  /** This user may change the name and the topic. */
  readonly yours: boolean;
  /** How far this user has read; null: never, and they were not here before the first message either. */
  readonly read: number | null;
  /** Others' messages after `read` that are not deleted, at most UNREAD_COUNTED. */
  readonly unread: number;
}

export interface ErrorFrame {
  readonly type: 'error';
  readonly code: RefusalCode;
  readonly message: string;
  readonly final: boolean;
  readonly nonce?: string | undefined;
  /** Milliseconds. */
  readonly retry_after?: number | undefined;
}

/** Changes of rooms. The first one of a lobby socket names, like a `welcome`, the user and the epoch. */
export interface RoomsChanged {
  readonly type: 'rooms';
  readonly rooms: readonly RoomSummary[];
  readonly welcome?: Pick<Welcome, 'user' | 'epoch' | 'version'> | undefined;
}

export type ServerFrame =
  | Welcome
  | ChatMessage
  | MessageChanged
  | ErrorFrame
  | { readonly type: 'replay' }
  | { readonly type: 'live'; readonly head: number }
  | { readonly type: 'user_join'; readonly user: string }
  | { readonly type: 'user_leave'; readonly user: string }
  | { readonly type: 'user_list'; readonly users: readonly string[]; readonly count: number }
  | { readonly type: 'heartbeat'; readonly head?: number }
  | RoomsChanged
  | { readonly type: 'read'; readonly room: string; readonly seq: number }
  | { readonly type: 'room'; readonly room: RoomName };

export type ClientFrame =
  | { readonly type: 'chat_message'; readonly message: string; readonly nonce?: string }
  | { readonly type: 'edit'; readonly seq: number; readonly message: string; readonly nonce?: string }
  | { readonly type: 'delete'; readonly seq: number; readonly nonce?: string }
  | { readonly type: 'read'; readonly seq: number };

/** The only encoder of server frames: what is not in the list above does not compile. */
export function encodeFrame(frame: ServerFrame): string {
  return JSON.stringify(frame);
}

/** Drops the keys that a summary or a stored room has besides. */
export function roomName({ slug, name, topic }: RoomName): RoomName {
  return { slug, name, topic };
}

const RETRY_AFTER_MS = 1_000;

/** Every refusal that is not final says when to try again. */
export function refusalFrame(code: RefusalCode, nonce?: string | null, retryAfter?: number): ErrorFrame {
  const { message, final } = REFUSALS[code];
  return {
    type: 'error',
    code,
    message,
    final,
    nonce: nonce ?? undefined,
    retry_after: final ? undefined : (retryAfter ?? RETRY_AFTER_MS),
  };
}

/** One frame of a client, from the text it sent. Throws a Refusal that echoes the nonce if there was a usable one. */
export function parseClientFrame(text: string): ClientFrame {
  const frame = parseObject(text);
  const nonce = usableNonce(frame.get('nonce'));
  try {
    if (frame.has('nonce') && nonce === undefined) throw new Refusal('bad_shape');
    return parseTyped(frame, nonce);
  } catch (error) {
    throw error instanceof Refusal && nonce !== undefined ? new Refusal(error.code, undefined, nonce) : error;
  }
}

/** A message's text, made well-formed: broadcast and store hold the same text. Throws a Refusal. */
export function parseMessageText(value: unknown): string {
  if (typeof value !== 'string' || value.includes('\0')) throw new Refusal('bad_shape');
  if (isLongerThan(value, MESSAGE_CODE_POINTS)) throw new Refusal('too_long');
  const text = value.toWellFormed();
  if (isBlank(text)) throw new Refusal('empty');
  return text;
}

export function usableNonce(value: unknown): string | undefined {
  if (typeof value !== 'string' || value === '' || value.length > NONCE_CHARACTERS) return undefined;
  return value.isWellFormed() && !value.includes('\0') ? value : undefined;
}

/** Own keys only: `__proto__` in the JSON is a key like any other, and inherited keys do not exist. */
function parseObject(text: string): ReadonlyMap<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Refusal('bad_json');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Refusal('bad_shape');
  return new Map(Object.entries(value));
}

function parseTyped(frame: ReadonlyMap<string, unknown>, nonce: string | undefined): ClientFrame {
  const type = frame.get('type') ?? (frame.has('message') ? 'chat_message' : undefined);
  if (typeof type !== 'string') throw new Refusal('bad_shape');
  const named = nonce === undefined ? {} : { nonce };
  switch (type) {
    case 'chat_message':
      return { type, message: parseMessageText(frame.get('message')), ...named };
    case 'edit':
      return { type, seq: parseSeq(frame.get('seq')), message: parseMessageText(frame.get('message')), ...named };
    case 'delete':
      return { type, seq: parseSeq(frame.get('seq')), ...named };
    case 'read':
      return { type, seq: parseSeq(frame.get('seq')) };
    default:
      throw new Refusal('unknown_type');
  }
}

function parseSeq(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw new Refusal('bad_shape');
  return value;
}

const BLANK = new RegExp(String.raw`^[\s\p{Cc}${INVISIBLE}]*$`, 'u');

function isBlank(text: string): boolean {
  return BLANK.test(text);
}

function isLongerThan(text: string, codePoints: number): boolean {
  if (text.length <= codePoints) return false;
  if (text.length > 2 * codePoints) return true;
  return [...text].length > codePoints;
}
