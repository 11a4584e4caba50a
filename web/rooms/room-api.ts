import type { RoomState } from '../../protocol/frames.ts';
import { isRoomState, isRoomStates } from '../../protocol/server-frames.ts';
import { isRecord, isText } from '../../protocol/shape.ts';
import { get } from '../api/http.ts';
import type { ApiResponse } from '../api/response.ts';
import type { RoomsSource } from './rooms.ts';

/** What the server says of rooms when it is asked. */
export const fetchRooms: RoomsSource = {
  async all() {
    const rooms: RoomState[] = [];
    for (let next: string | null = ''; next !== null; ) {
      const answer: ApiResponse = await get(`/api/rooms${next === '' ? '' : `?after=${encodeURIComponent(next)}`}`);
      const page = roomsIn(answer);
      if (page === null) return answer;
      rooms.push(...page);
      next = nextIn(answer);
    }
    return rooms;
  },

  async some(slugs) {
    return roomsIn(await get(`/api/rooms?${slugs.map((slug) => `room=${encodeURIComponent(slug)}`).join('&')}`));
  },
};

/** The room that was made or changed; null: it was not. */
export function roomIn({ status, body }: ApiResponse): RoomState | null {
  if (status !== 200 && status !== 201) return null;
  return isRecord(body) && isRoomState(body.room) ? body.room : null;
}

function roomsIn({ status, body }: ApiResponse): readonly RoomState[] | null {
  return status === 200 && isRecord(body) && isRoomStates(body.rooms) ? body.rooms : null;
}

function nextIn({ body }: ApiResponse): string | null {
  return isRecord(body) && isText(body.next) && body.next !== '' ? body.next : null;
}
