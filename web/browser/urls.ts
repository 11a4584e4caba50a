/** Where the page is: a room's slug, or null on the page of all rooms. */
export type Place = string | null;

export function placeOf(path: string): Place {
  const part = /^\/chat\/([^/]+)(?:\/[1-9]\d{0,14})?\/?$/.exec(path)?.[1];
  if (part === undefined) return null;
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

export function pathOf(place: Place): string {
  return place === null ? '/chat' : `/chat/${encodeURIComponent(place)}`;
}

/** The address of a message: the room opens there. */
export function messagePathOf(room: string, seq: number): string {
  return `${pathOf(room)}/${seq}`;
}

/** Of the message that an address leads to; null when it leads to none. */
export function messageOf(path: string): number | null {
  const number = /^\/chat\/[^/]+\/([1-9]\d{0,14})\/?$/.exec(path)?.[1];
  return number === undefined ? null : Number(number);
}

/** Below which the server answers questions about a room. */
export function apiOf(room: string): string {
  return `/api/rooms/${encodeURIComponent(room)}`;
}

/** The icon of a page with so much that is new. */
export function iconOf(count: number): string {
  if (count === 0) return '/icon.svg';
  return `/icon-${count > 99 ? 'many' : count}.svg`;
}

/** S24. `page`: the address of the page. */
export function socketAddress(page: { readonly protocol: string; readonly host: string }, path: string): string {
  return `${page.protocol === 'https:' ? 'wss:' : 'ws:'}//${page.host}${path}`;
}
