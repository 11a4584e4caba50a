import { Denied } from '../consumer.ts';
import type { Log } from '../log.ts';
import type { Scope } from '../scope.ts';

export interface RateOptions {
  /** Times a second, in the long run; 0: as often as they like. */
  readonly perSecond: number;
  /** So often at once, after a rest. */
  readonly burst: number;
  /** Milliseconds of a clock that is never set back. */
  readonly now?: () => number;
}

/** How often somebody may do something, whoever a key stands for: a person, an address. */
export class RateLimiter<Key> {
  readonly perSecond: number;
  readonly burst: number;
  readonly #now: () => number;
  readonly #buckets = new Map<Key, Bucket>();

  constructor({ perSecond, burst, now = () => performance.now() }: RateOptions) {
    this.perSecond = perSecond;
    this.burst = burst;
    this.#now = now;
  }

  /** 0: done; else the milliseconds until it may be done. */
  take(key: Key): number {
    if (this.perSecond === 0) return 0;
    const bucket = this.#filled(key);
    if (bucket.left < 1) return Math.ceil(((1 - bucket.left) / this.perSecond) * 1_000);
    bucket.left -= 1;
    return 0;
  }

  /** How many keys are remembered; whoever has rested long enough is not. */
  get size(): number {
    return this.#buckets.size;
  }

  #filled(key: Key): Bucket {
    const now = this.#now();
    const bucket = this.#buckets.get(key) ?? this.#opened(key, now);
    bucket.left = Math.min(this.burst, bucket.left + ((now - bucket.at) / 1_000) * this.perSecond);
    bucket.at = now;
    return bucket;
  }

  #opened(key: Key, now: number): Bucket {
    if (this.#buckets.size >= KEYS_UNTIL_SWEEP) this.#sweep(now);
    const bucket = { left: this.burst, at: now };
    this.#buckets.set(key, bucket);
    return bucket;
  }

  #sweep(now: number): void {
    const fullAfterMs = (this.burst / this.perSecond) * 1_000;
    for (const [key, { at }] of this.#buckets) if (now - at >= fullAfterMs) this.#buckets.delete(key);
  }
}

/** A guard around any application: too often from one address, or whatever `keyOf` says, is refused with 429. */
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

/** Who has one IPv6 address has a whole network of them: its first half stands for all. */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.replace(/%.*$/, '').toLowerCase().split('::');
  const start = head === '' ? [] : head.split(':');
  const end = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - start.length - end.length;
  const groups = [...start, ...Array<string>(Math.max(0, zeros)).fill('0'), ...end];
  const network = groups.slice(0, 4).map((group) => group.replace(/^0+(?=.)/, ''));
  return `${network.join(':')}::/64`;
}

interface Bucket {
  left: number;
  at: number;
}

const KEYS_UNTIL_SWEEP = 10_000;
