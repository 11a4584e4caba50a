import type { CloseInfo, Consumer, Socket } from '../../channels/consumer.ts';
import type { LayerEvent } from '../../channels/layer/layer.ts';
import { type ClientFrame, encodeFrame, parseClientFrame, roomName, type Welcome } from '../../protocol/frames.ts';
import { HEARTBEAT_S, MESSAGE_CODE_POINTS } from '../../protocol/limits.ts';
import { CLOSE } from '../../protocol/refusals.ts';
import type { Message, Room, WriteResult } from '../../store/store.ts';
import type { ChatServices } from '../chat-services.ts';
import type { CurrentUser } from '../http/route.ts';
import { LOBBY, READ_MOVED, ROOM_FRAMES, readMovedOf, roomFramesOf, roomGroup, userGroup } from '../layer-events.ts';
import { chatMessage, encodeList, encodeServerFrame, messageChanged } from '../messages/message-frame.ts';
import { Replay } from '../realtime/replay.ts';
import type { RoomStream } from '../realtime/room-stream.ts';
import { mayLookAround } from '../rooms/access-policy.ts';
import { encodeReadMoved, ReadMarker, type ReadMarkerServices } from './read-marker.ts';
import { RefusalSender } from './refusal-sender.ts';
import type { ResumePosition } from './resume-position.ts';

type ChangingFrame = Exclude<ClientFrame, { readonly type: 'read' }>;

export type ChatConsumerServices = Pick<
  ChatServices,
  'admission' | 'history' | 'isJustStarted' | 'posting' | 'presence' | 'rate' | 'store' | 'streams' | 'version'
> &
  ReadMarkerServices;

/** One socket of a user in one room. */
export class ChatConsumer implements Consumer {
  readonly #refusals = new RefusalSender();
  readonly #group: string;
  readonly #readMarker: ReadMarker;
  #stream: RoomStream | null = null;
  #hasAcquired = false;
  /** The key of this socket in presence; null before it entered. */
  #presenceKey: string | null = null;

  readonly handlers = new Map<string, (event: LayerEvent, socket: Socket) => void>([
    [ROOM_FRAMES, (event, socket) => void socket.send(roomFramesOf(event))],
    [READ_MOVED, (event, socket) => this.#onReadMoved(event, socket)],
  ]);

  constructor(
    private readonly services: ChatConsumerServices,
    private readonly room: Room,
    private readonly currentUser: CurrentUser,
    private readonly position: ResumePosition,
  ) {
    this.#group = roomGroup(room.id);
    this.#readMarker = new ReadMarker(services, room, currentUser.user.id);
  }

  async connect(socket: Socket): Promise<void> {
    await this.services.admission.admit(this.currentUser, socket);
    if (socket.isClosed) return;
    this.#hasAcquired = true;
    const { stream, presence } = await this.services.streams.acquire(this.room.id);
    this.#stream = stream;
    const resumed = await this.#sendWelcome(stream, socket);
    const from = resumed ?? (await this.#sendHistory(stream, socket));
    const replay = new Replay(stream, this.services.store.messages, socket, from);
    if (!(await replay.run(() => this.#join(socket)))) return;
    presence.addNewcomer(socket, () => this.#enterPresence(socket, resumed !== null));
    await this.#sendRename(socket);
  }

  receive(data: string | Uint8Array, socket: Socket): void {
    this.#refusals.onData(data, socket, (text) => this.#onFrame(parseClientFrame(text), socket));
  }

  async disconnect(_: CloseInfo, socket: Socket): Promise<void> {
    this.services.admission.release(this.currentUser, socket);
    if (this.#presenceKey !== null)
      await this.services.presence.leave(this.#group, this.currentUser.user.name, this.#presenceKey);
    if (this.#hasAcquired) await this.services.streams.release(this.room.id);
  }

  /** Returns the position to resume from, null for a fresh entry. */
  async #sendWelcome(stream: RoomStream, socket: Socket): Promise<number | null> {
    const { after, epoch, max } = this.position;
    const isKnown = after !== null && epoch === this.services.store.epoch;
    if (isKnown && after > stream.delivered) await this.#catchUpTo(after, stream);
    const read = await this.#readPosition(stream, socket);
    const head = stream.delivered;
    const missed = isKnown ? Math.max(0, head - after) : 0;
    const resumed = isKnown && after <= head && missed <= max;
    socket.send(encodeFrame(this.#welcomeFrame(head, read, { resumed, missed })));
    return resumed ? after : null;
  }

  /** A claimed position beyond the stored head is false: it must not make the stream read for all members. */
  async #catchUpTo(after: number, stream: RoomStream): Promise<void> {
    if (after <= (await this.services.store.messages.head(this.room.id))) await stream.catchUp();
  }

  /** A user who enters an empty room has read everything before the first message: that is stored, once. */
  async #readPosition(stream: RoomStream, socket: Socket): Promise<number | null> {
    const { id } = this.room;
    const read = (await this.services.store.rooms.unread(this.currentUser.user.id, [id], 0)).get(id)?.read ?? null;
    if (read !== null || stream.delivered > 0) return read;
    this.#readMarker.move(0, socket.channel);
    return 0;
  }

  #welcomeFrame(head: number, read: number | null, entry: Pick<Welcome, 'resumed' | 'missed'>): Welcome {
    const { epoch } = this.services.store;
    const { history, version, rate } = this.services;
    const limits = { message: MESSAGE_CODE_POINTS, rate: rate.perSecond, burst: rate.burst };
    const room = roomName(this.room);
    const user = this.currentUser.user.name;
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

  /** S32, S36: the last messages, to this socket alone, as one array. */
  async #sendHistory(stream: RoomStream, socket: Socket): Promise<number> {
    const from = stream.delivered;
    const rows = await this.services.store.messages.latest(this.room.id, this.services.history, from);
    socket.send(encodeList(rows.map((row) => encodeServerFrame(row, Math.min(row.changed, from)))));
    return from;
  }

  #join(socket: Socket): void {
    void socket.groupAdd(this.#group);
    if (mayLookAround(this.currentUser.user)) void socket.groupAdd(LOBBY);
    void socket.groupAdd(userGroup(this.currentUser.user.id));
  }

  #enterPresence(socket: Socket, resumed: boolean): void {
    this.#presenceKey = socket.channel;
    const announce = !(resumed && this.services.isJustStarted());
    void this.services.presence.enter(this.#group, this.currentUser.user.name, this.#presenceKey, { announce });
  }

  /** The welcome has the room's name of an earlier moment; from the join on the group's events have it. */
  async #sendRename(socket: Socket): Promise<void> {
    const current = await this.services.store.rooms.byId(this.room.id);
    if (current === null || (current.name === this.room.name && current.topic === this.room.topic)) return;
    socket.send(encodeFrame({ type: 'room', room: roomName(current) }));
  }

  #onReadMoved(event: LayerEvent, socket: Socket): void {
    const moved = readMovedOf(event);
    if (moved.from !== socket.channel) socket.send(encodeReadMoved(moved));
  }

  #onFrame(frame: ClientFrame, socket: Socket): void {
    if (frame.type === 'read') this.#readMarker.move(Math.min(frame.seq, this.#stream?.delivered ?? 0), socket.channel);
    else this.#respond(this.#write(frame), frame, socket);
  }

  #write(frame: ChangingFrame): Promise<WriteResult> {
    const { posting } = this.services;
    const { user } = this.currentUser;
    const nonce = frame.nonce ?? null;
    if (frame.type === 'chat_message') return posting.post(user, this.room.id, frame.message, nonce);
    const target = { roomId: this.room.id, seq: frame.seq, by: user };
    return frame.type === 'edit' ? posting.edit(target, frame.message, nonce) : posting.delete(target, nonce);
  }

  /** An applied change returns by the room's group; a duplicate and a refusal are sent to this socket alone. */
  #respond(writing: Promise<WriteResult>, frame: ChangingFrame, socket: Socket): void {
    writing
      .then((result) => {
        if (result.kind === 'refused') this.#refusals.send(socket, result.code, frame.nonce, result.retryAfter);
        if (result.kind === 'duplicate') this.#confirmDuplicate(result.message, frame, socket);
      })
      .catch((error: unknown) => {
        this.services.onError(error);
        socket.close(CLOSE.fault);
      });
  }

  #confirmDuplicate(message: Message, frame: ChangingFrame, socket: Socket): void {
    const state = frame.type === 'chat_message' ? chatMessage(message) : messageChanged(message);
    const text = encodeFrame({ ...state, repeat: true });
    this.#stream?.whenDelivered(message.changed, () => socket.send(text));
  }
}
