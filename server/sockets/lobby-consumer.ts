import type { CloseInfo, Consumer, Socket } from '../../channels/consumer.ts';
import type { LayerEvent } from '../../channels/layer/layer.ts';
import { encodeFrame } from '../../protocol/frames.ts';
import { HEARTBEAT_S } from '../../protocol/limits.ts';
import { Refusal } from '../../protocol/refusals.ts';
import type { ChatServices } from '../chat-services.ts';
import type { CurrentUser } from '../http/route.ts';
import { LOBBY, READ_MOVED, ROOM_FRAMES, readMovedOf, roomFramesOf, userGroup } from '../layer-events.ts';
import { ROOMS_A_FRAME } from '../rooms/room-updates.ts';
import { encodeReadMoved } from './read-marker.ts';
import { RefusalSender } from './refusal-sender.ts';

export type LobbyServices = Pick<ChatServices, 'admission' | 'directory' | 'roomUpdates' | 'store' | 'version'>;

/** A socket of a user who is in no room: receives the rooms' changes, and sends nothing. */
export class LobbyConsumer implements Consumer {
  readonly #refusals = new RefusalSender();
  #heartbeat: Timer | null = null;

  readonly handlers = new Map<string, (event: LayerEvent, socket: Socket) => void>([
    [ROOM_FRAMES, (event, socket) => void socket.send(roomFramesOf(event))],
    [READ_MOVED, (event, socket) => void socket.send(encodeReadMoved(readMovedOf(event)))],
  ]);

  constructor(
    private readonly services: LobbyServices,
    private readonly currentUser: CurrentUser,
  ) {}

  async connect(socket: Socket): Promise<void> {
    await this.services.admission.admit(this.currentUser, socket);
    await socket.groupAdd(userGroup(this.currentUser.user.id));
    await socket.groupAdd(LOBBY);
    const all = await this.services.directory.list();
    const welcome = {
      user: this.currentUser.user.name,
      epoch: this.services.store.epoch,
      version: this.services.version,
    };
    for (let at = 0; at === 0 || at < all.length; at += ROOMS_A_FRAME) {
      socket.send(this.services.roomUpdates.encode(all.slice(at, at + ROOMS_A_FRAME), at === 0 ? welcome : undefined));
    }
    if (!socket.isClosed) this.#startHeartbeat(socket);
  }

  receive(data: string | Uint8Array, socket: Socket): void {
    this.#refusals.onData(data, socket, () => {
      throw new Refusal('unknown_type');
    });
  }

  disconnect(_: CloseInfo, socket: Socket): void {
    clearInterval(this.#heartbeat ?? undefined);
    this.services.admission.release(this.currentUser, socket);
  }

  #startHeartbeat(socket: Socket): void {
    this.#heartbeat = setInterval(() => socket.send(encodeFrame({ type: 'heartbeat' })), HEARTBEAT_S * 1_000);
  }
}
