import type { Consumer, Socket } from '../../channels/consumer.ts';
import type { LayerEvent } from '../../channels/layer.ts';
import { HEARTBEAT_S } from '../../protocol/limits.ts';
import { CLOSE } from '../../protocol/refusals.ts';
import { SESSION_ENDED } from '../accounts/session-group.ts';
import type { Visitor } from '../http/route.ts';
import type { ChatRooms } from './chat-rooms.ts';
import { refusalFrame } from './refusal-frame.ts';
import { LOBBY, personGroup } from './room-group.ts';
import { ROOM_FRAMES } from './room-stream.ts';

/** A socket of someone who is in no room: what goes on in the rooms, and nothing to say. */
export class LobbyConsumer implements Consumer {
  #heartbeat: Timer | null = null;

  readonly hears = new Map<string, (event: LayerEvent, socket: Socket) => void>([
    [ROOM_FRAMES, (event, socket) => void socket.send(String(event.text))],
    [SESSION_ENDED.type, (_, socket) => socket.close(CLOSE.sessionEnded)],
    [
      'read.moved',
      (event, socket) => void socket.send(JSON.stringify({ type: 'read', room: event.room, seq: event.seq })),
    ],
  ]);

  constructor(
    private readonly rooms: ChatRooms,
    private readonly visitor: Visitor,
  ) {}

  async connect(socket: Socket): Promise<void> {
    await this.rooms.door.enter(this.visitor, socket);
    await socket.groupAdd(personGroup(this.visitor.user.id));
    await socket.groupAdd(LOBBY);
    const rooms = (await this.rooms.directory.list()).map((room) => this.rooms.feed.summary(room));
    socket.send(JSON.stringify({ type: 'rooms', rooms }));
    if (!socket.signal.aborted) this.#beat(socket);
  }

  receive(data: string | Uint8Array, socket: Socket): void {
    if (typeof data !== 'string') socket.close(CLOSE.binary);
    else socket.send(JSON.stringify(refusalFrame('unknown_type')));
  }

  disconnect(): void {
    clearInterval(this.#heartbeat ?? undefined);
    this.rooms.door.leave(this.visitor);
  }

  #beat(socket: Socket): void {
    this.#heartbeat = setInterval(() => socket.send('{"type":"heartbeat"}'), HEARTBEAT_S * 1_000);
  }
}
