import { bodyAt } from '../../support/json.ts';
import { type Address, signUp } from '../../support/person.ts';

/** Made by a user of its own; returns the slug. */
export async function newRoom(server: Address, name: string): Promise<string> {
  const builder = await signUp(server, `builder of ${name}`);
  return String(await bodyAt(await builder.post('/api/rooms', { name }), 'room', 'slug'));
}
