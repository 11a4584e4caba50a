/** The last word on what is kept: the whole history, as anybody in the room can read it. */
import type { Kept } from '../../chat/drill/entry.ts';
import type { Person } from '../support/person.ts';

const PAGE = 200;

export async function wholeHistory(reader: Person, room = 'general'): Promise<Kept[]> {
  const pages: Kept[][] = [];
  for (;;) {
    const oldest = pages.at(-1)?.[0];
    const before = oldest === undefined ? '' : `&before=${oldest.seq}`;
    const response = await reader.get(`/api/rooms/${room}/messages?limit=${PAGE}${before}`);
    const page = parsePage(await response.json());
    pages.push(page);
    if (page.length < PAGE) return pages.reverse().flat();
  }
}

function parsePage(body: unknown): Kept[] {
  if (typeof body !== 'object' || body === null || !('messages' in body) || !Array.isArray(body.messages)) {
    throw new Error(`no page of history: ${JSON.stringify(body)}`);
  }
  return body.messages.map(({ seq, nonce, user, message }) => ({
    seq: Number(seq),
    nonce: typeof nonce === 'string' ? nonce : null,
    user: String(user),
    text: String(message),
  }));
}
