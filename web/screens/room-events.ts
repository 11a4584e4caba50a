import type { ErrorFrame, ServerFrame } from '../../protocol/frames.ts';
import type { MessageList } from '../messages/message-list.ts';
import type { HistoryFrame } from '../timeline/timeline.ts';
import type { RoomHeader } from './room-header.ts';
import type { PageParts } from './screen.ts';

/** What is said of a room that is no part of its history, and of the others. */
export class RoomEvents {
  constructor(
    private readonly parts: Pick<PageParts, 'rooms' | 'people'>,
    private readonly list: MessageList,
    private readonly head: RoomHeader,
  ) {}

  heard(frame: Exclude<ServerFrame, HistoryFrame | ErrorFrame>): void {
    const { rooms, people } = this.parts;
    switch (frame.type) {
      case 'user_join':
        this.list.came(frame.user);
        break;
      case 'user_leave':
        this.list.went(frame.user);
        people.left(frame.user);
        break;
      case 'user_list':
        people.show(frame.users, frame.count);
        this.list.met(frame.users);
        break;
      case 'rooms':
        rooms.changed(frame.rooms);
        break;
      case 'read':
        rooms.read(frame.room, frame.seq);
        break;
      case 'room':
        rooms.renamed(frame.room);
        this.head.named(frame.room);
        break;
      default:
        frame satisfies never;
    }
  }
}
