/** The one group of a room on the channel layer (S25). Named by id: names people gave never become group names. */
export function roomGroup(roomId: number): string {
  return `chat_${roomId}`;
}

export function roomOfGroup(group: string): number | null {
  const id = /^chat_(\d+)$/.exec(group)?.[1];
  return id === undefined ? null : Number(id);
}

/** All sockets of a person, in whatever room. */
export function personGroup(userId: number): string {
  return `user_${userId}`;
}

/** Everybody who wants to know what goes on in other rooms. */
export const LOBBY = 'lobby';

/** Told to the lobby: this room (`roomId`) is new, or its name or topic changed. */
export const ROOM_TOUCHED = 'room.touched';
