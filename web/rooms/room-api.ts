import type { RoomState } from '../../protocol/frames.ts';
import { isRoomState, isRoomStates } from '../../protocol/server-frames.ts';
import { isRecord, isText } from '../../protocol/shape.ts';
import { get } from '../api/http.ts';
import type { ApiResponse } from '../api/response.ts';
import type { RoomsSource } from './rooms.ts';

/** Fetches rooms over HTTP. */
export const fetchRooms: RoomsSource = {
  async fetchAll() {
    const rooms: RoomState[] = [];
    for (let next: string | null = ''; next !== null; ) {
      const response: ApiResponse = await get(`/api/rooms${next === '' ? '' : `?after=${encodeURIComponent(next)}`}`);
      const page = roomsIn(response);
      if (page === null) return response;
      rooms.push(...page);
      next = nextIn(response);
    }
    return rooms;
  },

  async fetchSome(slugs) {
    return roomsIn(await get(`/api/rooms?${slugs.map((slug) => `room=${encodeURIComponent(slug)}`).join('&')}`));
  },
};

/** The room that was created or changed; null: the request failed. */
export function savedRoomIn({ status, body }: ApiResponse): RoomState | null {
  if (status !== 200 && status !== 201) return null;
  return isRecord(body) && isRoomState(body.room) ? body.room : null;
}

function roomsIn({ status, body }: ApiResponse): readonly RoomState[] | null {
  return status === 200 && isRecord(body) && isRoomStates(body.rooms) ? body.rooms : null;
}

function nextIn({ body }: ApiResponse): string | null {
  return isRecord(body) && isText(body.next) && body.next !== '' ? body.next : null;
}
