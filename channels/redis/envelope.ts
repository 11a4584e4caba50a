/** A message between processes: the sending process, the message's number among all that it sent, and JSON. */
export interface Envelope {
  readonly from: string;
  readonly number: number;
  readonly json: string;
}

export function encodeEnvelope({ from, number, json }: Envelope): string {
  return `${VERSION} ${from} ${number} ${json}`;
}

/** Null for a text that this version of the library did not write. */
export function parseEnvelope(text: string): Envelope | null {
  const [head, from, number] = HEAD.exec(text) ?? [];
  if (head === undefined || from === undefined) return null;
  return { from, number: Number(number), json: text.slice(head.length) };
}

const VERSION = 1;
const HEAD = /^1 ([0-9a-f]{32}) ([1-9]\d{0,14}) /;

/** Remembers the last number received from each process. */
export class SequenceCheck {
  readonly #last = new Map<string, number>();

  isNext(from: string, number: number): boolean {
    const last = this.#last.get(from);
    if (last !== undefined && number <= last) return false;
    if (last === undefined && this.#last.size >= PROCESSES_REMEMBERED) this.#forgetOldest();
    this.#last.set(from, number);
    return true;
  }

  #forgetOldest(): void {
    const [oldest] = this.#last.keys();
    if (oldest !== undefined) this.#last.delete(oldest);
  }
}

const PROCESSES_REMEMBERED = 1_000;
