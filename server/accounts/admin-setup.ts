import type { Store, Users } from '../../store/store.ts';
import { isSameSecret } from '../http/constant-time.ts';
import { hashOfToken, isToken, newToken } from '../sessions/session-token.ts';

/**
 * The path at which the first administrator signs up; null when there is an administrator. Every start makes a new
 * token, which invalidates the one before.
 */
export async function setupLink(store: Pick<Store, 'users'>): Promise<string | null> {
  if ((await store.users.count()) > 0 && (await store.users.setupTokenHash()) === null) return null;
  const { token, tokenHash } = newToken();
  await store.users.setSetupTokenHash(tokenHash);
  return `/account?setup=${token}`;
}

/** Whether this is the token of the latest such path, and no administrator has been made since. */
export async function isValidSetupToken(users: Pick<Users, 'setupTokenHash'>, token: string): Promise<boolean> {
  const expected = await users.setupTokenHash();
  return expected !== null && isToken(token) && isSameSecret(expected, hashOfToken(token));
}
