/** Starting, asking and ending what is measured. */
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { freePort } from '../contestants.ts';

const HERE = new URL('.', import.meta.url).pathname;
/** Debian's, which has the packages; another Python may come first in the path. */
const PYTHON = '/usr/bin/python3';
const READY_WITHIN_MS = 20_000;
const EVERY_MS = 20;

export interface Running {
  readonly pid: number;
  stop(): Promise<void>;
}

export interface Door extends Running {
  readonly port: number;
}

export function ours(script: string, ...words: readonly (string | number)[]): string[] {
  return [process.execPath, `${HERE}ours/${script}`, ...words.map(String)];
}

export function theirs(script: string, ...words: readonly (string | number)[]): string[] {
  return [PYTHON, `${HERE}theirs/${script}`, ...words.map(String)];
}

/** Runs to its end, and answers the figure that it printed. */
export async function figureOf(words: string[]): Promise<number> {
  const child = Bun.spawn(words, { stdout: 'pipe', stderr: 'inherit' });
  const [text, code] = await Promise.all([child.stdout.text(), child.exited]);
  const [, figure] = /"figure": ?([\d.e+]+)/.exec(text) ?? [];
  if (code !== 0 || figure === undefined) throw new Error(`${words.join(' ')} ended with ${code}: ${text}`);
  return Number(figure);
}

/** Resolves when it has said something, which is answered. */
export async function startSaying(words: string[]): Promise<Running & { readonly said: string }> {
  const child = Bun.spawn(words, { stdout: 'pipe', stderr: 'inherit' });
  const { done, value } = await child.stdout.getReader().read();
  if (done) throw new Error(`${words.join(' ')} did not start`);
  return { ...runningOf(child), said: new TextDecoder().decode(value).trim() };
}

export async function startOurDoor(): Promise<Door> {
  const running = await startSaying(ours('door.ts'));
  return { ...running, port: Number(running.said) };
}

/**
 * Without a line of log a connection, as ours is, and without pings: on a busy machine it takes so long to read the answers
 * that it gives its clients up.
 */
export async function startDaphne(): Promise<Door> {
  const port = await freePort();
  const patience = ['--ping-interval', '3600', '--websocket_connect_timeout', '60'];
  const words = [PYTHON, '-m', 'daphne', '-v', '0', '-b', '127.0.0.1', '-p', String(port), ...patience];
  const child = Bun.spawn([...words, 'door:application'], {
    cwd: `${HERE}theirs`,
    stdout: 'ignore',
    // When it is stopped it complains once for every socket that is open.
    stderr: 'ignore',
  });
  return becomesReady({ ...runningOf(child), port });
}

/** How many descriptors a process has open. */
export function filesOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await Bun.sleep(EVERY_MS);
}

function runningOf(child: Bun.Subprocess): Running {
  const stop = async (): Promise<void> => {
    child.kill();
    await child.exited;
  };
  return { pid: child.pid, stop };
}

async function becomesReady(door: Door): Promise<Door> {
  const end = performance.now() + READY_WITHIN_MS;
  await until(async () => {
    if (performance.now() > end) throw new Error(`nobody listens on port ${door.port}`);
    return isAnswered(door.port);
  });
  return door;
}

function isAnswered(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(port, '127.0.0.1', () => resolve(true));
  socket.once('error', () => resolve(false));
  return promise.finally(() => socket.destroy());
}
