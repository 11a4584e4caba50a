import type { ErrorFrame, ServerFrame } from '../../protocol/frames.ts';
import type { TimelineView } from '../messages/timeline-view.ts';
import type { HistoryFrame } from '../timeline/timeline.ts';
import type { RoomHeader } from './room-header.ts';
import type { ScreenParts } from './screen.ts';

/** Applies the frames that are not part of the history: about this room, its people, and other rooms. */
export class RoomEvents {
  constructor(
    private readonly slug: string,
    private readonly parts: Pick<ScreenParts, 'rooms' | 'people'>,
    private readonly view: TimelineView,
    private readonly header: RoomHeader,
  ) {}

  applyFrame(frame: Exclude<ServerFrame, HistoryFrame | ErrorFrame>): void {
    const { rooms, people } = this.parts;
    const { list } = this.view;
    switch (frame.type) {
      case 'user_join':
        list.addJoined(frame.user);
        break;
      case 'user_leave':
        list.addLeft(frame.user);
        people.removeUser(frame.user);
        break;
      case 'user_list':
        people.setList(frame.users, frame.count);
        list.learnNames(frame.users);
        break;
      case 'rooms':
        rooms.applySummaries(frame.rooms);
        break;
      case 'read':
        rooms.markRead(frame.room, frame.seq);
        if (frame.room === this.slug) this.view.divider.onReadElsewhere(frame.seq);
        break;
      case 'room':
        rooms.applyRename(frame.room);
        this.header.showRoom(frame.room);
        break;
      default:
        frame satisfies never;
    }
  }
}
