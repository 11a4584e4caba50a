/** The whole history of a room, as any member can read it. */
import { HISTORY_PAGE_MAX } from '../protocol/limits.ts';
import type { StoredMessage } from './journal.ts';

/** Oldest first. `get` fetches the JSON at a path of the server in the name of a member. */
export async function fetchHistory(get: (path: string) => Promise<unknown>, room: string): Promise<StoredMessage[]> {
  const pages: StoredMessage[][] = [];
  for (;;) {
    const oldest = pages.at(-1)?.[0];
    const before = oldest === undefined ? '' : `&before=${oldest.seq}`;
    const page = parsePage(await get(`/api/rooms/${room}/messages?limit=${HISTORY_PAGE_MAX}${before}`));
    pages.push(page);
    if (page.length < HISTORY_PAGE_MAX) return pages.reverse().flat();
  }
}

function parsePage(body: unknown): StoredMessage[] {
  if (typeof body !== 'object' || body === null || !('messages' in body) || !Array.isArray(body.messages)) {
    throw new Error(`malformed page of history: ${JSON.stringify(body)}`);
  }
  return body.messages.map(({ seq, nonce, user, message }) => ({
    seq: Number(seq),
    nonce: typeof nonce === 'string' ? nonce : null,
    user: String(user),
    text: String(message),
  }));
}
