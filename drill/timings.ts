/** What is measured in a drill: of those whose line held, how long they waited; of the others, how soon they were back. */
import type { ServerFrame } from '../protocol/frames.ts';

interface Presence {
  /** Null while it is away. */
  liveSince: number | null;
  /** From when on it could have been back. */
  missedSince: number | null;
}

export class Timings {
  readonly acknowledgedMs: number[] = [];
  readonly shownMs: number[] = [];
  readonly backMs: number[] = [];
  readonly #said = new Map<string, { readonly by: string; readonly at: number }>();
  readonly #people = new Map<string, Presence>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  said(by: string, nonce: string): void {
    this.#said.set(nonce, { by, at: this.now() });
  }

  /** Its line is cut, and it stays away for so long: that much of its absence is none of the server's. */
  sentAway(name: string, forMs: number): void {
    this.#of(name).missedSince = this.now() + forMs;
  }

  lost(name: string): void {
    const person = this.#of(name);
    if (person.liveSince !== null) person.missedSince ??= this.now();
    person.liveSince = null;
  }

  heard(name: string, frame: ServerFrame): void {
    if (frame.type === 'live') this.#back(name);
    if (frame.type === 'chat_message' && frame.repeat !== true) this.#shown(name, frame.nonce);
  }

  #back(name: string): void {
    const person = this.#of(name);
    if (person.liveSince === null) person.liveSince = this.now();
    if (person.missedSince !== null) this.backMs.push(Math.max(0, this.now() - person.missedSince));
    person.missedSince = null;
  }

  #shown(name: string, nonce: string | undefined): void {
    const said = nonce === undefined ? undefined : this.#said.get(nonce);
    if (said === undefined || !this.#wasThere(name, said.at) || !this.#wasThere(said.by, said.at)) return;
    const times = name === said.by ? this.acknowledgedMs : this.shownMs;
    times.push(this.now() - said.at);
  }

  #wasThere(name: string, at: number): boolean {
    const { liveSince } = this.#of(name);
    return liveSince !== null && liveSince <= at;
  }

  #of(name: string): Presence {
    const known = this.#people.get(name);
    if (known !== undefined) return known;
    const person: Presence = { liveSince: null, missedSince: null };
    this.#people.set(name, person);
    return person;
  }
}
