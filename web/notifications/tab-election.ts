import type { Clock } from '../../client/clock.ts';
import { hasKeys, isText } from '../../protocol/shape.ts';

export interface Candidacy {
  readonly what: string;
  /** Of the tab that claims; the lowest one has it. */
  readonly token: string;
}

export interface TabElectionParts {
  readonly clock: Clock;
  readonly token: string;
  /** To the person's other tabs. */
  readonly tell: (claim: Candidacy) => void;
}

/** Lower than any token: somebody looks at it, so nobody needs to be called. */
const SEEN = '';
const WAIT_MS = 250;
const REMEMBERED = 200;

/**
 * Of a person's tabs one rings: each that could says so to the others, waits a moment, and rings if none with a lower
 * token said the same, and none said it before.
 */
export class TabElection {
  /** The lowest token that was heard of each. */
  readonly #heard = new Map<string, string>();

  constructor(private readonly parts: TabElectionParts) {}

  heard({ what, token }: Candidacy): void {
    const lowest = this.#heard.get(what);
    if (lowest === undefined || token < lowest) this.#heard.set(what, token);
    const [oldest] = this.#heard.keys();
    if (this.#heard.size > REMEMBERED && oldest !== undefined) this.#heard.delete(oldest);
  }

  suppress(what: string): void {
    this.parts.tell({ what, token: SEEN });
  }

  runFor(what: string, won: () => void): void {
    if (this.#heard.has(what)) return;
    const { token } = this.parts;
    this.parts.tell({ what, token });
    this.parts.clock.after(WAIT_MS, () => {
      if (token >= (this.#heard.get(what) ?? `${token}+`)) return;
      // A tab that stood still hears this before its own wait is over.
      this.suppress(what);
      won();
    });
  }
}

export function isCandidacy(value: unknown): value is Candidacy {
  return hasKeys({ what: isText, token: isText })(value);
}
