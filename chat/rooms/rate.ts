const REMEMBERED = 10_000;

interface Bucket {
  tokens: number;
  /** performance.now(): a clock that is never set back. */
  filledAt: number;
}

/** How often one person may do something, over all their sockets and both doors. */
export class Rate {
  readonly #buckets = new Map<number, Bucket>();

  constructor(
    /** Times a second; 0 = as often as they like. */
    readonly rate: number,
    readonly burst: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** 0 when the person may do it now, else the milliseconds until they may. */
  take(userId: number): number {
    if (this.rate === 0) return 0;
    const bucket = this.#filled(userId);
    if (bucket.tokens < 1) return Math.ceil(((1 - bucket.tokens) / this.rate) * 1_000);
    bucket.tokens -= 1;
    return 0;
  }

  get remembered(): number {
    return this.#buckets.size;
  }

  #filled(userId: number): Bucket {
    const now = this.now();
    const bucket = this.#buckets.get(userId) ?? this.#newBucket(userId, now);
    bucket.tokens = Math.min(this.burst, bucket.tokens + ((now - bucket.filledAt) / 1_000) * this.rate);
    bucket.filledAt = now;
    return bucket;
  }

  #newBucket(userId: number, now: number): Bucket {
    if (this.#buckets.size >= REMEMBERED) this.#forgetTheFull(now);
    const bucket = { tokens: this.burst, filledAt: now };
    this.#buckets.set(userId, bucket);
    return bucket;
  }

  #forgetTheFull(now: number): void {
    const untilFullMs = (this.burst / this.rate) * 1_000;
    for (const [userId, bucket] of this.#buckets) {
      if (now - bucket.filledAt >= untilFullMs) this.#buckets.delete(userId);
    }
  }
}
