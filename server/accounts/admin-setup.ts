import { timingSafeEqual } from 'node:crypto';
import type { Store } from '../../store/store.ts';
import { hashOfToken, isToken, newToken } from '../sessions/session-token.ts';

/**
 * The path through which the first administrator signs up; null when that has been done. Every start makes a new
 * one, and with it the one before is void.
 */
export async function setupLink(store: Pick<Store, 'users'>): Promise<string | null> {
  if ((await store.users.count()) > 0 && (await store.users.setupTokenHash()) === null) return null;
  const { token, tokenHash } = newToken();
  await store.users.setSetupTokenHash(tokenHash);
  return `/account?setup=${token}`;
}

/** The one-time token behind that address. */
export class AdminSetup {
  readonly #users: Store['users'];
  #turn: Promise<unknown> = Promise.resolve();

  constructor(store: Pick<Store, 'users'>) {
    this.#users = store.users;
  }

  async isValid(token: string): Promise<boolean> {
    const expected = await this.#users.setupTokenHash();
    return expected !== null && isToken(token) && isSameHash(expected, hashOfToken(token));
  }

  /** Takes the token: of two who come at once, one after the other, only the first gets true. */
  claim(token: string): Promise<boolean> {
    const claimed = this.#turn.then(() => this.#takeToken(token));
    this.#turn = claimed.catch(() => {});
    return claimed;
  }

  /** When the account was not made after all. */
  async restore(token: string): Promise<void> {
    await this.#users.setSetupTokenHash(hashOfToken(token));
  }

  /** There is an administrator: nobody needs the link any more. */
  async revoke(): Promise<void> {
    await this.#users.setSetupTokenHash(null);
  }

  async #takeToken(token: string): Promise<boolean> {
    if (!(await this.isValid(token))) return false;
    await this.revoke();
    return true;
  }
}

function isSameHash(expected: string, given: string): boolean {
  const [left, right] = [Buffer.from(expected), Buffer.from(given)];
  return left.length === right.length && timingSafeEqual(left, right);
}
