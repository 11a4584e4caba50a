/** A reliable client in its own process: prints when it is live, and its log when it is asked to stop. */
import { ReliableClient } from '../../../client/client.ts';

const LAST_WORDS_MS = 60_000;
const [, , name = '', address = '', cookie = ''] = process.argv;
const origin = address.replace(/^ws/, 'http');
const line = (room: string, query: string) => ({
  address: `${address}/ws/chat/${room}/${query === '' ? '' : `?${query}`}`,
  headers: { cookie, origin },
});
const client = new ReliableClient({ name, socketTarget: line }, 'general', { random: Math.random });
await client.waitUntil(() => client.isLive);
console.log('live');
client.send(`${name} is here`);
// The process that started this one may have ended meanwhile.
process.stdin.once('end', () => setTimeout(() => process.exit(1), LAST_WORDS_MS).unref());
await new Promise((resolve) => process.stdin.once('data', resolve));
client.send(`${name} is back`);
await client.waitForAnswers();
await client.close();
console.log(JSON.stringify({ log: client.log, endings: client.closes.length }));
process.exit(0);
