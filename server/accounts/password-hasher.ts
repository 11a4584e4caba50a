import { availableParallelism } from 'node:os';
import { networkOf } from '../../channels/middleware/ip-address.ts';
import { busy } from './form-errors.ts';

const ARGON2ID = { algorithm: 'argon2id', memoryCost: 19_456, timeCost: 2 } as const;

/** Long enough for a class that logs in at once. */
const WAIT_MS = 10_000;
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
 * a time; an attempt that waits longer than 10 s is refused with 503. Addresses take turns: however many attempts one has
 * waiting, the first one of another is the next but one. When too many wait, the address with the most loses its last.
 */
export class PasswordHasher {
  readonly #functions: HashFunctions;
  readonly #waitMs: number;
  /** By address, in the order of their next turn. */
  readonly #waiting = new Map<string, Turn[]>();
  readonly #underWay = new Set<Promise<unknown>>();
  #stopping = false;
  #free: number;

  constructor(options: { functions?: HashFunctions; atOnce?: number; waitMs?: number } = {}) {
    this.#functions = options.functions ?? BUN;
    this.#free = options.atOnce ?? Math.max(1, availableParallelism() - 1);
    this.#waitMs = options.waitMs ?? WAIT_MS;
  }

  hash(password: string, address = ''): Promise<string> {
    return this.#inTurn(address, () => this.#functions.hash(password));
  }

  verify(password: string, hash: string, address = ''): Promise<boolean> {
    return this.#inTurn(address, () => this.#functions.verify(password, hash));
  }

  /** The same work for a name without an account; always false. */
  async verifyUnknown(password: string, address = ''): Promise<false> {
    await this.verify(password, DUMMY_HASH, address);
    return false;
  }

  /** Refuses waiting and new attempts at once. Resolves when those under way are done. */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const turn of [...this.#waiting.values()].flat()) this.#refuse(turn);
    await Promise.allSettled(this.#underWay);
  }

  async #inTurn<T>(address: string, work: () => Promise<T>): Promise<T> {
    if (this.#stopping) throw busy(this.#waitMs);
    if (this.#free > 0) this.#free -= 1;
    else await this.#waitForTurn(networkOf(address));
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
  #waitForTurn(network: string): Promise<void> {
    this.#makeRoomFor(network);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const turn: Turn = { network, start: resolve, refuse: reject };
    const timer = setTimeout(() => this.#refuse(turn), this.#waitMs);
    this.#waiting.set(network, [...(this.#waiting.get(network) ?? []), turn]);
    return promise.finally(() => clearTimeout(timer));
  }

  #makeRoomFor(network: string): void {
    const queues = [...this.#waiting.values()];
    if (queues.reduce((sum, { length }) => sum + length, 0) < WAITING_MAX) return;
    const longest = queues.reduce((most, queue) => (queue.length > most.length ? queue : most));
    const last = longest.at(-1);
    if (last === undefined || longest.length <= (this.#waiting.get(network)?.length ?? 0)) throw busy(this.#waitMs);
    this.#refuse(last);
  }

  #refuse(turn: Turn): void {
    this.#remove(turn);
    turn.refuse(busy(this.#waitMs));
  }

  #remove(turn: Turn): void {
    const rest = (this.#waiting.get(turn.network) ?? []).filter((other) => other !== turn);
    if (rest.length > 0) this.#waiting.set(turn.network, rest);
    else this.#waiting.delete(turn.network);
  }

  #passTurnOn(): void {
    const [next] = this.#waiting.values();
    const turn = next?.[0];
    if (turn === undefined) {
      this.#free += 1;
      return;
    }
    const rest = next?.slice(1) ?? [];
    this.#waiting.delete(turn.network);
    if (rest.length > 0) this.#waiting.set(turn.network, rest);
    turn.start();
  }
}

interface Turn {
  readonly network: string;
  start(): void;
  refuse(error: Error): void;
}
