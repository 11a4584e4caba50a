/** In a room of more than this many, the list goes out at most every LIST_EVERY_MS (S39). */
const CROWD = 50;
const LIST_EVERY_MS = 500;
/**
 * A thousand names for each of thousands of people are many times what these say, and what is said waits behind what
 * was handed over before: lists are to leave most of the line to messages.
 */
const LIST_BYTES_A_MS = 8 * 1024;

/** How long a room rests after a list until the next one, if there is a reason for one. */
export function restAfterList(people: number, listBytes: number): number {
  if (people <= CROWD) return 0;
  return Math.max(LIST_EVERY_MS, (people * listBytes) / LIST_BYTES_A_MS);
}
