/**
 * Half of a round trip through the Redis layer, from one process to one member in another. `answer` prints `ready` and
 * answers until it is ended; `ask` prints the median in microseconds as a JSON object.
 */
import type { ChannelLayer, Receive } from '../../../channels/layer/layer.ts';
import { createRedisLayer } from '../../../channels/layer/redis.ts';
import { connectRedis } from '../../../channels/redis/bus.ts';
import { median } from '../../report.ts';

const WARM_UP = 2_000;
const EVENT = { type: 'message', text: 'x'.repeat(100) };

async function memberOf(layer: ChannelLayer, group: string, receive: Receive): Promise<void> {
  await layer.groupAdd(group, layer.newChannel(receive));
}

async function answer(layer: ChannelLayer): Promise<void> {
  await memberOf(layer, 'asked', (event) => void layer.groupSend('answered', event));
  console.log('ready');
}

/** `underWay`: the number of unanswered events, all the time. */
async function ask(layer: ChannelLayer, trips: number, underWay: number): Promise<void> {
  const halves: number[] = [];
  const done = Promise.withResolvers<void>();
  const send = (): void => void layer.groupSend('asked', { ...EVENT, at: performance.now() });
  await memberOf(layer, 'answered', ({ at }) => {
    halves.push(((performance.now() - Number(at)) / 2) * 1_000);
    if (halves.length === WARM_UP + trips) done.resolve();
    send();
  });
  for (let sent = 0; sent < underWay; sent++) send();
  await done.promise;
  console.log(JSON.stringify({ figure: median(halves.slice(WARM_UP, WARM_UP + trips)) }));
  process.exit();
}

const [role, url = '', trips = '2000', underWay = '1'] = Bun.argv.slice(2);
const layer = createRedisLayer(await connectRedis({ url }));
await (role === 'answer' ? answer(layer) : ask(layer, Number(trips), Number(underWay)));
