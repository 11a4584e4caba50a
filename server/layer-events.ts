/**
 * Every group of the chat on the channel layer, and every event that is sent to one: its type, how it is made, and how
 * it is read back. Events of this process are the objects themselves; those of another were parsed by the layer.
 */
import type { LayerEvent } from '../channels/layer/layer.ts';
import type { RoomName } from '../protocol/frames.ts';
import type { Message } from '../store/store.ts';

/** The one group of a room (S25). Named by id: names that users gave never become group names. */
export function roomGroup(roomId: number): string {
  return `chat_${roomId}`;
}

export function roomOfGroup(group: string): number | null {
  const id = /^chat_(\d+)$/.exec(group)?.[1];
  return id === undefined ? null : Number(id);
}

/** All sockets of a user, in whatever room. */
export function userGroup(userId: number): string {
  return `user_${userId}`;
}

/** All sockets of a session. */
export function sessionGroup(tokenHash: string): string {
  return `session_${tokenHash}`;
}

/** All sockets that want to know what changes in other rooms. */
export const LOBBY = 'lobby';

/** To a session's group: its sockets close with 4401. */
export const SESSION_ENDED = { type: 'session.ended' } as const;

/** To a room's group: a message was posted, edited or deleted. The room's stream puts these events in order. */
export const MESSAGE_CHANGED = 'message.changed';

export function messageChangedEvent(message: Message): LayerEvent {
  return { type: MESSAGE_CHANGED, message };
}

export function changedMessageOf({ message }: LayerEvent): Message {
  if (isMessage(message)) return message;
  throw new TypeError(`malformed ${MESSAGE_CHANGED} event: no message`);
}

function isMessage(value: unknown): value is Message {
  return typeof value === 'object' && value !== null && 'changed' in value && typeof value.changed === 'number';
}

/** To a room's group: its name or topic changed. */
export const ROOM_RENAMED = 'room.renamed';

export function roomRenamedEvent(room: RoomName): LayerEvent {
  return { type: ROOM_RENAMED, room };
}

export function renamedRoomOf({ room }: LayerEvent): RoomName {
  if (typeof room === 'object' && room !== null && 'slug' in room && 'name' in room && 'topic' in room) {
    return { slug: String(room.slug), name: String(room.name), topic: String(room.topic) };
  }
  throw new TypeError(`malformed ${ROOM_RENAMED} event: no room`);
}

/** To the sockets in a room or in the lobby: frames, encoded once for all of them. */
export const ROOM_FRAMES = 'room.frames';

export function roomFramesEvent(text: string): LayerEvent {
  return { type: ROOM_FRAMES, text };
}

export function roomFramesOf({ text }: LayerEvent): string {
  return String(text);
}

/** To the lobby: a room is new, or its name or topic changed. */
export const ROOM_CHANGED = 'room.changed';

export function roomChangedEvent(roomId: number): LayerEvent {
  return { type: ROOM_CHANGED, roomId };
}

/** Null for a malformed event. */
export function changedRoomIdOf({ roomId }: LayerEvent): number | null {
  return typeof roomId === 'number' ? roomId : null;
}

/** To the lobby: rooms in which a process wrote lately. `from` is the process's own mark, since it has told its sockets. */
export const ROOMS_WRITTEN = 'rooms.written';

export interface RoomsWritten {
  readonly roomIds: readonly number[];
  readonly from: string;
}

export function roomsWrittenEvent(written: RoomsWritten): LayerEvent {
  return { type: ROOMS_WRITTEN, ...written };
}

export function roomsWrittenOf({ roomIds, from }: LayerEvent): RoomsWritten {
  if (Array.isArray(roomIds)) return { roomIds: roomIds.filter((id) => typeof id === 'number'), from: String(from) };
  throw new TypeError(`malformed ${ROOMS_WRITTEN} event: no room ids`);
}

/** To a user's group: how far the user has read in a room. `from` is the channel of the socket that read. */
export const READ_MOVED = 'read.moved';

export interface ReadMoved {
  readonly room: string;
  readonly seq: number;
  readonly from: string;
}

export function readMovedEvent(moved: ReadMoved): LayerEvent {
  return { type: READ_MOVED, ...moved };
}

export function readMovedOf({ room, seq, from }: LayerEvent): ReadMoved {
  return { room: String(room), seq: Number(seq), from: String(from) };
}
