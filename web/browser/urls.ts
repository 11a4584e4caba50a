/** A room's name in addresses. Where the page may show no room, null stands for the list of all rooms. */
export type RoomSlug = string;

export function roomSlugIn(path: string): RoomSlug | null {
  const part = /^\/chat\/([^/]+)(?:\/[1-9]\d{0,14})?\/?$/.exec(path)?.[1];
  if (part === undefined) return null;
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

export function roomPath(slug: RoomSlug | null): string {
  return slug === null ? '/chat' : `/chat/${encodeURIComponent(slug)}`;
}

/** The address at which the room opens at this message. */
export function messagePath(room: RoomSlug, seq: number): string {
  return `${roomPath(room)}/${seq}`;
}

/** The number of the message in an address; null when there is none. */
export function messageSeqIn(path: string): number | null {
  const number = /^\/chat\/[^/]+\/([1-9]\d{0,14})\/?$/.exec(path)?.[1];
  return number === undefined ? null : Number(number);
}

/** The prefix of the room's HTTP routes. */
export function roomApiPath(room: RoomSlug): string {
  return `/api/rooms/${encodeURIComponent(room)}`;
}

/** The page's icon for this many unread messages. */
export function iconPath(count: number): string {
  if (count === 0) return '/icon.svg';
  return `/icon-${count > 99 ? 'many' : count}.svg`;
}

/** S24. `page`: the address of the page. */
export function socketUrl(page: { readonly protocol: string; readonly host: string }, path: string): string {
  return `${page.protocol === 'https:' ? 'wss:' : 'ws:'}//${page.host}${path}`;
}
