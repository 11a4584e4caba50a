/** More connections than the process may have descriptors. */
import { Database } from 'bun:sqlite';
import { afterEach, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { salon } from '../support/command.ts';
import { eventually } from '../support/eventually.ts';
import { signUp } from '../support/person.ts';
import { Random } from '../support/random.ts';
import { seedOfThisRun } from '../support/seeded-random.ts';
import { type Server, startServer, UNTHROTTLED } from '../support/server.ts';
import { floodConnections } from './load/connection-flood.ts';
import { expectNoViolations, Fleet } from './load/fleet.ts';
import { report, worst } from './report/table.ts';

const DESCRIPTORS = 256;
const ROUNDS = 100;
const FLOOD = 300;
const HOLD_MS = 120;
const TIMEOUT_MS = 120_000;

const copies = mkdtempSync(join(tmpdir(), 'salon-descriptors-'));
let server: Server;
let fleet: Fleet;

afterEach(async () => {
  await fleet.stop();
  await server.stop();
  rmSync(copies, { recursive: true, force: true });
});

test(
  `${ROUNDS} rounds of ${FLOOD} connections, with ${DESCRIPTORS} descriptors: the process lives, open sockets talk on, nothing is lost, and new users come in afterwards`,
  async () => {
    const seed = seedOfThisRun();
    server = await startServer({ args: UNTHROTTLED, descriptors: DESCRIPTORS });
    fleet = await Fleet.create(server, new Random(seed), { writers: 3, readers: 2, pauseMs: 5 });
    const died = server.exited.then((code) => Promise.reject(new Error(`exit ${code}:\n${server.output()}`)));
    died.catch(() => undefined);
    fleet.startWriting();
    const waitsMs: number[] = [];
    let flood = Promise.resolve();
    for (let round = 0; round < ROUNDS; round++) {
      const before = flood;
      flood = floodConnections(server.port, FLOOD, 2 * HOLD_MS);
      waitsMs.push(await Promise.race([fleet.nextAcknowledgement(), died]));
      await before;
    }
    await flood;
    expect(fleet.clients.flatMap(({ client }) => client.closes)).toEqual([]);
    const backMs = await signsUpAgain();
    const copy = join(copies, 'copy.db');
    expect(await salon(['backup', copy, '--data', server.data])).toMatchObject({ code: 0 });
    using database = new Database(copy, { readonly: true });
    expect(database.prepare('PRAGMA quick_check').get()).toEqual({ quick_check: 'ok' });
    const result = await fleet.check();
    expectNoViolations(seed, result);
    report({
      ...result,
      fault: `${ROUNDS} floods of connections: the longest wait ${worst(waitsMs)} ms; sign-up after`,
      backMs,
    });
  },
  TIMEOUT_MS,
);

async function signsUpAgain(): Promise<number> {
  const begun = performance.now();
  await eventually(
    () =>
      fetch(`${server.url}/healthz`).then(
        ({ ok }) => ok,
        () => false,
      ),
    true,
  );
  await signUp(server, 'newcomer');
  return performance.now() - begun;
}
