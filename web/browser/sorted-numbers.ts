/** Distinct numbers in rising order; a new number is nearly always the highest. */
export class SortedNumbers {
  readonly #all: number[] = [];

  get all(): readonly number[] {
    return this.#all;
  }

  get size(): number {
    return this.#all.length;
  }

  get lowest(): number | undefined {
    return this.#all[0];
  }

  get highest(): number | undefined {
    return this.#all.at(-1);
  }

  add(number: number): void {
    const at = this.#indexOf(number);
    if (this.#all[at] !== number) this.#all.splice(at, 0, number);
  }

  remove(number: number): void {
    const at = this.#indexOf(number);
    if (this.#all[at] === number) this.#all.splice(at, 1);
  }

  clear(): void {
    this.#all.length = 0;
  }

  /** The index of the first number that is not below. */
  #indexOf(number: number): number {
    if (number > (this.highest ?? 0)) return this.size;
    return insertionIndex(this.#all, (each) => each < number);
  }
}

/** The index of the first item of a sorted list that is not below; its length when all are. */
export function insertionIndex<Item>(sorted: readonly Item[], isBelow: (item: Item) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = sorted[middle];
    if (item !== undefined && isBelow(item)) low = middle + 1;
    else high = middle;
  }
  return low;
}
