import { Denied } from '../../channels/consumer.ts';
import type { Scope, SocketApplication } from '../../channels/scope.ts';
import type { ChatServices } from '../chat-services.ts';
import type { CurrentUser } from '../http/route.ts';
import { mayEnter, mayLookAround } from '../rooms/access-policy.ts';
import { ChatConsumer } from '../sockets/chat-consumer.ts';
import { LobbyConsumer } from '../sockets/lobby-consumer.ts';
import { parseResumePosition } from '../sockets/resume-position.ts';

export type Identify = (scope: Scope) => Promise<CurrentUser | null>;

/** S24. Who may not come in is told before the upgrade: 401 without a session, 404 without such a room. */
export function chatSocket(rooms: ChatServices, identify: Identify): SocketApplication {
  return async (scope) => {
    const currentUser = await signedIn(identify, scope);
    const position = parseResumePosition(scope.query);
    const room = await rooms.store.rooms.bySlug(scope.params.room ?? '');
    if (room === null || !mayEnter(currentUser.user, room)) throw new Denied(404);
    return new ChatConsumer(rooms, room, currentUser, position);
  };
}

export function lobbySocket(rooms: ChatServices, identify: Identify): SocketApplication {
  return async (scope) => {
    const currentUser = await signedIn(identify, scope);
    if (!mayLookAround(currentUser.user)) throw new Denied(404);
    return new LobbyConsumer(rooms, currentUser);
  };
}

async function signedIn(identify: Identify, scope: Scope): Promise<CurrentUser> {
  const currentUser = await identify(scope);
  if (currentUser === null) throw new Denied(401);
  return currentUser;
}
