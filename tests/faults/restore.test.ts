import { expect, test } from 'bun:test';
import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Entry } from '../../client/journal.ts';
import { salon } from '../support/command.ts';
import { Random } from '../support/random.ts';
import { seedOfThisRun } from '../support/seeded-random.ts';
import { startServer, UNTHROTTLED } from '../support/server.ts';
import { checkRun, expectNoViolations, Fleet } from './load/fleet.ts';
import { report } from './report/table.ts';

test('an older backup restored under clients that know more: each learns that the history is another one, starts again with it, and sends what waited', async () => {
  const data = mkdtempSync(join(tmpdir(), 'salon-restore-'));
  const server = await startServer({ data, args: UNTHROTTLED });
  const seed = seedOfThisRun();
  const fleet = await Fleet.create(server, new Random(seed), { writers: 3, readers: 2, pauseMs: 2 });
  try {
    fleet.startWriting();
    await fleet.waitForRound(10);
    const copy = join(data, 'copy.db');
    expect((await salon(['backup', copy, '--data', data])).code).toBe(0);
    await fleet.waitForRound(20);
    await server.kill9();
    for (const rest of ['salon.db', 'salon.db-wal', 'salon.db-shm']) rmSync(join(data, rest), { force: true });
    renameSync(copy, join(data, 'salon.db'));
    await server.start();
    const backMs = await fleet.nextAcknowledgement();
    await fleet.waitForReturns();
    await fleet.waitForRound(10);
    const { history } = await fleet.check();
    expect(fleet.clients.map(({ client }) => client.log.filter(({ op }) => op === 'reset').length)).toEqual([
      1, 1, 1, 1, 1,
    ]);
    const clients = new Map(
      [...fleet.logs()].map(([name, { user, log }]) => [name, { user, log: ofThisHistory(log, history) }]),
    );
    const result = checkRun({ clients, history });
    expectNoViolations(seed, result);
    report({ ...result, fault: 'an older copy put back', backMs });
  } finally {
    await fleet.stop();
    await server.stop();
    rmSync(data, { recursive: true });
  }
});

/** Messages after the backup went with the old history; those in the backup, and those sent after the restore, must be there. */
function ofThisHistory(log: readonly Entry[], history: readonly { nonce: string | null }[]): Entry[] {
  const begun = log.findIndex(({ op }) => op === 'reset');
  const storedNonces = new Set(history.map(({ nonce }) => nonce));
  const acknowledgedBefore = new Set(log.slice(0, begun).flatMap((entry) => (entry.op === 'ack' ? [entry.nonce] : [])));
  return log.filter((entry, at) => {
    if (entry.op === 'reset') return false;
    if (entry.op === 'show' || entry.op === 'change' || entry.op === 'entered') return at > begun;
    return !('nonce' in entry) || storedNonces.has(entry.nonce) || !acknowledgedBefore.has(entry.nonce);
  });
}
