/** Access to rooms. The bots of a drill room and all other users never meet: for either side the other's rooms do not exist. */
import { isDrillRoom, type Room, type User } from '../../store/store.ts';

export function mayEnter(user: Pick<User, 'id'>, room: Pick<Room, 'id'>): boolean {
  return isDrillRoom(user.id) === isDrillRoom(room.id);
}

/** The lobby, and the list of the rooms. */
export function mayLookAround(user: Pick<User, 'id'>): boolean {
  return !isDrillRoom(user.id);
}
