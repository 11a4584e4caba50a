/**
 * Half of a round trip through the Redis layer, from one process to one member in another. `answer` says `ready` and
 * answers until it is ended; `ask` prints the median in microseconds as a JSON object.
 */
import type { ChannelLayer, Receive } from '../../../channels/layer.ts';
import { createRedisLayer } from '../../../channels/layer-redis.ts';
import { connectRedis } from '../../../channels/redis-bus.ts';
import { median } from '../../report.ts';

const WARM_UP = 2_000;
const EVENT = { type: 'said', text: 'x'.repeat(100) };

async function memberOf(layer: ChannelLayer, group: string, receive: Receive): Promise<void> {
  await layer.groupAdd(group, layer.newChannel(receive));
}

async function answer(layer: ChannelLayer): Promise<void> {
  await memberOf(layer, 'asked', (event) => void layer.groupSend('answered', event));
  console.log('ready');
}

async function ask(layer: ChannelLayer, trips: number): Promise<void> {
  let answered = (): void => {};
  await memberOf(layer, 'answered', () => answered());
  const halves: number[] = [];
  for (let trip = 0; trip < WARM_UP + trips; trip++) {
    const started = performance.now();
    const heard = new Promise<void>((resolve) => {
      answered = resolve;
    });
    await layer.groupSend('asked', EVENT);
    await heard;
    halves.push(((performance.now() - started) / 2) * 1_000);
  }
  console.log(JSON.stringify({ figure: median(halves.slice(WARM_UP)) }));
  process.exit();
}

const [role, url = '', trips = '2000'] = Bun.argv.slice(2);
const layer = createRedisLayer(await connectRedis({ url }));
await (role === 'answer' ? answer(layer) : ask(layer, Number(trips)));
