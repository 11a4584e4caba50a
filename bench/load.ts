/** One run of the load generator against one server. */
import { join } from 'node:path';

export interface Load {
  readonly connections: number;
  readonly writers: number;
  /** Messages each writer has on their way. */
  readonly window: number;
  readonly seconds: number;
}

/** What the load sends, in the server's own protocol. */
export interface Target {
  readonly port: number;
  readonly pid: number;
  readonly path: string;
  readonly template: string;
  readonly options: readonly string[];
}

export interface Result {
  readonly handshakesPerSecond: number;
  readonly kbAConnection: number;
  readonly deliveredPerSecond: number;
  readonly sentPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** 1 is one core. */
  readonly serverCpu: number;
  readonly serverKb: number;
}

const SETTLE_S = 1;

export async function applyLoad(tools: string, target: Target, load: Load, ...more: string[]): Promise<Result> {
  const { connections, writers, window, seconds } = load;
  const words = [target.port, target.path, connections, writers, window, seconds, target.template].map(String);
  const options = [...target.options, '--pid', String(target.pid), '--settle', String(SETTLE_S), ...more];
  const child = Bun.spawn([join(tools, 'wsload'), ...words, ...options], { stdout: 'pipe', stderr: 'inherit' });
  const [text, code] = await Promise.all([child.stdout.text(), child.exited]);
  if (code !== 0) throw new Error(`the load generator ended with ${code} at port ${target.port}`);
  return parseResult(JSON.parse(text));
}

function parseResult(value: unknown): Result {
  const figures = new Map<string, unknown>(Object.entries(value ?? {}));
  const figure = (name: keyof Result): number => Number(figures.get(name) ?? 0);
  return {
    handshakesPerSecond: figure('handshakesPerSecond'),
    kbAConnection: figure('kbAConnection'),
    deliveredPerSecond: figure('deliveredPerSecond'),
    sentPerSecond: figure('sentPerSecond'),
    p50Ms: figure('p50Ms'),
    p99Ms: figure('p99Ms'),
    serverCpu: figure('serverCpu'),
    serverKb: figure('serverKb'),
  };
}
