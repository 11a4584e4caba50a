/** Who may come to what. People of a scratch room and all others never meet: for either side the other's rooms do not exist. */
import { isDrillRoom, type Room, type User } from '../../store/store.ts';

export function mayEnter(user: Pick<User, 'id'>, room: Pick<Room, 'id'>): boolean {
  return isDrillRoom(user.id) === isDrillRoom(room.id);
}

/** The lobby, and the list of the rooms. */
export function mayLookAround(user: Pick<User, 'id'>): boolean {
  return !isDrillRoom(user.id);
}
