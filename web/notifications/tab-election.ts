import type { Clock } from '../../client/clock.ts';
import { hasKeys, isText } from '../../protocol/shape.ts';

export interface Candidacy {
  /** The room and number of the message. */
  readonly mention: string;
  /** Of the candidate tab; the lowest one wins. */
  readonly token: string;
}

export interface TabElectionParts {
  readonly clock: Clock;
  readonly token: string;
  /** To the user's other tabs. */
  readonly publish: (candidacy: Candidacy) => void;
}

/** Lower than any token: the user sees the message in a tab, so that none has to notify. */
const SUPPRESSED = '';
const WAIT_MS = 250;
const REMEMBERED = 200;

/**
 * Elects one of the user's tabs to notify: each candidate publishes its token, waits a moment, and wins if no tab with
 * a lower token is a candidate and none was one before.
 */
export class TabElection {
  /** The lowest token received for each mention. */
  readonly #lowestTokens = new Map<string, string>();

  constructor(private readonly parts: TabElectionParts) {}

  onCandidacy({ mention, token }: Candidacy): void {
    const lowest = this.#lowestTokens.get(mention);
    if (lowest === undefined || token < lowest) this.#lowestTokens.set(mention, token);
    const [oldest] = this.#lowestTokens.keys();
    if (this.#lowestTokens.size > REMEMBERED && oldest !== undefined) this.#lowestTokens.delete(oldest);
  }

  suppress(mention: string): void {
    this.parts.publish({ mention, token: SUPPRESSED });
  }

  runFor(mention: string, onWon: () => void): void {
    if (this.#lowestTokens.has(mention)) return;
    const { token } = this.parts;
    this.parts.publish({ mention, token });
    this.parts.clock.after(WAIT_MS, () => {
      if (token >= (this.#lowestTokens.get(mention) ?? `${token}+`)) return;
      // A tab that was suspended receives this before its own wait is over.
      this.suppress(mention);
      onWon();
    });
  }
}

export function isCandidacy(value: unknown): value is Candidacy {
  return hasKeys({ mention: isText, token: isText })(value);
}
