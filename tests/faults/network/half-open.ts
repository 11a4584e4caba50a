/** A peer that is cut off without a FIN or a RST: both ends have to notice by themselves. */
import { expect } from 'bun:test';
import type { Entry } from '../../../client/journal.ts';
import { at } from '../../support/json.ts';
import { signUp } from '../../support/person.ts';
import { Random } from '../../support/random.ts';
import { type Server, startServer, UNTHROTTLED } from '../../support/server.ts';
import { checkRun, expectNoViolations, Fleet } from '../load/fleet.ts';
import { report } from '../report/table.ts';
import { Namespace } from './namespace.ts';

const SCRIPT = new URL('./remote-client.ts', import.meta.url).pathname;
/** 25 s of silence, a sweep and 2 s of grace are promised; what a busy machine adds is not the test's concern. */
const GONE_WITHIN_MS = 40_000;

export async function halfOpen(): Promise<void> {
  const server = await startServer({ args: [...UNTHROTTLED, '-b', '0.0.0.0'] });
  const space = Namespace.make();
  const fleet = await Fleet.create(server, new Random(1), { writers: 1, readers: 1, pauseMs: 50 });
  try {
    await cutAndMend(server, space, fleet);
  } finally {
    await fleet.stop();
    space.remove();
    await server.stop();
  }
}

async function cutAndMend(server: Server, space: Namespace, fleet: Fleet): Promise<void> {
  const watcher = await (await signUp(server, 'ann')).open('general');
  const bob = await signUp(server, 'bob');
  const words = [process.execPath, SCRIPT, bob.name, `ws://${space.outside}:${server.port}`, bob.cookie];
  const child = Bun.spawn(space.inside(...words), { stdin: 'pipe', stdout: 'pipe' });
  await watcher.next((frame) => frame.message === 'bob is here');
  fleet.startWriting();
  space.cut();
  const pulledAt = performance.now();
  await watcher.next((frame) => frame.type === 'user_leave' && frame.user === 'bob');
  const goneMs = performance.now() - pulledAt;
  space.restore();
  child.stdin.write('back\n');
  child.stdin.end();
  const { log, endings } = parseOutput(await child.stdout.text());
  const { history } = await fleet.check();
  const result = checkRun({ clients: new Map([...fleet.logs(), ['bob', { user: 'bob', log }]]), history });
  expectNoViolations(1, result);
  expect(endings).toBe(2);
  expect(goneMs).toBeLessThan(GONE_WITHIN_MS);
  report({ ...result, fault: 'cable pulled silently: gone for the others', backMs: goneMs });
  await watcher.close();
}

function parseOutput(output: string): { log: readonly Entry[]; endings: number } {
  const report: unknown = JSON.parse(output.trim().split('\n').at(-1) ?? '');
  const log = at(report, 'log');
  if (!Array.isArray(log)) throw new Error(`no account: ${output}`);
  return { log: [...log, { op: 'left' }], endings: Number(at(report, 'endings')) };
}
