import type { ChannelLayer } from '../../channels/layer/layer.ts';
import { roomName } from '../../protocol/frames.ts';
import { ROOM_NAME_CHARACTERS, ROOM_TOPIC_CHARACTERS } from '../../protocol/limits.ts';
import type { Room, Rooms } from '../../store/store.ts';
import { LOBBY, roomChangedEvent, roomGroup, roomRenamedEvent } from '../layer-events.ts';
import { OperatorError } from '../operator-error.ts';
import { roomNameKey, slugOf, visibleText } from './room-name.ts';

const ROOMS_A_PAGE = 1_000;

/** An invalid room name or topic; the message is shown to the user. */
export class RoomNameError extends OperatorError {
  constructor(
    readonly code: 'bad_name' | 'bad_topic' | 'taken',
    message: string,
  ) {
    super(message);
  }
}

export class RoomDirectory {
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly rooms: Rooms,
    private readonly layer: Pick<ChannelLayer, 'groupSend'>,
  ) {}

  async list(): Promise<Room[]> {
    const all: Room[] = [];
    for (;;) {
      const page = await this.rooms.list(ROOMS_A_PAGE, all.at(-1)?.slug);
      all.push(...page);
      if (page.length < ROOMS_A_PAGE) return all;
      // Yields between two pages, however many rooms there are.
      await new Promise(setImmediate);
    }
  }

  /** Throws RoomNameError. */
  async add(name: string, createdBy: number | null, topic = ''): Promise<Room> {
    const checked = { name: parseRoomName(name), topic: parseTopic(topic) };
    const room = await this.#inTurn(async () => {
      await this.#requireFree(checked.name, slugOf);
      return this.rooms.create({ slug: slugOf(checked.name), ...checked, createdBy });
    });
    if (room === 'taken')
      throw new RoomNameError('taken', 'The address that this name makes is taken: take another name.');
    await this.#broadcastChange(room);
    return room;
  }

  /** Throws RoomNameError. The address stays as it was, so that links go on working. */
  async change(room: Room, change: { readonly name?: string; readonly topic?: string }): Promise<Room> {
    const checked = {
      ...(change.name === undefined ? {} : { name: parseRoomName(change.name) }),
      ...(change.topic === undefined ? {} : { topic: parseTopic(change.topic) }),
    };
    const { name = room.name } = checked;
    const changed = await this.#inTurn(async () => {
      if (name !== room.name) await this.#requireFree(name, roomNameKey, room);
      return (await this.rooms.update(room.id, checked)) ?? room;
    });
    await this.layer.groupSend(roomGroup(room.id), roomRenamedEvent(roomName(changed)));
    await this.#broadcastChange(changed);
    return changed;
  }

  /** One after the other: no other change takes the name between the check and the write. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => {});
    return done;
  }

  /** Two rooms of one name could not be distinguished in a list, whatever their slugs. */
  async #requireFree(name: string, keyOf: (name: string) => string, owner?: Room): Promise<void> {
    const key = keyOf(name);
    const rooms = await this.list();
    const other = rooms.find((room) => room.id !== owner?.id && keyOf(room.name) === key);
    if (other !== undefined) throw new RoomNameError('taken', 'There is a room of this name already.');
  }

  async #broadcastChange(room: Room): Promise<void> {
    await this.layer.groupSend(LOBBY, roomChangedEvent(room.id));
  }
}

/** Throws RoomNameError. */
export function parseRoomName(value: string): string {
  const name = isWithin(value, ROOM_NAME_CHARACTERS) ? visibleText(value) : value;
  if (name === '') throw new RoomNameError('bad_name', 'A room needs a name.');
  if (name.length > ROOM_NAME_CHARACTERS) {
    throw new RoomNameError('bad_name', `A room's name has at most ${ROOM_NAME_CHARACTERS} characters.`);
  }
  if (slugOf(name) === '') throw new RoomNameError('bad_name', "A room's name needs a letter or a digit.");
  return name;
}

/** Throws RoomNameError. */
export function parseTopic(value: string): string {
  const topic = isWithin(value, ROOM_TOPIC_CHARACTERS) ? visibleText(value) : value;
  if (topic.length <= ROOM_TOPIC_CHARACTERS) return topic;
  throw new RoomNameError('bad_topic', `A topic has at most ${ROOM_TOPIC_CHARACTERS} characters.`);
}

/**
 * Before the text is normalized: that takes time by the square of its length. As much again may be left out of it, since
 * it is invisible.
 */
function isWithin(text: string, characters: number): boolean {
  return text.length <= 2 * characters;
}
