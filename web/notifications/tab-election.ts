import type { Clock } from '../../client/clock.ts';
import { hasKeys, isText } from '../../protocol/shape.ts';

export interface Claim {
  readonly what: string;
  /** Of the tab that claims; the lowest one has it. */
  readonly token: string;
}

export interface ClaimParts {
  readonly clock: Clock;
  readonly token: string;
  /** To the person's other tabs. */
  readonly tell: (claim: Claim) => void;
}

/** Lower than any token: somebody looks at it, so nobody needs to be called. */
const SEEN = '';
const WAIT_MS = 250;
const REMEMBERED = 200;

/**
 * Of a person's tabs one rings: each that could says so to the others, waits a moment, and rings if none with a lower
 * token said the same, and none said it before.
 */
export class Claims {
  /** The lowest token that was heard of each. */
  readonly #heard = new Map<string, string>();

  constructor(private readonly parts: ClaimParts) {}

  heard({ what, token }: Claim): void {
    const lowest = this.#heard.get(what);
    if (lowest === undefined || token < lowest) this.#heard.set(what, token);
    const [oldest] = this.#heard.keys();
    if (this.#heard.size > REMEMBERED && oldest !== undefined) this.#heard.delete(oldest);
  }

  seen(what: string): void {
    this.parts.tell({ what, token: SEEN });
  }

  claim(what: string, won: () => void): void {
    if (this.#heard.has(what)) return;
    const { token } = this.parts;
    this.parts.tell({ what, token });
    this.parts.clock.after(WAIT_MS, () => {
      if (token >= (this.#heard.get(what) ?? `${token}+`)) return;
      // A tab that stood still hears this before its own wait is over.
      this.seen(what);
      won();
    });
  }
}

export function isClaim(value: unknown): value is Claim {
  return hasKeys({ what: isText, token: isText })(value);
}
