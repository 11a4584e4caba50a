import type { Store } from '../../store/store.ts';
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

/** The one-time token in that path. */
export class AdminSetup {
  readonly #users: Store['users'];
  #turn: Promise<unknown> = Promise.resolve();

  constructor(store: Pick<Store, 'users'>) {
    this.#users = store.users;
  }

  async isValid(token: string): Promise<boolean> {
    const expected = await this.#users.setupTokenHash();
    return expected !== null && isToken(token) && isSameSecret(expected, hashOfToken(token));
  }

  /** Uses the token up. Of two concurrent claims only the first resolves to true. */
  claim(token: string): Promise<boolean> {
    const claimed = this.#turn.then(() => this.#takeToken(token));
    this.#turn = claimed.catch(() => {});
    return claimed;
  }

  /** Makes a claimed token valid again, when the account could not be made. */
  async restore(token: string): Promise<void> {
    await this.#users.setSetupTokenHash(hashOfToken(token));
  }

  /** Invalidates the link: there is an administrator. */
  async revoke(): Promise<void> {
    await this.#users.setSetupTokenHash(null);
  }

  async #takeToken(token: string): Promise<boolean> {
    if (!(await this.isValid(token))) return false;
    await this.revoke();
    return true;
  }
}
