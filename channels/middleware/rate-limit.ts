import { Denied } from '../consumer.ts';
import type { Log } from '../log.ts';
import type { Scope } from '../scope.ts';
import { networkOf } from './ip-address.ts';

export interface RateOptions {
  /** Times a second, in the long run; 0: unlimited. */
  readonly perSecond: number;
  /** Times at once, after a rest. */
  readonly burst: number;
  /** Milliseconds of a monotonic clock. */
  readonly now?: () => number;
}

/**
 * Limits how often something may happen for a key: a user, an address.
 *
 * A bucket that was not used for as long as it takes to fill is full, like a new one, and may be forgotten. Buckets
 * lie in two generations, each as long as that: those that are still in the older one when a generation ends are dropped
 * together. So however many keys there are, one `take` costs the same.
 */
export class RateLimiter<Key> {
  readonly perSecond: number;
  readonly burst: number;
  readonly #now: () => number;
  readonly #fullAfterMs: number;
  #recent = new Map<Key, Bucket>();
  #older = new Map<Key, Bucket>();
  #generationEndsAt = Number.NEGATIVE_INFINITY;

  constructor({ perSecond, burst, now = () => performance.now() }: RateOptions) {
    this.perSecond = perSecond;
    this.burst = burst;
    this.#now = now;
    this.#fullAfterMs = (burst / perSecond) * 1_000;
  }

  /** 0: done; else the milliseconds until it may be done. */
  take(key: Key): number {
    if (this.perSecond === 0) return 0;
    const bucket = this.#filledBucket(key);
    if (bucket.left < 1) return Math.ceil(((1 - bucket.left) / this.perSecond) * 1_000);
    bucket.left -= 1;
    return 0;
  }

  /** The number of remembered keys. */
  get size(): number {
    return this.#recent.size + this.#older.size;
  }

  #filledBucket(key: Key): Bucket {
    const now = this.#now();
    const bucket = this.#recentBucket(key, now);
    bucket.left = Math.min(this.burst, bucket.left + ((now - bucket.at) / 1_000) * this.perSecond);
    bucket.at = now;
    return bucket;
  }

  #recentBucket(key: Key, now: number): Bucket {
    if (now >= this.#generationEndsAt) this.#startGeneration(now);
    const recent = this.#recent.get(key);
    if (recent !== undefined) return recent;
    const bucket = this.#older.get(key) ?? { left: this.burst, at: now };
    this.#older.delete(key);
    this.#recent.set(key, bucket);
    return bucket;
  }

  #startGeneration(now: number): void {
    this.#older = this.#recent;
    this.#recent = new Map();
    this.#generationEndsAt = now + this.#fullAfterMs;
  }
}

/** A guard around any application: refuses with 429 above the rate, counted by network or by `keyOf`. */
export function rateGuard<S extends Scope, Answer>(
  rate: RateLimiter<string>,
  application: (scope: S) => Answer,
  { log, keyOf = ({ client }) => networkOf(client) }: { log?: Log; keyOf?: (scope: S) => string } = {},
): (scope: S) => Answer {
  return (scope) => {
    const waitMs = rate.take(keyOf(scope));
    if (waitMs === 0) return application(scope);
    log?.info(`${scope.client} ${scope.path}: refused, too often`);
    throw new Denied(429, { 'retry-after': String(Math.ceil(waitMs / 1_000)) });
  };
}

interface Bucket {
  left: number;
  at: number;
}
