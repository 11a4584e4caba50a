import { networkOf } from '../../channels/middleware/ip-address.ts';
import { DEFAULTS } from '../settings.ts';
import { FormErrors } from './form-errors.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export const LOG_IN_FAILURES = { limit: 5, windowMs: 15 * MINUTE_MS };
export const ADDRESS_FAILURES = { limit: 50, windowMs: HOUR_MS };

/**
 * Slows down password guessing without locking users out: an account is closed only to the address that failed at it.
 * Every attempt counts from its start, so that many at once are not more than many in a row; an attempt that proves to be
 * no failure is uncounted.
 */
export class LogInThrottle {
  readonly #logIns: WindowCount;
  readonly #addresses: WindowCount;
  readonly #signUps: WindowCount | null;

  /** `now`: milliseconds of a monotonic clock. `signupsPerHour`: of one address; 0 = no limit. */
  constructor({ signupsPerHour = DEFAULTS.signupsPerHour, now = () => performance.now() }: ThrottleOptions = {}) {
    this.#logIns = new WindowCount({ ...LOG_IN_FAILURES, now });
    this.#addresses = new WindowCount({ ...ADDRESS_FAILURES, now });
    this.#signUps = signupsPerHour === 0 ? null : new WindowCount({ limit: signupsPerHour, windowMs: HOUR_MS, now });
  }

  /** Throws FormErrors 429. */
  countLogIn(nameKey: string, address: string): Attempt {
    const network = networkOf(address);
    const account = JSON.stringify([nameKey, network]);
    const wait = Math.max(this.#logIns.waitMs(account), this.#addresses.waitMs(network));
    if (wait > 0) throw throttled(wait);
    const uncounts = [this.#logIns.count(account), this.#addresses.count(network)];
    const uncount = (): void => {
      for (const uncountOne of uncounts) uncountOne();
    };
    const succeeded = (): void => {
      uncount();
      this.#logIns.clear(account);
    };
    return { uncount, succeeded };
  }

  /** Throws FormErrors 429. The returned function uncounts an attempt that made no account. */
  countSignUp(address: string): () => void {
    if (this.#signUps === null) return () => {};
    const network = networkOf(address);
    const wait = this.#signUps.waitMs(network);
    if (wait > 0) throw throttled(wait);
    return this.#signUps.count(network);
  }
}

export interface ThrottleOptions {
  readonly signupsPerHour?: number;
  readonly now?: () => number;
}

export interface Attempt {
  /** The attempt was not decided, for lack of time or because of an error. */
  uncount(): void;
  /** Clears the earlier failures of this account and address. */
  succeeded(): void;
}

function throttled(waitMs: number): FormErrors {
  return FormErrors.wait(429, 'throttled', 'Too many attempts. Wait a while and try again.', waitMs);
}

/** Counts attempts by key within the last `windowMs`. */
export class WindowCount {
  readonly #limit: number;
  readonly #windowMs: number;
  readonly #now: () => number;
  readonly #keysMax: number;
  /** Times of the attempts that still count, oldest first; keys in the order of their last change. */
  readonly #times = new Map<string, readonly number[]>();

  constructor(options: { limit: number; windowMs: number; now: () => number; keysMax?: number }) {
    this.#limit = options.limit;
    this.#windowMs = options.windowMs;
    this.#now = options.now;
    this.#keysMax = options.keysMax ?? 10_000;
  }

  /** Milliseconds until one more is allowed; 0: now. */
  waitMs(key: string): number {
    const times = this.#timesInWindow(key);
    const decisive = times.at(-this.#limit);
    return decisive === undefined ? 0 : decisive + this.#windowMs - this.#now();
  }

  /** Counts one attempt; the returned function uncounts it, once. */
  count(key: string): () => void {
    const time = this.#now();
    this.#store(key, [...this.#timesInWindow(key), time].slice(-this.#limit));
    return () => this.#uncount(key, time);
  }

  clear(key: string): void {
    this.#times.delete(key);
  }

  get keys(): number {
    return this.#times.size;
  }

  #timesInWindow(key: string): readonly number[] {
    const since = this.#now() - this.#windowMs;
    return (this.#times.get(key) ?? []).filter((time) => time > since);
  }

  #uncount(key: string, time: number): void {
    const times = this.#times.get(key) ?? [];
    const at = times.indexOf(time);
    if (at < 0) return;
    if (times.length === 1) this.#times.delete(key);
    else this.#times.set(key, times.toSpliced(at, 1));
  }

  /** Memory is bounded: the key without an attempt for the longest time goes first. */
  #store(key: string, times: readonly number[]): void {
    this.#times.delete(key);
    this.#times.set(key, times);
    if (this.#times.size <= this.#keysMax) return;
    const [leastRecent] = this.#times.keys();
    if (leastRecent !== undefined) this.#times.delete(leastRecent);
  }
}
