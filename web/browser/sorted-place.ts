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
