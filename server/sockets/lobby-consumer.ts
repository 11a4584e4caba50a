import type { CloseInfo, Consumer, Socket } from '../../channels/consumer.ts';
import type { LayerEvent } from '../../channels/layer/layer.ts';
import { encodeFrame } from '../../protocol/frames.ts';
import { HEARTBEAT_S } from '../../protocol/limits.ts';
import { Refusal } from '../../protocol/refusals.ts';
import type { ChatServices } from '../chat-services.ts';
import type { CurrentUser } from '../http/route.ts';
import { LOBBY, READ_MOVED, ROOM_FRAMES, readMovedOf, userGroup } from '../layer-events.ts';
import { ROOMS_A_FRAME } from '../rooms/room-updates.ts';
import { encodeReadMoved } from './read-marker.ts';
import { RefusalSender } from './refusal-sender.ts';

/** A socket of someone who is in no room: what goes on in the rooms, and nothing to say. */
export class LobbyConsumer implements Consumer {
  readonly #refusing = new RefusalSender();
  #heartbeat: Timer | null = null;

  readonly handlers = new Map<string, (event: LayerEvent, socket: Socket) => void>([
    [ROOM_FRAMES, (event, socket) => void socket.send(String(event.text))],
    [READ_MOVED, (event, socket) => void socket.send(encodeReadMoved(readMovedOf(event)))],
  ]);

  constructor(
    private readonly rooms: ChatServices,
    private readonly visitor: CurrentUser,
  ) {}

  async connect(socket: Socket): Promise<void> {
    await this.rooms.admission.enter(this.visitor, socket);
    await socket.groupAdd(userGroup(this.visitor.user.id));
    await socket.groupAdd(LOBBY);
    const all = await this.rooms.directory.list();
    const welcome = { user: this.visitor.user.name, epoch: this.rooms.store.epoch, version: this.rooms.version };
    for (let at = 0; at === 0 || at < all.length; at += ROOMS_A_FRAME) {
      socket.send(this.rooms.roomUpdates.encode(all.slice(at, at + ROOMS_A_FRAME), at === 0 ? welcome : undefined));
    }
    if (!socket.isClosed) this.#beat(socket);
  }

  receive(data: string | Uint8Array, socket: Socket): void {
    this.#refusing.receive(data, socket, () => {
      throw new Refusal('unknown_type');
    });
  }

  disconnect(_: CloseInfo, socket: Socket): void {
    clearInterval(this.#heartbeat ?? undefined);
    this.rooms.admission.leave(this.visitor, socket);
  }

  #beat(socket: Socket): void {
    this.#heartbeat = setInterval(() => socket.send(encodeFrame({ type: 'heartbeat' })), HEARTBEAT_S * 1_000);
  }
}
