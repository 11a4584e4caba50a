/** Very many requests that never become whole. */
import { expect } from 'bun:test';
import { RawClient } from '../../../channels/testing/raw-client.ts';
import { signUp } from '../../support/person.ts';
import { Random } from '../../support/random.ts';
import { startServer, UNTHROTTLED } from '../../support/server.ts';
import { report } from '../report/table.ts';
import { expectKept, Fleet } from './fleet.ts';

export const HALF_REQUESTS = 2_000;

export async function halfRequests(): Promise<void> {
  const server = await startServer({ args: UNTHROTTLED });
  const fleet = await Fleet.gather(server, new Random(1), { writers: 2, readers: 1, pauseMs: 20 });
  try {
    const peers = await Promise.all(Array.from({ length: HALF_REQUESTS }, () => RawClient.dial(server.port)));
    for (const peer of peers) peer.write('GET /account HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Half: ');
    fleet.startWriting();
    const begun = performance.now();
    await signUp(server, 'ann');
    const signedInMs = performance.now() - begun;
    await fleet.round(20);
    const closed = await Promise.all(peers.map((peer) => peer.closed.then(() => true)));
    expect(closed).toHaveLength(HALF_REQUESTS);
    const verdict = await fleet.verdict();
    expectKept(1, verdict);
    report({ ...verdict, fault: `${HALF_REQUESTS} half requests: somebody else signs in after`, backMs: signedInMs });
  } finally {
    await fleet.leave();
    await server.stop();
  }
}
