import { availableParallelism } from 'node:os';
import { FormErrors } from './form-errors.ts';

const ARGON2ID = { algorithm: 'argon2id', memoryCost: 19_456, timeCost: 2 } as const;

const WAIT_MS = 2_000;
/** More waiting than this could not be served within the wait anyway. */
const WAITING_MAX = 100;

/** How the work is done; another one in tests. */
export interface HashFunctions {
  hash(password: string): Promise<string>;
  verify(password: string, hash: string): Promise<boolean>;
}

const BUN: HashFunctions = {
  hash: (password) => Bun.password.hash(password, ARGON2ID),
  verify: (password, hash) => Bun.password.verify(password, hash),
};

/**
 * Of a random password that was thrown away. An unknown name is compared with it, so that it takes as long as a known
 * one; the work it asks for is that of ARGON2ID (a test holds them together).
 */
const NOBODY =
  '$argon2id$v=19$m=19456,t=2,p=1$qjm/99lZTOaXuDhXJi52zSfLTCKYHV5iEm5uk/89BaA$lMoJoB6q6BAkxjhNMiOQKzZHHiJP3HIJCySddxrZAYQ';

/**
 * Hashing is slow on purpose, so a flood of log-ins could take every core from the chat. At most so many are computed
 * at once; who waits longer than 2 s is refused with 503.
 */
export class PasswordHasher {
  readonly #functions: HashFunctions;
  readonly #waitMs: number;
  readonly #waiting: Turn[] = [];
  readonly #underWay = new Set<Promise<unknown>>();
  #stopping = false;
  #free: number;

  constructor(options: { functions?: HashFunctions; atOnce?: number; waitMs?: number } = {}) {
    this.#functions = options.functions ?? BUN;
    this.#free = options.atOnce ?? Math.max(1, availableParallelism() - 1);
    this.#waitMs = options.waitMs ?? WAIT_MS;
  }

  hash(password: string): Promise<string> {
    return this.#inTurn(() => this.#functions.hash(password));
  }

  verify(password: string, hash: string): Promise<boolean> {
    return this.#inTurn(() => this.#functions.verify(password, hash));
  }

  /** The work of a comparison, for nobody; the answer is always no. */
  async verifyNobody(password: string): Promise<false> {
    await this.verify(password, NOBODY);
    return false;
  }

  /** Who waits or comes is refused at once. Resolves when what is under way is done. */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const { refused } of this.#waiting.splice(0)) refused();
    await Promise.allSettled(this.#underWay);
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#stopping) throw busy(this.#waitMs);
    if (this.#free > 0) this.#free -= 1;
    else await this.#called();
    try {
      return await this.#watched(work());
    } finally {
      this.#done();
    }
  }

  #watched<T>(work: Promise<T>): Promise<T> {
    this.#underWay.add(work);
    return work.finally(() => this.#underWay.delete(work));
  }

  /** A turn is handed over without becoming free in between. */
  #called(): Promise<void> {
    if (this.#waiting.length >= WAITING_MAX) throw busy(this.#waitMs);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const refused = (): void => reject(busy(this.#waitMs));
    const turn: Turn = { called: resolve, refused };
    const timer = setTimeout(() => {
      this.#waiting.splice(this.#waiting.indexOf(turn), 1);
      refused();
    }, this.#waitMs);
    this.#waiting.push(turn);
    return promise.finally(() => clearTimeout(timer));
  }

  #done(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next.called();
  }
}

interface Turn {
  called(): void;
  refused(): void;
}

function busy(waitMs: number): FormErrors {
  return FormErrors.wait(503, 'busy', 'Too many people log in at once. Try again in a moment.', waitMs);
}
