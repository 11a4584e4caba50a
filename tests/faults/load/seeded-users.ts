/** Many users with a session each, written into the database before the server starts: each log-in would cost a hash. */

import type { ClientIdentity } from '../../../client/bun-socket.ts';
import { SESSION_LIFE_MS } from '../../../server/sessions/authenticator.ts';
import { newToken } from '../../../server/sessions/session-token.ts';
import { openSqliteStore } from '../../../store/sqlite/store.ts';
import type { Address } from '../../support/person.ts';

/** Returns a function that makes clients' identities of them, once there is a server. */
export async function seedUsers(data: string, count: number): Promise<(server: Address) => ClientIdentity[]> {
  const store = await openSqliteStore({ data });
  const join = async (name: string): Promise<{ name: string; token: string }> => {
    const user = await store.users.create({ name, nameKey: name, passwordHash: 'none', role: 'member' });
    if (user === 'taken') throw new Error(`${name} is taken`);
    const { token, tokenHash } = newToken();
    await store.sessions.create({ tokenHash, userId: user.id, expiresAt: Date.now() + SESSION_LIFE_MS, device: '' });
    return { name, token };
  };
  const people = await Promise.all(Array.from({ length: count }, (_, at) => join(`guest${at}`)));
  await store.close();
  return (server) => people.map(({ name, token }) => memberOf(server, name, token));
}

function memberOf(server: Address, name: string, token: string): ClientIdentity {
  return {
    name,
    socketTarget: (room, query) => {
      const { origin, host, port } = new URL(server.url);
      const address = `ws://${host}/ws/chat/${room}/${query === '' ? '' : `?${query}`}`;
      return { address, headers: { cookie: `salon-session-${port}=${token}`, origin } };
    },
  };
}
