import { expect } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { at } from '../support/json.ts';
import { logIn, type Person } from '../support/person.ts';
import { Random } from '../support/random.ts';
import { seedOfThisRun } from '../support/seeded-random.ts';
import { startServer, UNTHROTTLED } from '../support/server.ts';
import { expectNoViolations, Fleet } from './load/fleet.ts';
import { report } from './report/table.ts';
import { libfaketime, testWith } from './system/requirements.ts';

const DAY_MS = 86_400_000;
/** Shifts of the clock; none is longer than a session lives. */
const JUMPS = ['-2d', '+2d', '-1s', '+1h', '-3600s', '+0'];

testWith(
  'libfaketime',
  'a clock that is set back and forth, by days too, changes no order, loses nothing and ends no session',
  async () => {
    const directory = mkdtempSync(join(tmpdir(), 'salon-clock-'));
    const clock = join(directory, 'clock');
    writeFileSync(clock, '+0');
    const env = {
      LD_PRELOAD: libfaketime() ?? '',
      FAKETIME_TIMESTAMP_FILE: clock,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    };
    const server = await startServer({ env, args: UNTHROTTLED });
    const seed = seedOfThisRun();
    const fleet = await Fleet.create(server, new Random(seed), { writers: 3, readers: 1, editChance: 0.1 });
    try {
      fleet.startWriting();
      const backMs: number[] = [];
      const anybody = await logIn(server, 'writer0-general');
      for (const jump of JUMPS) {
        writeFileSync(clock, jump);
        backMs.push(await fleet.nextAcknowledgement());
        await fleet.waitForRound(20);
        expect(Math.abs((await clockDays(anybody)) - daysOf(jump))).toBeLessThan(0.01);
        expect((await anybody.get('/account/me')).status).toBe(200);
      }
      const result = await fleet.check();
      expectNoViolations(seed, result);
      expect(fleet.clients.flatMap(({ client }) => client.closes)).toEqual([]);
      report({ ...result, fault: 'clock set back and forth, by days', backMs: Math.max(...backMs) });
    } finally {
      await fleet.stop();
      await server.stop();
      rmSync(directory, { recursive: true });
    }
  },
);

/** How far from ours the server's clock is, by the time of the last message. */
async function clockDays(person: Person): Promise<number> {
  const body: unknown = await (await person.get('/api/rooms/general/messages?limit=1')).json();
  return (Date.parse(String(at(body, 'messages', 0, 'timestamp'))) - Date.now()) / DAY_MS;
}

function daysOf(jump: string): number {
  const [, count = '0', unit = 's'] = /^([+-]\d+)([dhs]?)$/.exec(jump) ?? [];
  return Number(count) / (unit === 'd' ? 1 : unit === 'h' ? 24 : 86_400);
}
