/** 1,000 consumers in one group of one process: deliveries a second, as a JSON object. */
import type { Consumer, EventHandler } from '../../../channels/consumer.ts';
import { createMemoryLayer } from '../../../channels/layer/memory.ts';
import { connect } from '../../../channels/testing/test-server.ts';

const GROUP = 'room';
const [members = 1_000, seconds = 2] = Bun.argv.slice(2).map(Number);
const layer = createMemoryLayer();
let received = 0;

const member: Consumer = {
  async connect(socket) {
    await socket.groupAdd(GROUP);
    await socket.accept();
  },
  handlers: new Map<string, EventHandler>([
    [
      'message',
      () => {
        received += 1;
      },
    ],
  ]),
};

async function broadcast(): Promise<void> {
  const expected = received + members;
  await layer.groupSend(GROUP, { type: 'message', text: 'x'.repeat(100) });
  if (received !== expected) throw new Error(`${received} deliveries instead of ${expected}`);
}

for (let count = 0; count < members; count++) await connect(() => ({ ...member }), '/', { layer });
await broadcast();
const [started, before] = [performance.now(), received];
while (performance.now() - started < seconds * 1_000) await broadcast();
console.log(JSON.stringify({ figure: ((received - before) / (performance.now() - started)) * 1_000 }));
process.exit();
