import { Denied } from '../../channels/consumer.ts';
import { type Identify, withUser } from '../../channels/middleware/authentication.ts';
import type { Scope, SocketApplication } from '../../channels/scope.ts';
import type { CurrentUser } from '../http/route.ts';
import { mayEnter, mayLookAround } from '../rooms/access-policy.ts';
import { ChatConsumer, type ChatConsumerServices } from '../sockets/chat-consumer.ts';
import { LobbyConsumer, type LobbyServices } from '../sockets/lobby-consumer.ts';
import { parseResumePosition } from '../sockets/resume-position.ts';

type IdentifyUser = Identify<Scope, CurrentUser>;

/** S24. A handshake is refused before the upgrade: 401 without a session, 404 for a room that the user may not enter. */
export function chatSocket(services: ChatConsumerServices, identify: IdentifyUser): SocketApplication {
  return withUser(identify, async ({ user, query, params }) => {
    const position = parseResumePosition(query);
    const room = await services.store.rooms.bySlug(params.room ?? '');
    if (room === null || !mayEnter(user.user, room)) throw new Denied(404);
    return new ChatConsumer(services, room, user, position);
  });
}

export function lobbySocket(services: LobbyServices, identify: IdentifyUser): SocketApplication {
  return withUser(identify, ({ user }) => {
    if (!mayLookAround(user.user)) throw new Denied(404);
    return new LobbyConsumer(services, user);
  });
}
