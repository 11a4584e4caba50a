import type { CloseInfo, Consumer, Socket } from '../../channels/consumer.ts';
import type { LayerEvent } from '../../channels/layer/layer.ts';
import { type ClientFrame, encodeFrame, parseClientFrame, roomName, type Welcome } from '../../protocol/frames.ts';
import { HEARTBEAT_S, MESSAGE_CODE_POINTS } from '../../protocol/limits.ts';
import { CLOSE } from '../../protocol/refusals.ts';
import type { Message, Room, WriteResult } from '../../store/store.ts';
import type { ChatServices } from '../chat-services.ts';
import type { CurrentUser } from '../http/route.ts';
import { LOBBY, READ_MOVED, ROOM_FRAMES, readMovedOf, roomGroup, userGroup } from '../layer-events.ts';
import { chatMessage, encodeList, encodeServerFrame, messageChanged } from '../messages/message-frame.ts';
import { Replay } from '../realtime/replay.ts';
import type { RoomStream } from '../realtime/room-stream.ts';
import { mayLookAround } from '../rooms/access-policy.ts';
import { encodeReadMoved, ReadMarker } from './read-marker.ts';
import { RefusalSender } from './refusal-sender.ts';
import type { ResumePosition } from './resume-position.ts';

type ChangingFrame = Exclude<ClientFrame, { readonly type: 'read' }>;

/** One person's one socket in one room. */
export class ChatConsumer implements Consumer {
  readonly #refusing = new RefusalSender();
  readonly #group: string;
  readonly #readMark: ReadMarker;
  #stream: RoomStream | null = null;
  #held = false;
  /** Under which name presence knows this socket. */
  #present: string | null = null;

  readonly handlers = new Map<string, (event: LayerEvent, socket: Socket) => void>([
    [ROOM_FRAMES, (event, socket) => this.#pass(event, socket)],
    [READ_MOVED, (event, socket) => this.#readElsewhere(event, socket)],
  ]);

  constructor(
    private readonly rooms: ChatServices,
    private readonly room: Room,
    private readonly visitor: CurrentUser,
    private readonly position: ResumePosition,
  ) {
    this.#group = roomGroup(room.id);
    this.#readMark = new ReadMarker(rooms, room, visitor.user.id);
  }

  async connect(socket: Socket): Promise<void> {
    await this.rooms.admission.enter(this.visitor, socket);
    if (socket.isClosed) return;
    this.#held = true;
    const { stream, people } = await this.rooms.streams.hold(this.room.id);
    this.#stream = stream;
    const resumed = await this.#welcome(stream, socket);
    const from = resumed ?? (await this.#history(stream, socket));
    const replay = new Replay(stream, this.rooms.store.messages, socket, from);
    if (!(await replay.run(() => this.#join(socket)))) return;
    people.arrive(socket, () => this.#appear(socket, resumed !== null));
    await this.#tellRename(socket);
  }

  receive(data: string | Uint8Array, socket: Socket): void {
    this.#refusing.receive(data, socket, (text) => this.#handle(parseClientFrame(text), socket));
  }

  async disconnect(_: CloseInfo, socket: Socket): Promise<void> {
    this.rooms.admission.leave(this.visitor, socket);
    if (this.#present !== null) await this.rooms.presence.leave(this.#group, this.visitor.user.name, this.#present);
    if (this.#held) await this.rooms.streams.release(this.room.id);
  }

  /** Answers the position to resume from, null for a fresh entry. */
  async #welcome(stream: RoomStream, socket: Socket): Promise<number | null> {
    const { after, epoch, max } = this.position;
    const known = after !== null && epoch === this.rooms.store.epoch;
    if (known && after > stream.delivered) await this.#catchUpTo(after, stream);
    const read = await this.#read(stream, socket);
    const head = stream.delivered;
    const missed = known ? Math.max(0, head - after) : 0;
    const resumed = known && after <= head && missed <= max;
    socket.send(encodeFrame(this.#welcomeFrame(head, read, { resumed, missed })));
    return resumed ? after : null;
  }

  /** Whoever claims a position beyond the head is not behind it: nobody else is to notice. */
  async #catchUpTo(after: number, stream: RoomStream): Promise<void> {
    if (after <= (await this.rooms.store.messages.head(this.room.id))) await stream.catchUp();
  }

  /** Who is here before anything was said misses nothing from then on: that is remembered, once. */
  async #read(stream: RoomStream, socket: Socket): Promise<number | null> {
    const { id } = this.room;
    const read = (await this.rooms.store.rooms.unread(this.visitor.user.id, [id], 0)).get(id)?.read ?? null;
    if (read !== null || stream.delivered > 0) return read;
    this.#readMark.move(0, socket.channel);
    return 0;
  }

  #welcomeFrame(head: number, read: number | null, entry: Pick<Welcome, 'resumed' | 'missed'>): Welcome {
    const { epoch } = this.rooms.store;
    const { history, version, rate } = this.rooms;
    const limits = { message: MESSAGE_CODE_POINTS, rate: rate.perSecond, burst: rate.burst };
    const room = roomName(this.room);
    const user = this.visitor.user.name;
    return {
      type: 'welcome',
      room,
      user,
      epoch,
      head,
      ...entry,
      read,
      history,
      heartbeat: HEARTBEAT_S,
      version,
      limits,
    };
  }

  /** S32, S36: the last few, to the newcomer alone, as one array. */
  async #history(stream: RoomStream, socket: Socket): Promise<number> {
    const from = stream.delivered;
    const rows = await this.rooms.store.messages.latest(this.room.id, this.rooms.history, from);
    socket.send(encodeList(rows.map((row) => encodeServerFrame(row, Math.min(row.changed, from)))));
    return from;
  }

  #join(socket: Socket): void {
    void socket.groupAdd(this.#group);
    if (mayLookAround(this.visitor.user)) void socket.groupAdd(LOBBY);
    void socket.groupAdd(userGroup(this.visitor.user.id));
  }

  #appear(socket: Socket, resumed: boolean): void {
    this.#present = socket.channel;
    const announce = !(resumed && this.rooms.justStarted());
    void this.rooms.presence.enter(this.#group, this.visitor.user.name, this.#present, { announce });
  }

  /** The welcome told what the room was called then; from the join on the group tells. */
  async #tellRename(socket: Socket): Promise<void> {
    const now = await this.rooms.store.rooms.byId(this.room.id);
    if (now === null || (now.name === this.room.name && now.topic === this.room.topic)) return;
    socket.send(encodeFrame({ type: 'room', room: roomName(now) }));
  }

  #pass(event: LayerEvent, socket: Socket): void {
    if (typeof event.text === 'string') socket.send(event.text);
  }

  #readElsewhere(event: LayerEvent, socket: Socket): void {
    const moved = readMovedOf(event);
    if (moved.from !== socket.channel) socket.send(encodeReadMoved(moved));
  }

  #handle(frame: ClientFrame, socket: Socket): void {
    if (frame.type === 'read') this.#readMark.move(Math.min(frame.seq, this.#stream?.delivered ?? 0), socket.channel);
    else this.#answer(this.#write(frame), frame, socket);
  }

  #write(frame: ChangingFrame): Promise<WriteResult> {
    const { posting } = this.rooms;
    const { user } = this.visitor;
    const nonce = frame.nonce ?? null;
    if (frame.type === 'chat_message') return posting.post(user, this.room.id, frame.message, nonce);
    const revision = { roomId: this.room.id, seq: frame.seq, by: user };
    return frame.type === 'edit' ? posting.edit(revision, frame.message, nonce) : posting.delete(revision, nonce);
  }

  /** What is new comes back by the room's own road; a repeat and a refusal go to this socket alone. */
  #answer(writing: Promise<WriteResult>, frame: ChangingFrame, socket: Socket): void {
    writing
      .then((written) => {
        if (written.kind === 'refused') this.#refusing.tell(socket, written.code, frame.nonce, written.retryAfter);
        if (written.kind === 'repeat') this.#repeat(written.message, frame, socket);
      })
      .catch((error: unknown) => {
        this.rooms.failed(error);
        socket.close(CLOSE.fault);
      });
  }

  #repeat(message: Message, frame: ChangingFrame, socket: Socket): void {
    const state = frame.type === 'chat_message' ? chatMessage(message) : messageChanged(message);
    const text = encodeFrame({ ...state, repeat: true });
    this.#stream?.whenDelivered(message.changed, () => socket.send(text));
  }
}
