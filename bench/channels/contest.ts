/** Compares channels/ with its ancestors, under the same load in the same minutes, in turns; see ../README.md. */
import { rm } from 'node:fs/promises';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { compileTools } from '../tools.ts';
import { type Comparison, comparisonTable, meetsGoal } from './comparison.ts';
import { theirs } from './processes.ts';
import { busyRedisLatency, fanOut, handshakes, memory, redisLatency, type Trial } from './trials.ts';

const SESSIONS = 1_000;
const TRIALS: Readonly<Record<string, (tools: string) => Promise<Trial>>> = {
  'fan-out': fanOut,
  memory,
  handshakes,
  redis: redisLatency,
  'redis-busy': busyRedisLatency,
};

async function compare(): Promise<boolean> {
  const { values } = parseArgs({
    options: { rounds: { type: 'string', default: '5' }, only: { type: 'string', default: '' } },
  });
  await printVersions();
  const tools = await compileTools('wsload', 'redis-floor');
  await Bun.write(
    `${tools}/sessions`,
    Array.from({ length: SESSIONS }, (_, n) => `Cookie: session=token-${n}\n`).join(''),
  );
  try {
    const rows: Comparison[] = [];
    for (const [name, prepare] of Object.entries(TRIALS)) {
      if (name.startsWith(values.only)) rows.push(await measureInTurns(await prepare(tools), Number(values.rounds)));
    }
    console.log(`\n${comparisonTable(rows)}`);
    return rows.every(meetsGoal);
  } finally {
    await rm(tools, { recursive: true, force: true });
  }
}

/** Ours, theirs, the floor, and again: other work of the machine affects all of them. */
async function measureInTurns(trial: Trial, rounds: number): Promise<Comparison> {
  const [ours, others, floor]: [number[], number[], number[]] = [[], [], []];
  try {
    for (let round = 0; round < rounds; round++) {
      ours.push(await trial.ours());
      others.push(await trial.theirs());
      if (trial.floor !== undefined) floor.push(await trial.floor());
      const figures = [ours, others, floor].flatMap((all) => all.at(-1)?.toFixed(1) ?? []);
      console.log(`${trial.goal.name}: ${figures.join(', ')}`);
    }
    return { ...trial.goal, ours, theirs: others, floor };
  } finally {
    await trial.stop();
  }
}

/** Throws when the ancestors are not installed. */
async function printVersions(): Promise<void> {
  const child = Bun.spawn(theirs('versions.py'), { stdout: 'pipe', stderr: 'ignore' });
  const [text, code] = await Promise.all([child.stdout.text(), child.exited]);
  if (code !== 0 || Bun.which('redis-server') === null) throw new Error(`Their packages are missing: ${INSTALL}`);
  const redis = await Bun.$`redis-server --version`.text();
  const [cpu] = cpus();
  console.log(`${cpus().length} × ${cpu?.model}; Bun ${Bun.version}; ${text.trim()}, ${/v=\S+/.exec(redis)?.[0]}`);
}

const INSTALL = 'apt-get install python3-django-channels python3-channels-redis daphne redis-server';

process.exit((await compare()) ? 0 : 1);
