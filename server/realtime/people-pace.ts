/** In a room of more than this many, what is told of coming and going is gathered (S39). */
const CROWD = 50;
/** Lists go out this often at most; and nobody's going is told later than this after it is certain. */
const GATHERED_MS = 500;
/**
 * A thousand names for each of thousands of people are many times what these say, and what is said waits behind what
 * was handed over before: lists are to leave most of the line to messages.
 */
const LIST_BYTES_A_MS = 8 * 1024;

/** How long a room rests after a list until the next one, if there is a reason for one. */
export function restAfterList(people: number, listBytes: number): number {
  if (people <= CROWD) return 0;
  return Math.max(GATHERED_MS, (people * listBytes) / LIST_BYTES_A_MS);
}

/** How long a line about somebody who came or went waits for others to go with. */
export function linesGatheredMs(people: number): number {
  return people <= CROWD ? 0 : GATHERED_MS;
}
