import { availableParallelism } from 'node:os';
import { FormErrors } from './form-errors.ts';

const ARGON2ID = { algorithm: 'argon2id', memoryCost: 19_456, timeCost: 2 } as const;

const WAIT_MS = 2_000;
/** More could not be served within WAIT_MS anyway. */
const WAITING_MAX = 100;

/** Replaced in tests. */
export interface HashFunctions {
  hash(password: string): Promise<string>;
  verify(password: string, hash: string): Promise<boolean>;
}

const BUN: HashFunctions = {
  hash: (password) => Bun.password.hash(password, ARGON2ID),
  verify: (password, hash) => Bun.password.verify(password, hash),
};

/**
 * The hash of a discarded random password. A log-in with an unknown name is verified against it, so that it takes as long
 * as with a known one. Its parameters are those of ARGON2ID; a test compares them.
 */
const DUMMY_HASH =
  '$argon2id$v=19$m=19456,t=2,p=1$qjm/99lZTOaXuDhXJi52zSfLTCKYHV5iEm5uk/89BaA$lMoJoB6q6BAkxjhNMiOQKzZHHiJP3HIJCySddxrZAYQ';

/**
 * Hashing is slow on purpose, so a flood of log-ins could take every core from the chat. At most `atOnce` are computed at
 * a time; an attempt that waits longer than 2 s is refused with 503.
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

  /** The same work for a name without an account; always false. */
  async verifyUnknown(password: string): Promise<false> {
    await this.verify(password, DUMMY_HASH);
    return false;
  }

  /** Refuses waiting and new attempts at once. Resolves when those under way are done. */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const { refuse } of this.#waiting.splice(0)) refuse();
    await Promise.allSettled(this.#underWay);
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#stopping) throw busy(this.#waitMs);
    if (this.#free > 0) this.#free -= 1;
    else await this.#waitForTurn();
    try {
      return await this.#tracked(work());
    } finally {
      this.#passTurnOn();
    }
  }

  #tracked<T>(work: Promise<T>): Promise<T> {
    this.#underWay.add(work);
    return work.finally(() => this.#underWay.delete(work));
  }

  /** A turn passes to the next attempt without becoming free in between. */
  #waitForTurn(): Promise<void> {
    if (this.#waiting.length >= WAITING_MAX) throw busy(this.#waitMs);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const refuse = (): void => reject(busy(this.#waitMs));
    const turn: Turn = { start: resolve, refuse };
    const timer = setTimeout(() => {
      this.#waiting.splice(this.#waiting.indexOf(turn), 1);
      refuse();
    }, this.#waitMs);
    this.#waiting.push(turn);
    return promise.finally(() => clearTimeout(timer));
  }

  #passTurnOn(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next.start();
  }
}

interface Turn {
  start(): void;
  refuse(): void;
}

function busy(waitMs: number): FormErrors {
  return FormErrors.wait(503, 'busy', 'Too many people log in at once. Try again in a moment.', waitMs);
}
