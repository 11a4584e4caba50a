import { networkOf } from '../../channels/middleware/ip-address.ts';
import { FormErrors } from './form-errors.ts';
import { WindowCount } from './window-count.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export const LOG_IN_FAILURES = { limit: 5, windowMs: 15 * MINUTE_MS };
export const ADDRESS_FAILURES = { limit: 50, windowMs: HOUR_MS };
export const SIGN_UPS = { limit: 20, windowMs: HOUR_MS };

/**
 * Slows down who guesses passwords, without locking anybody out: an account is closed only to the address that failed
 * at it. Every attempt counts from its beginning, so that many at once are not more than many in a row; what proves to
 * be no failure is given back.
 */
export class LogInThrottle {
  readonly #logIns: WindowCount;
  readonly #addresses: WindowCount;
  readonly #signUps: WindowCount;

  /** `now`: milliseconds of a clock that nobody can set. */
  constructor(now: () => number = () => performance.now()) {
    this.#logIns = new WindowCount({ ...LOG_IN_FAILURES, now });
    this.#addresses = new WindowCount({ ...ADDRESS_FAILURES, now });
    this.#signUps = new WindowCount({ ...SIGN_UPS, now });
  }

  /** Throws FormErrors 429. */
  logIn(nameKey: string, address: string): Attempt {
    const network = networkOf(address);
    const account = JSON.stringify([nameKey, network]);
    const wait = Math.max(this.#logIns.waitMs(account), this.#addresses.waitMs(network));
    if (wait > 0) throw throttled(wait);
    const taken = [this.#logIns.take(account), this.#addresses.take(network)];
    const giveBack = (): void => {
      for (const give of taken) give();
    };
    const succeeded = (): void => {
      giveBack();
      this.#logIns.forget(account);
    };
    return { giveBack, succeeded };
  }

  /** Throws FormErrors 429. */
  signUp(address: string): void {
    const network = networkOf(address);
    const wait = this.#signUps.waitMs(network);
    if (wait > 0) throw throttled(wait);
    this.#signUps.take(network);
  }
}

export interface Attempt {
  /** It was never decided, for want of time or by a fault. */
  giveBack(): void;
  /** What failed before for this account and address is forgiven. */
  succeeded(): void;
}

function throttled(waitMs: number): FormErrors {
  return FormErrors.wait(429, 'throttled', 'Too many attempts. Wait a while and try again.', waitMs);
}
