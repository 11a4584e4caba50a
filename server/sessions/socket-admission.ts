import { Denied, type Socket } from '../../channels/consumer.ts';
import { CLOSE } from '../../protocol/refusals.ts';
import { isDrillRoom, type Sessions } from '../../store/store.ts';
import type { CurrentUser } from '../http/route.ts';
import type { SessionSockets } from './session-sockets.ts';

/**
 * Admits sockets: enforces the per-user limit and rechecks the session after `accept`. The count is not that of
 * `limitSockets`, which would wrap each route by itself and answer before it: the sockets of all routes count together
 * here, the bots of a drill are exempt, and at the limit an unknown room is still a 404.
 */
export class SocketAdmission {
  readonly #sockets = new Map<number, number>();

  constructor(
    private readonly sessions: Sessions,
    private readonly sessionSockets: SessionSockets,
    /** 0 = no limit. */
    private readonly socketsPerPerson: number,
  ) {}

  /**
   * Accepts the socket, or throws Denied. `release` must follow when an admitted socket has closed; it may have closed
   * before this resolves.
   */
  async admit(currentUser: CurrentUser, socket: Socket): Promise<void> {
    this.#count(currentUser);
    try {
      await socket.accept();
    } catch (error) {
      this.#uncount(currentUser);
      throw error;
    }
    await this.sessionSockets.add(currentUser.session, socket);
    // Rechecked now that the end of the session would reach the socket: it may have ended since the handshake.
    if ((await this.sessions.find(currentUser.session.tokenHash)) === null) socket.close(CLOSE.sessionEnded);
  }

  release(currentUser: CurrentUser, socket: Socket): void {
    this.sessionSockets.remove(currentUser.session, socket);
    this.#uncount(currentUser);
  }

  #uncount(currentUser: CurrentUser): void {
    const left = (this.#sockets.get(currentUser.user.id) ?? 0) - 1;
    if (left > 0) this.#sockets.set(currentUser.user.id, left);
    else this.#sockets.delete(currentUser.user.id);
  }

  #count(currentUser: CurrentUser): void {
    const sockets = (this.#sockets.get(currentUser.user.id) ?? 0) + 1;
    const isLimited = this.socketsPerPerson > 0 && !isDrillRoom(currentUser.user.id);
    if (isLimited && sockets > this.socketsPerPerson) throw new Denied(429, { 'retry-after': '5' });
    this.#sockets.set(currentUser.user.id, sockets);
  }
}
