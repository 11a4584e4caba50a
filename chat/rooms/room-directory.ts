import type { ChannelLayer } from '../../channels/layer.ts';
import { roomName } from '../../protocol/frames.ts';
import { ROOM_NAME_CHARACTERS, ROOM_TOPIC_CHARACTERS } from '../../protocol/limits.ts';
import type { Room, Rooms } from '../../store/store.ts';
import { LOBBY, ROOM_TOUCHED, roomGroup } from './room-group.ts';
import { seenLine } from './seen-line.ts';
import { slugOf } from './slug.ts';

const LISTED = 1_000;

/** What is wrong with a room's name or topic, in the user's words. */
export class RoomProblem extends Error {
  constructor(
    readonly code: 'bad_name' | 'bad_topic' | 'taken',
    message: string,
  ) {
    super(message);
  }
}

export class RoomDirectory {
  constructor(
    private readonly rooms: Rooms,
    private readonly layer: Pick<ChannelLayer, 'groupSend'>,
  ) {}

  async list(): Promise<Room[]> {
    const all: Room[] = [];
    for (;;) {
      const page = await this.rooms.list(LISTED, all.at(-1)?.slug);
      all.push(...page);
      if (page.length < LISTED) return all;
    }
  }

  /** Throws RoomProblem. */
  async add(name: string, createdBy: number | null, topic = ''): Promise<Room> {
    const checked = { name: parseRoomName(name), topic: parseTopic(topic) };
    await this.#requireFree(checked.name);
    const room = await this.rooms.create({ slug: slugOf(checked.name), ...checked, createdBy });
    if (room === 'taken') throw taken();
    await this.#tellLobby(room);
    return room;
  }

  /** Throws RoomProblem. The address stays as it was, so that links go on working. */
  async change(room: Room, change: { readonly name?: string; readonly topic?: string }): Promise<Room> {
    const checked = {
      ...(change.name === undefined ? {} : { name: parseRoomName(change.name) }),
      ...(change.topic === undefined ? {} : { topic: parseTopic(change.topic) }),
    };
    if (checked.name !== undefined && checked.name !== room.name) await this.#requireFree(checked.name, room);
    const changed = (await this.rooms.update(room.id, checked)) ?? room;
    await this.layer.groupSend(roomGroup(room.id), { type: 'room.renamed', room: roomName(changed) });
    await this.#tellLobby(changed);
    return changed;
  }

  /** Rooms of one name could not be told apart in a list, whatever their addresses. */
  async #requireFree(name: string, owner?: Room): Promise<void> {
    const said = slugOf(name);
    const rooms = await this.list();
    if (rooms.some((room) => room.id !== owner?.id && slugOf(room.name) === said)) throw taken();
  }

  async #tellLobby(room: Room): Promise<void> {
    await this.layer.groupSend(LOBBY, { type: ROOM_TOUCHED, roomId: room.id });
  }
}

function taken(): RoomProblem {
  return new RoomProblem('taken', 'There is a room of this name already.');
}

/** Throws RoomProblem. */
export function parseRoomName(value: string): string {
  const name = seenLine(value);
  if (name === '') throw new RoomProblem('bad_name', 'A room needs a name.');
  if (name.length > ROOM_NAME_CHARACTERS) {
    throw new RoomProblem('bad_name', `A room's name has at most ${ROOM_NAME_CHARACTERS} characters.`);
  }
  if (slugOf(name) === '') throw new RoomProblem('bad_name', "A room's name needs a letter or a digit.");
  return name;
}

/** Throws RoomProblem. */
export function parseTopic(value: string): string {
  const topic = seenLine(value);
  if (topic.length <= ROOM_TOPIC_CHARACTERS) return topic;
  throw new RoomProblem('bad_topic', `A topic has at most ${ROOM_TOPIC_CHARACTERS} characters.`);
}
