/** Very many requests that never become whole. */
import { expect } from 'bun:test';
import { RawClient } from '../../../channels/testing/raw-client.ts';
import { signUp } from '../../support/person.ts';
import { Random } from '../../support/random.ts';
import { startServer, UNTHROTTLED } from '../../support/server.ts';
import { report } from '../report/table.ts';
import { expectNoViolations, Fleet } from './fleet.ts';

export const HALF_REQUESTS = 2_000;

export async function halfRequests(): Promise<void> {
  const server = await startServer({ args: UNTHROTTLED });
  const fleet = await Fleet.create(server, new Random(1), { writers: 2, readers: 1, pauseMs: 20 });
  try {
    const peers = await Promise.all(Array.from({ length: HALF_REQUESTS }, () => RawClient.dial(server.port)));
    for (const peer of peers) peer.write('GET /account HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Half: ');
    fleet.startWriting();
    const begun = performance.now();
    await signUp(server, 'ann');
    const signedInMs = performance.now() - begun;
    await fleet.waitForRound(20);
    const closed = await Promise.all(peers.map((peer) => peer.closed.then(() => true)));
    expect(closed).toHaveLength(HALF_REQUESTS);
    const result = await fleet.check();
    expectNoViolations(1, result);
    report({ ...result, fault: `${HALF_REQUESTS} half requests: somebody else signs in after`, backMs: signedInMs });
  } finally {
    await fleet.stop();
    await server.stop();
  }
}
