import { type Consumer, Denied, type EventHandler } from '../consumer.ts';
import type { ChannelLayer } from '../layer/layer.ts';
import { createMemoryLayer } from '../layer/memory.ts';
import { createRedisLayer } from '../layer/redis.ts';
import { createLog } from '../log.ts';
import { connectRedis } from '../redis/bus.ts';
import { route, socketRouter } from '../routing.ts';
import { serve } from '../server/server.ts';
import { stopOnSignals } from '../server/signals.ts';

const { PORT = '8000', REDIS_URL } = process.env;
const ROOMS = new Map([
  ['general', 'chat_1'],
  ['random', 'chat_2'],
]);

function chat(layer: ChannelLayer, room: string): Consumer {
  const group = ROOMS.get(room);
  if (group === undefined) throw new Denied(404);
  return {
    async connect(socket) {
      await socket.groupAdd(group);
      await socket.accept();
    },
    receive: (text) => layer.groupSend(group, { type: 'message', text: String(text) }),
    handlers: new Map<string, EventHandler>([['message', ({ text }, socket) => void socket.send(String(text))]]),
  };
}

const log = createLog(1);
const layer = REDIS_URL ? createRedisLayer(await connectRedis({ url: REDIS_URL, log })) : createMemoryLayer();
const websocket = socketRouter([route('/chat/:room/', ({ params }) => chat(layer, params.room))], log);
const http = () => new Response('Open a socket on /chat/general/');
const closeCodes = { slow: 4408, fault: 1011, restart: 1012 };
const listen = { port: Number(PORT), hostname: '127.0.0.1' };
const server = await serve({ http, websocket, layer, closeCodes, log, listen });
stopOnSignals(server, { afterwards: () => layer.stop() });
console.log(server.url);
