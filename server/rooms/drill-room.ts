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
export type Hold = symbol;

export class DrillRooms {
  /** Of the room that may be claimed: one that was begun to be taken away is nobody's any more. */
  #slug: string | null = null;
  #isAnythingLeft = false;
  #hold: Hold | null = null;
  #unclaimed: Timer | undefined;
  #removing: Promise<void> | null = null;
  #stopped = false;

  constructor(
    private readonly store: Pick<Store, 'drillRoom'>,
    private readonly layer: Pick<ChannelLayer, 'groupSend'>,
    private readonly failed: (error: unknown) => void,
    private readonly claimWithinMs = CLAIM_WITHIN_MS,
  ) {}

  /** What was left by the process before this one waits for whoever holds it. */
  async open(): Promise<this> {
    this.#slug = await this.store.drillRoom.find();
    this.#isAnythingLeft = this.#slug !== null;
    this.#removeLater();
    return this;
  }

  /** Whatever is there stays: the next process finds it. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#unclaimed);
    await this.#removing?.catch(() => {});
  }

  /** `taken` while somebody holds another one. */
  async make(count: number, hold: Hold): Promise<DrillRoom | 'taken'> {
    if (this.#hold !== null) return 'taken';
    this.#hold = hold;
    try {
      await this.#remove();
      return await this.#create(count);
    } catch (error) {
      this.#hold = null;
      this.#removeLater();
      throw error;
    }
  }

  /** False when it is not there any more. */
  claim(slug: string, hold: Hold): boolean {
    if (slug !== this.#slug) return false;
    clearTimeout(this.#unclaimed);
    this.#hold = hold;
    return true;
  }

  /** Who held it is gone, with a word or without. What cannot be taken away now stands in nobody's way. */
  async release(hold: Hold): Promise<void> {
    if (hold !== this.#hold || this.#stopped) return;
    try {
      await this.#remove();
    } finally {
      if (hold === this.#hold) this.#hold = null;
    }
  }

  async #create(count: number): Promise<DrillRoom> {
    const slug = `drill-${randomBytes(SLUG_BYTES).toString('hex')}`;
    const people = Array.from({ length: count }, (_, at) => ({ name: `hand ${at + 1}`, ...newToken() }));
    this.#isAnythingLeft = true;
    const made = await this.store.drillRoom.create({
      slug,
      name: 'Drill',
      people: people.map(({ name, tokenHash }) => ({ name, tokenHash })),
      expiresAt: Date.now() + SESSION_LIFE_MS,
    });
    if (made === 'taken') throw new Error('what an earlier drill left is still there');
    this.#slug = slug;
    return { slug, people: people.map(({ name, token }) => ({ name, token })) };
  }

  #removeLater(): void {
    clearTimeout(this.#unclaimed);
    if (!this.#isAnythingLeft || this.#stopped) return;
    this.#unclaimed = setTimeout(() => {
      if (this.#hold === null) this.#remove().catch(this.failed);
    }, this.claimWithinMs);
  }

  #remove(): Promise<void> {
    clearTimeout(this.#unclaimed);
    this.#removing ??= this.#takeAway().finally(() => {
      this.#removing = null;
      this.#removeLater();
    });
    return this.#removing;
  }

  /** Sessions first: their sockets close, and nobody writes any more. */
  async #takeAway(): Promise<void> {
    if (!this.#isAnythingLeft) return;
    this.#slug = null;
    const hashes = await this.store.drillRoom.endSessions();
    await Promise.all(hashes.map((hash) => this.layer.groupSend(sessionGroup(hash), SESSION_ENDED)));
    await this.store.drillRoom.sweep();
    this.#isAnythingLeft = false;
  }
}
