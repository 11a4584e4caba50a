/**
 * One process of a house, for tests that kill or pause it. Told on standard input `enter PERSON`, `leave PERSON` and
 * `say N`; tells what it hears.
 */
import { createInterface } from 'node:readline';
import { createRedisLayer } from '../layer/redis.ts';
import { createLog } from '../log.ts';
import { createRedisPresence } from '../presence/redis.ts';
import { connectRedis } from '../redis/bus.ts';
import { said } from './recording-channel.ts';

const [url = '', graceMs, renewMs, lifeMs] = process.argv.slice(2);
const log = createLog(0);
// However busy the machine is, its connection is not to end for being slow.
const bus = await connectRedis({ url, log, times: { commandMs: 30_000 } });
const layer = createRedisLayer(bus, log);
const times = { renewMs: Number(renewMs), lifeMs: Number(lifeMs) };
const presence = createRedisPresence(bus, { graceMs: Number(graceMs), times, log });
await layer.groupAdd(
  'room',
  layer.newChannel(({ n }) => console.log(`heard ${n}`)),
);
presence.watch('room', {
  onJoined: (person) => console.log(`joined ${person}`),
  onLeft: (person) => console.log(`left ${person}`),
  onListChanged: () => {},
});

const orders = new Map<string, (what: string) => unknown>([
  ['enter', (person) => presence.enter('room', person, person)],
  ['leave', (person) => presence.leave('room', person, person)],
  ['say', (n) => layer.groupSend('room', said(Number(n)))],
]);
for await (const line of createInterface(process.stdin)) {
  const [order = '', what = ''] = line.split(' ');
  await orders.get(order)?.(what);
}
