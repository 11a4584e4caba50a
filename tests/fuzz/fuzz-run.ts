/** The process of the fuzzed server, from outside: its port, its figures and its error output. */
import { at } from '../support/json.ts';

export interface Figures {
  readonly opened: number;
  readonly ended: number;
  readonly sockets: number;
  readonly undecided: number;
  /** Descriptors, the one of the question itself included. */
  readonly files: number;
  /** Objects of the runtime: one for each socket, and what the runtime keeps for itself. */
  readonly websockets: number;
  readonly heapBytes: number;
  readonly residentBytes: number;
}

const SETTLED_WITHIN_MS = 60_000;
const EVERY_MS = 250;
/** The figures must agree, within one percent, so often in a row. */
const STEADY_TIMES = 4;

export class FuzzRun {
  private constructor(
    readonly port: number,
    readonly child: Bun.Subprocess<'ignore', 'pipe', 'pipe'>,
    readonly errorOutput: Promise<string>,
  ) {}

  static async start(): Promise<FuzzRun> {
    const script = new URL('fuzz-target.ts', import.meta.url).pathname;
    const child = Bun.spawn([process.execPath, script], { stdin: 'ignore', stdout: 'pipe', stderr: 'pipe' });
    const errorOutput = new Response(child.stderr).text();
    const { value } = await child.stdout.getReader().read();
    const port = Number(new TextDecoder().decode(value));
    if (!(port > 0)) throw new Error(`the server did not start: ${await errorOutput}`);
    return new FuzzRun(port, child, errorOutput);
  }

  async figures(): Promise<Figures> {
    const headers = { connection: 'close' };
    const all: unknown = await (await fetch(`http://127.0.0.1:${this.port}/figures`, { headers })).json();
    return {
      opened: Number(at(all, 'opened')),
      ended: Number(at(all, 'ended')),
      sockets: Number(at(all, 'sockets')),
      undecided: Number(at(all, 'undecided')),
      files: Number(at(all, 'files')),
      websockets: Number(at(all, 'websockets')),
      heapBytes: Number(at(all, 'heapBytes')),
      residentBytes: Number(at(all, 'residentBytes')),
    };
  }

  /** The figures once no client is connected and they stay the same; each request collects the garbage first. */
  async settled(): Promise<Figures> {
    const end = performance.now() + SETTLED_WITHIN_MS;
    let before = await this.figures();
    for (let steady = 0; steady < STEADY_TIMES; ) {
      await Bun.sleep(EVERY_MS);
      const now = await this.figures();
      steady = isSteady(before, now) ? steady + 1 : 0;
      before = now;
      if (performance.now() > end) throw new Error(`it does not come to rest: ${JSON.stringify(now)}`);
    }
    return before;
  }

  /** What it wrote to stderr, and how it ended. */
  async stop(): Promise<{ readonly errorOutput: string; readonly isAlive: boolean }> {
    const isAlive = this.child.exitCode === null && this.child.signalCode === null;
    this.child.kill();
    await this.child.exited;
    return { errorOutput: await this.errorOutput, isAlive };
  }
}

function isSteady(before: Figures, now: Figures): boolean {
  const isQuiet = now.sockets === 0 && now.undecided === 0 && now.files === before.files;
  return isQuiet && Math.abs(now.residentBytes / before.residentBytes - 1) < 0.01;
}
