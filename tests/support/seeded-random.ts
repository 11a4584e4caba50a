/** Repeatable random numbers: the same seed gives the same numbers in [0, 1). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The seed of this run; SALON_TEST_SEED repeats one. */
export function seedOfThisRun(): number {
  return Number(process.env.SALON_TEST_SEED ?? Date.now() % 1_000_000);
}
