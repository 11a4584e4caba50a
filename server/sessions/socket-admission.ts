import { Denied, type Socket } from '../../channels/consumer.ts';
import { CLOSE } from '../../protocol/refusals.ts';
import { isScratch, type Sessions } from '../../store/store.ts';
import type { Visitor } from '../http/route.ts';
import type { OpenSessions } from './session-sockets.ts';

/** Where every socket of the chat comes in: how many a person may have, and whether the session still holds. */
export class Door {
  readonly #sockets = new Map<number, number>();

  constructor(
    private readonly sessions: Sessions,
    private readonly openSessions: OpenSessions,
    /** 0 = no limit. */
    private readonly socketsPerPerson: number,
  ) {}

  /**
   * Accepts, or throws Denied. For an accepted socket `leave` must follow, when it has gone; it may be gone already when
   * this resolves.
   */
  async enter(visitor: Visitor, socket: Socket): Promise<void> {
    this.#count(visitor);
    try {
      await socket.accept();
    } catch (error) {
      this.#uncount(visitor);
      throw error;
    }
    await this.openSessions.opened(visitor.session, socket);
    // Asked again now that an end of the session would be heard: it may have ended since the handshake was checked.
    if ((await this.sessions.find(visitor.session.tokenHash)) === null) socket.close(CLOSE.sessionEnded);
  }

  leave(visitor: Visitor, socket: Socket): void {
    this.openSessions.closed(visitor.session, socket);
    this.#uncount(visitor);
  }

  #uncount(visitor: Visitor): void {
    const left = (this.#sockets.get(visitor.user.id) ?? 0) - 1;
    if (left > 0) this.#sockets.set(visitor.user.id, left);
    else this.#sockets.delete(visitor.user.id);
  }

  #count(visitor: Visitor): void {
    const sockets = (this.#sockets.get(visitor.user.id) ?? 0) + 1;
    const isLimited = this.socketsPerPerson > 0 && !isScratch(visitor.user.id);
    if (isLimited && sockets > this.socketsPerPerson) throw new Denied(429, { 'retry-after': '5' });
    this.#sockets.set(visitor.user.id, sockets);
  }
}
