/**
 * One process of a deployment, for tests that kill or pause it. Reads `enter PERSON`, `leave PERSON` and `send N` from
 * standard input; prints the events that it receives.
 */
import { createInterface } from 'node:readline';
import { createRedisLayer } from '../layer/redis.ts';
import { createLog } from '../log.ts';
import { createRedisPresence } from '../presence/redis.ts';
import { connectRedis } from '../redis/bus.ts';
import { numbered } from './recording-channel.ts';

const [url = '', graceMs, renewMs, lifeMs] = process.argv.slice(2);
const log = createLog(0);
// On a busy machine too, the connection must not close for being slow.
const bus = await connectRedis({ url, log, times: { commandMs: 30_000 } });
const layer = createRedisLayer(bus, log);
const times = { renewMs: Number(renewMs), lifeMs: Number(lifeMs) };
const presence = createRedisPresence(bus, { graceMs: Number(graceMs), times, log });
await layer.groupAdd(
  'room',
  layer.newChannel(({ n }) => console.log(`received ${n}`)),
);
presence.watch('room', {
  onJoined: (person) => console.log(`joined ${person}`),
  onLeft: (person) => console.log(`left ${person}`),
  onListChanged: () => {},
});

const commands = new Map<string, (argument: string) => unknown>([
  ['enter', (person) => presence.enter('room', person, person)],
  ['leave', (person) => presence.leave('room', person, person)],
  ['send', (n) => layer.groupSend('room', numbered(Number(n)))],
]);
for await (const line of createInterface(process.stdin)) {
  const [command = '', argument = ''] = line.split(' ');
  await commands.get(command)?.(argument);
}
