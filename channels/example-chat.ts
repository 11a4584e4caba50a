import { type Consumer, Denied, type Hear, type Socket } from './consumer.ts';
import type { ChannelLayer } from './layer.ts';
import { createMemoryLayer } from './layer-memory.ts';
import { createLog } from './log.ts';
import { socketRouter } from './routing.ts';
import { type Server, serve } from './server.ts';

const ROOMS = new Map([
  ['general', 'chat_1'],
  ['random', 'chat_2'],
]);

function chat(layer: ChannelLayer, room: string): Consumer {
  const group = ROOMS.get(room);
  if (group === undefined) throw new Denied(404);
  return {
    async connect(socket: Socket) {
      await socket.accept();
      await socket.groupAdd(group);
    },
    receive: (text) => layer.groupSend(group, { type: 'said', text }),
    hears: new Map<string, Hear>([['said', ({ text }, socket) => void socket.send(String(text))]]),
  };
}

export function startChat(port: number): Promise<Server> {
  const log = createLog(1);
  const layer = createMemoryLayer(log);
  const websocket = socketRouter([['/chat/:room/', ({ params }) => chat(layer, params.room ?? '')]], log);
  const http = () => new Response('Open a socket on /chat/general/');
  const closeCodes = { slow: 4408, fault: 1011, restart: 1012 };
  return serve({ http, websocket, layer, closeCodes, log, listen: { port, hostname: '127.0.0.1' } });
}
