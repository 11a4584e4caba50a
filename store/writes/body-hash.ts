/** Which text a message was first posted with, after the text was changed. */
import { createHash } from 'node:crypto';
import type { Message } from '../store.ts';

/** Enough that no two texts share a hash by chance. */
const BODY_HASH_BYTES = 16;

export function bodyHash(body: string): Uint8Array {
  return createHash('sha256').update(body).digest().subarray(0, BODY_HASH_BYTES);
}

/** `hash`: the column `body_hash`, NULL while the text is the first one. */
export function wasPostedAs(message: Message, hash: unknown, body: string): boolean {
  if (!(hash instanceof Uint8Array)) return message.body === body;
  return Buffer.from(bodyHash(body)).equals(hash);
}
