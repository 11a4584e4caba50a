/** The scratch room of a drill: who made it holds it, and when nobody does it is taken away. */
import { randomBytes } from 'node:crypto';
import type { ChannelLayer } from '../../channels/layer/layer.ts';
import type { Store } from '../../store/store.ts';
import { SESSION_ENDED, sessionGroup } from '../layer-events.ts';
import { newToken } from '../sessions/session-token.ts';

export const DRILL_BOTS_MAX = 500;
/** A drill that a restart of the server interrupts comes back for its room within this time, or is no more. */
const CLAIM_WITHIN_MS = 15_000;
/** However it ends, nobody is signed in for longer. */
const SESSION_LIFE_MS = 60 * 60 * 1_000;
const SLUG_BYTES = 24;

export interface DrillRoom {
  readonly slug: string;
  readonly people: readonly { readonly name: string; readonly token: string }[];
}

/** One who holds the room; another one may have taken it over since. */
export type Holder = symbol;

export class DrillRooms {
  /** Of the room that may be claimed: one that was begun to be taken away is nobody's any more. */
  #slug: string | null = null;
  #hasLeftovers = false;
  #holder: Holder | null = null;
  #claimTimer: Timer | undefined;
  #removing: Promise<void> | null = null;
  #stopped = false;

  constructor(
    private readonly store: Pick<Store, 'drillRoom'>,
    private readonly layer: Pick<ChannelLayer, 'groupSend'>,
    private readonly onError: (error: unknown) => void,
    private readonly claimWithinMs = CLAIM_WITHIN_MS,
  ) {}

  /** What was left by the process before this one waits for whoever holds it. */
  async open(): Promise<this> {
    this.#slug = await this.store.drillRoom.find();
    this.#hasLeftovers = this.#slug !== null;
    this.#removeLater();
    return this;
  }

  /** Whatever is there stays: the next process finds it. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#claimTimer);
    await this.#removing?.catch(() => {});
  }

  /** `taken` while somebody holds another one. */
  async create(count: number, hold: Holder): Promise<DrillRoom | 'taken'> {
    if (this.#holder !== null) return 'taken';
    this.#holder = hold;
    try {
      await this.#remove();
      return await this.#createRoom(count);
    } catch (error) {
      this.#holder = null;
      this.#removeLater();
      throw error;
    }
  }

  /** False when it is not there any more. */
  claim(slug: string, hold: Holder): boolean {
    if (slug !== this.#slug) return false;
    clearTimeout(this.#claimTimer);
    this.#holder = hold;
    return true;
  }

  /** Who held it is gone, with a word or without. What cannot be taken away now stands in nobody's way. */
  async release(hold: Holder): Promise<void> {
    if (hold !== this.#holder || this.#stopped) return;
    try {
      await this.#remove();
    } finally {
      if (hold === this.#holder) this.#holder = null;
    }
  }

  async #createRoom(count: number): Promise<DrillRoom> {
    const slug = `drill-${randomBytes(SLUG_BYTES).toString('hex')}`;
    const people = Array.from({ length: count }, (_, at) => ({ name: `hand ${at + 1}`, ...newToken() }));
    this.#hasLeftovers = true;
    const made = await this.store.drillRoom.create({
      slug,
      name: 'Drill',
      bots: people.map(({ name, tokenHash }) => ({ name, tokenHash })),
      expiresAt: Date.now() + SESSION_LIFE_MS,
    });
    if (made === 'taken') throw new Error('what an earlier drill left is still there');
    this.#slug = slug;
    return { slug, people: people.map(({ name, token }) => ({ name, token })) };
  }

  #removeLater(): void {
    clearTimeout(this.#claimTimer);
    if (!this.#hasLeftovers || this.#stopped) return;
    this.#claimTimer = setTimeout(() => {
      if (this.#holder === null) this.#remove().catch(this.onError);
    }, this.claimWithinMs);
  }

  #remove(): Promise<void> {
    clearTimeout(this.#claimTimer);
    this.#removing ??= this.#deleteAll().finally(() => {
      this.#removing = null;
      this.#removeLater();
    });
    return this.#removing;
  }

  /** Sessions first: their sockets close, and nobody writes any more. */
  async #deleteAll(): Promise<void> {
    if (!this.#hasLeftovers) return;
    this.#slug = null;
    const hashes = await this.store.drillRoom.endSessions();
    await Promise.all(hashes.map((hash) => this.layer.groupSend(sessionGroup(hash), SESSION_ENDED)));
    await this.store.drillRoom.cleanUp();
    this.#hasLeftovers = false;
  }
}
