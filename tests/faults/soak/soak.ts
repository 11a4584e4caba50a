/** The soak test: `npm run soak -- --minutes 30 --kills 1000 --clients 5000 --seed 1`. Ends with 1 if anything was lost. */
import { parseArgs } from 'node:util';
import { Random } from '../../support/random.ts';
import { seedOfThisRun } from '../../support/seeded-random.ts';
import { type Row, report, table } from '../report/table.ts';
import type { Finding } from './finding.ts';
import { jitter } from './jitter.ts';
import { kills } from './kills.ts';
import { randomFaults } from './random-faults.ts';
import { reconnectStorm } from './reconnect-storm.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    kills: { type: 'string', default: '1000' },
    clients: { type: 'string', default: '5000' },
    jitter: { type: 'string', default: '1000' },
    seed: { type: 'string', default: String(seedOfThisRun()) },
  },
});

async function soak(): Promise<boolean> {
  const random = new Random(Number(values.seed));
  console.log(`seed ${values.seed}`);
  const [rows, broken]: [Row[], string[]] = [[], []];
  for await (const { fault, backMs, result, notes = [] } of findings(random)) {
    const { history: _, violations, ...figures } = result;
    rows.push({ ...figures, fault, backMs });
    report({ ...figures, fault, backMs });
    for (const note of notes) console.log(`  ${note}`);
    for (const problem of violations) console.log(`  BROKEN ${problem}`);
    broken.push(...violations);
  }
  console.log(
    `\n${table(rows)}\n\n${broken.length === 0 ? 'kept' : `BROKEN: ${broken.length} promises`}; seed ${values.seed}`,
  );
  return broken.length === 0;
}

async function* findings(random: Random): AsyncGenerator<Finding> {
  const clients = { storm: Number(values.clients), jitter: Number(values.jitter) };
  if (clients.jitter > 0) yield await jitter(random, clients.jitter);
  if (clients.storm > 0) yield* reconnectStorm(random, clients.storm);
  yield* kills(random, Number(values.kills));
  yield* randomFaults(random, Number(values.minutes));
}

process.exit((await soak()) ? 0 : 1);
