/** Two processes of Salon behind each proxy that docs/self-hosting.md has an example for. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { expectNoViolations, Fleet } from '../faults/load/fleet.ts';
import { report } from '../faults/report/table.ts';
import { Deployment } from '../processes/deployment.ts';
import { signUp } from '../support/person.ts';
import { Random } from '../support/random.ts';
import { seedOfThisRun } from '../support/seeded-random.ts';
import { UNTHROTTLED } from '../support/server.ts';
import { PROXIES, type ProxyKind, RunningProxy } from './proxy.ts';

const TIMEOUT_MS = 120_000;

for (const kind of PROXIES) describe(`behind ${kind}`, () => promises(kind));

function promises(kind: ProxyKind): void {
  let proxy: RunningProxy;
  let deployment: Deployment;

  beforeAll(async () => {
    proxy = await RunningProxy.prepare(kind);
    const behind = ['--origin', proxy.url, '--trust-proxy', '127.0.0.1', '--access-log', '-'];
    deployment = await Deployment.start({ processes: 2, args: [...UNTHROTTLED, ...behind] });
    await proxy.start([deployment.server(0).port, deployment.server(1).port]);
  });
  afterAll(async () => {
    await proxy.stop();
    await deployment.stop();
  });

  test('one signs up over TLS, with a cookie that only TLS carries, and talks over a socket', async () => {
    const ann = await signUp(proxy, 'ann');
    expect(ann.cookie).toMatch(/^__Host-/);
    const socket = await ann.open('help');
    await socket.next('live');
    socket.send({ message: 'through the proxy', nonce: 'n1' });
    expect(await socket.next('chat_message')).toMatchObject({ user: 'ann', message: 'through the proxy' });
    await socket.close();
  });

  test('who sends an X-Forwarded-For of their own is not believed', async () => {
    const ann = await signUp(proxy, 'forger');
    await ann.get('/chat?forged', { 'x-forwarded-for': '203.0.113.9' });
    const lines = deployment.servers.flatMap((server) => server.output().split('\n'));
    expect(lines.filter((each) => each.includes('203.0.113.9'))).toEqual([]);
    expect(lines.filter((each) => /^\S*(?:127\.0\.0\.1|::1) GET \/chat/.test(each))).not.toEqual([]);
  });

  test('a page of another site opens no socket', async () => {
    const ann = await signUp(proxy, 'guarded');
    const { address, headers } = ann.socketTarget('general', '');
    const response = await fetch(address.replace(/^ws/, 'http'), {
      tls: proxy.tls,
      headers: {
        ...headers,
        origin: 'https://evil.example',
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': btoa('0123456789abcdef'),
      },
    });
    expect(response.status).toBe(403);
  });

  test(
    'a reload of the proxy, a restart and a kill of one of two processes under load lose no message',
    async () => {
      const seed = seedOfThisRun();
      const fleet = new Fleet(proxy, new Random(seed));
      try {
        await fleet.join({ writers: 4, readers: 2, editChance: 0.05 });
        fleet.startWriting();
        await fleet.waitForRound(10);
        await proxy.reload();
        await fleet.waitForRound(10);
        await deployment.server(0).restart();
        await fleet.waitForRound(10);
        await deployment.server(1).kill9();
        await fleet.waitForRound(10);
        await deployment.server(1).start();
        await fleet.waitForRound(10);
        const result = await fleet.check();
        expectNoViolations(seed, result);
        report({ ...result, fault: `behind ${kind}: reload, restart, kill`, backMs: null });
      } finally {
        await fleet.stop();
      }
    },
    TIMEOUT_MS,
  );
}
