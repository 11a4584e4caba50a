/** The room of a drill. Its creator holds it; a room without a holder is deleted. */
import { randomBytes } from 'node:crypto';
import type { ChannelLayer } from '../../channels/layer/layer.ts';
import type { Store } from '../../store/store.ts';
import { SESSION_ENDED, sessionGroup } from '../layer-events.ts';
import { newToken } from '../sessions/session-token.ts';

export const DRILL_BOTS_MAX = 500;
/** A drill that a restart of the server interrupts claims its room within this time; after that it counts as ended. */
const CLAIM_WITHIN_MS = 15_000;
/** The bots' sessions end after this time, however the drill ends. */
const SESSION_LIFE_MS = 60 * 60 * 1_000;
const SLUG_BYTES = 24;

export interface DrillRoom {
  readonly slug: string;
  readonly people: readonly { readonly name: string; readonly token: string }[];
}

/** Identifies the present holder of the room; another one may have claimed it since. */
export type Holder = symbol;

export class DrillRooms {
  /** Of the room that may be claimed; null as soon as its deletion has begun. */
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

  /** A room of the process before this one waits for its holder to claim it. */
  async open(): Promise<this> {
    this.#slug = await this.store.drillRoom.find();
    this.#hasLeftovers = this.#slug !== null;
    this.#removeLater();
    return this;
  }

  /** The room stays: the next process finds it. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#claimTimer);
    await this.#removing?.catch(() => {});
  }

  /** `taken` while another drill holds a room. */
  async create(count: number, holder: Holder): Promise<DrillRoom | 'taken'> {
    if (this.#holder !== null) return 'taken';
    this.#holder = holder;
    try {
      await this.#remove();
      return await this.#createRoom(count);
    } catch (error) {
      this.#holder = null;
      this.#removeLater();
      throw error;
    }
  }

  /** False when the room no longer exists. */
  claim(slug: string, holder: Holder): boolean {
    if (slug !== this.#slug) return false;
    clearTimeout(this.#claimTimer);
    this.#holder = holder;
    return true;
  }

  /** The holder has left. A room that cannot be deleted now is deleted later, and does not block the next drill. */
  async release(holder: Holder): Promise<void> {
    if (holder !== this.#holder || this.#stopped) return;
    try {
      await this.#remove();
    } finally {
      if (holder === this.#holder) this.#holder = null;
    }
  }

  async #createRoom(count: number): Promise<DrillRoom> {
    const slug = `drill-${randomBytes(SLUG_BYTES).toString('hex')}`;
    const people = Array.from({ length: count }, (_, at) => ({ name: `bot ${at + 1}`, ...newToken() }));
    this.#hasLeftovers = true;
    const created = await this.store.drillRoom.create({
      slug,
      name: 'Drill',
      bots: people.map(({ name, tokenHash }) => ({ name, tokenHash })),
      expiresAt: Date.now() + SESSION_LIFE_MS,
    });
    if (created === 'taken') throw new Error('the room of an earlier drill still exists');
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

  /** Sessions first: their sockets close, and no more is written. */
  async #deleteAll(): Promise<void> {
    if (!this.#hasLeftovers) return;
    this.#slug = null;
    const hashes = await this.store.drillRoom.endSessions();
    await Promise.all(hashes.map((hash) => this.layer.groupSend(sessionGroup(hash), SESSION_ENDED)));
    await this.store.drillRoom.cleanUp();
    this.#hasLeftovers = false;
  }
}
