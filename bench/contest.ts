/** Salon, the floor and Socket.IO under the same load, in turns; README.md says how to read it. */
import { rm } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { startServer } from '../tests/support/server.ts';
import { type Contestant, startFloor, startSalon, startSocketIo } from './contestants.ts';
import { applyLoad, type Load, type Result } from './load.ts';
import { count, median, type Row, ratios, table } from './report.ts';
import { compileTools } from './tools.ts';

/** Promises that must hold in every run. */
const SHARE_OF_FLOOR_MIN = 0.4;
const TIMES_SOCKET_IO_MIN = 20;
const STARTS = 5;

async function contest(): Promise<boolean> {
  const { values } = parseArgs({
    options: { rounds: { type: 'string', default: '3' }, seconds: { type: 'string', default: '4' } },
  });
  const load: Load = { connections: 1_000, writers: 10, window: 4, seconds: Number(values.seconds) };
  const tools = await compileTools('floor', 'wsload');
  try {
    return await compare(tools, load, Number(values.rounds));
  } finally {
    await rm(tools, { recursive: true, force: true });
  }
}

async function compare(tools: string, load: Load, rounds: number): Promise<boolean> {
  await measureStart();
  const contestants: Contestant[] = [];
  try {
    contestants.push(await startFloor(tools), await startSocketIo(), await startSalon(tools));
    const results = await inTurns(tools, contestants, load, rounds);
    const [floor, socketIo, salon] = contestants.map((each) => ({ name: each.name, rounds: results.get(each) ?? [] }));
    if (floor === undefined || socketIo === undefined || salon === undefined)
      throw new Error('a contestant is missing');
    return judge(floor, socketIo, salon, load);
  } finally {
    for (const each of contestants) await each.stop();
  }
}

/** A B C, A B C: other work of the machine meets all of them alike. */
async function inTurns(tools: string, contestants: readonly Contestant[], load: Load, rounds: number) {
  const results = new Map<Contestant, Result[]>(contestants.map((each) => [each, []]));
  for (let round = 0; round < rounds; round++) {
    for (const each of contestants) results.get(each)?.push(await applyLoad(tools, each, load));
  }
  return results;
}

function judge(floor: Row, socketIo: Row, salon: Row, load: Load): boolean {
  const { shareOfFloor, timesSocketIo } = ratios(salon, floor, socketIo);
  console.log(
    `\nOne room of ${load.connections}, ${load.writers} writers, ${load.window} messages of each on their way:\n`,
  );
  console.log(table([floor, salon, socketIo], floor, socketIo));
  console.log(`\nHandshakes a second: ${handshakes(salon)} (Socket.IO ${handshakes(socketIo)})`);
  console.log(`Memory a connection, first round: ${memory(salon)} (Socket.IO ${memory(socketIo)})`);
  console.log(
    `Messages stored and acknowledged a second: ${count(median(salon.rounds.map((each) => each.sentPerSecond)))}`,
  );
  const isFast = shareOfFloor >= SHARE_OF_FLOOR_MIN && timesSocketIo >= TIMES_SOCKET_IO_MIN;
  const promise = `at least ${SHARE_OF_FLOOR_MIN * 100} % of the floor and ${TIMES_SOCKET_IO_MIN} × Socket.IO`;
  console.log(`\n${isFast ? 'held' : 'BROKEN'}: ${promise}`);
  return isFast;
}

function handshakes(row: Row): string {
  return count(median(row.rounds.map((each) => each.handshakesPerSecond)));
}

/** Later rounds find memory that is already there. */
function memory(row: Row): string {
  return `${(row.rounds[0]?.kbAConnection ?? 0).toFixed(1)} KB`;
}

async function measureStart(): Promise<void> {
  const startsMs: number[] = [];
  const server = await startServer();
  try {
    for (let start = 0; start < STARTS; start++) {
      await server.terminate();
      const before = performance.now();
      await server.start();
      startsMs.push(performance.now() - before);
    }
    console.log(`From the start of Bun to listening: ${median(startsMs).toFixed(0)} ms (${STARTS} starts)`);
    console.log(`Resident when idle: ${((await residentKb(server.pid)) / 1024).toFixed(0)} MB`);
  } finally {
    await server.stop();
  }
}

async function residentKb(pid: number): Promise<number> {
  return Number(/VmRSS:\s+(\d+)/.exec(await Bun.file(`/proc/${pid}/status`).text())?.[1] ?? 0);
}

process.exit((await contest()) ? 0 : 1);
