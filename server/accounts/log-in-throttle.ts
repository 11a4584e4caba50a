import { networkOf } from '../../channels/middleware/ip-address.ts';
import { DEFAULTS } from '../settings.ts';
import { busy, FormErrors } from './form-errors.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export const LOG_IN_FAILURES = { limit: 5, windowMs: 15 * MINUTE_MS };
export const ADDRESS_FAILURES = { limit: 50, windowMs: HOUR_MS };
/** A right password is work, too: more sessions than this a user begins only to cause it. */
export const SESSIONS_BEGUN = { limit: 20, windowMs: 15 * MINUTE_MS };

/** An attempt that waits longer for those under way is refused with 503. */
const WAIT_MS = 10_000;
/** Attempts of one address that wait at once. */
const WAITING_MAX = 250;

/**
 * Slows down password guessing without locking users out: an account is closed only to the address that failed at it.
 * Failures and attempts under way together stay within the limits, so that many at once are not more guesses than many
 * in a row. But attempts under way only delay the next one, until it is known what they are: a class that logs in at
 * once with right passwords gets in.
 */
export class LogInThrottle {
  readonly #accounts: FailureLimit;
  readonly #networks: FailureLimit;
  readonly #begun: WindowCount;
  readonly #signUps: WindowCount | null;
  /** By network: resolves when one of its attempts is decided. */
  readonly #decisions = new Map<string, Decision>();

  /** `now`: milliseconds of a monotonic clock. `signupsPerHour`: of one address; 0 = no limit. */
  constructor({ signupsPerHour = DEFAULTS.signupsPerHour, now = () => performance.now() }: ThrottleOptions = {}) {
    this.#accounts = new FailureLimit({ ...LOG_IN_FAILURES, now });
    this.#networks = new FailureLimit({ ...ADDRESS_FAILURES, now });
    this.#begun = new WindowCount({ ...SESSIONS_BEGUN, now });
    this.#signUps = signupsPerHour === 0 ? null : new WindowCount({ limit: signupsPerHour, windowMs: HOUR_MS, now });
  }

  /** Waits while attempts under way could use up what is left. Throws FormErrors 429 or 503. */
  async startLogIn(nameKey: string, address: string): Promise<Attempt> {
    const network = networkOf(address);
    const account = JSON.stringify([nameKey, network]);
    const waitsUntil = performance.now() + WAIT_MS;
    for (;;) {
      const closedMs = Math.max(
        this.#accounts.waitMs(account),
        this.#networks.waitMs(network),
        this.#begun.waitMs(nameKey),
      );
      if (closedMs > 0) throw throttled(closedMs);
      if (this.#accounts.hasRoom(account) && this.#networks.hasRoom(network)) break;
      await this.#nextDecision(network, waitsUntil - performance.now());
    }
    return this.#start(nameKey, account, network);
  }

  #start(nameKey: string, account: string, network: string): Attempt {
    this.#accounts.start(account);
    this.#networks.start(network);
    const decide = (isFailure: boolean): void => {
      this.#accounts.decide(account, isFailure);
      this.#networks.decide(network, isFailure);
      this.#wakeWaiting(network);
    };
    return {
      failed: () => decide(true),
      cancel: () => decide(false),
      succeeded: () => {
        this.#accounts.clear(account);
        this.#begun.count(nameKey);
        decide(false);
      },
    };
  }

  async #nextDecision(network: string, waitMs: number): Promise<void> {
    const decision = this.#decisions.get(network) ?? { ...Promise.withResolvers<void>(), waiting: 0 };
    this.#decisions.set(network, decision);
    if (waitMs <= 0 || decision.waiting >= WAITING_MAX) throw busy(WAIT_MS);
    decision.waiting += 1;
    const timer = setTimeout(() => this.#wakeWaiting(network), waitMs);
    await decision.promise.finally(() => clearTimeout(timer));
  }

  /** Those that wait look again whether there is room. */
  #wakeWaiting(network: string): void {
    this.#decisions.get(network)?.resolve();
    this.#decisions.delete(network);
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

/** Exactly one of these is called. */
export interface Attempt {
  failed(): void;
  /** Clears the earlier failures of this account and address. */
  succeeded(): void;
  /** The attempt was not decided, for lack of time or because of an error. */
  cancel(): void;
}

interface Decision {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  waiting: number;
}

/** Failures within a window, and attempts that may become failures. */
class FailureLimit {
  readonly #failures: WindowCount;
  readonly #underWay = new Map<string, number>();
  readonly #limit: number;

  constructor(options: { limit: number; windowMs: number; now: () => number }) {
    this.#limit = options.limit;
    this.#failures = new WindowCount(options);
  }

  /** Milliseconds for which failures alone close this key. */
  waitMs(key: string): number {
    return this.#failures.waitMs(key);
  }

  hasRoom(key: string): boolean {
    return this.#failures.countOf(key) + (this.#underWay.get(key) ?? 0) < this.#limit;
  }

  start(key: string): void {
    this.#underWay.set(key, (this.#underWay.get(key) ?? 0) + 1);
  }

  decide(key: string, isFailure: boolean): void {
    const left = (this.#underWay.get(key) ?? 0) - 1;
    if (left > 0) this.#underWay.set(key, left);
    else this.#underWay.delete(key);
    if (isFailure) this.#failures.count(key);
  }

  clear(key: string): void {
    this.#failures.clear(key);
  }
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

  countOf(key: string): number {
    return this.#timesInWindow(key).length;
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
