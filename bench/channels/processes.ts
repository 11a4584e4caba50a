/** Starts and stops the measured processes, and reads their figures. */
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { freePort } from '../contestants.ts';

const HERE = new URL('.', import.meta.url).pathname;
/** Debian's, which has the packages; another Python may come first in the path. */
const PYTHON = '/usr/bin/python3';
const READY_WITHIN_MS = 20_000;
const EVERY_MS = 20;

export interface RunningProcess {
  readonly pid: number;
  stop(): Promise<void>;
}

export interface RunningServer extends RunningProcess {
  readonly port: number;
}

export function ours(script: string, ...args: readonly (string | number)[]): string[] {
  return [process.execPath, `${HERE}ours/${script}`, ...args.map(String)];
}

export function theirs(script: string, ...args: readonly (string | number)[]): string[] {
  return [PYTHON, `${HERE}theirs/${script}`, ...args.map(String)];
}

/** Runs a command to its end; the figure that it printed. */
export async function figureOf(command: string[]): Promise<number> {
  const child = Bun.spawn(command, { stdout: 'pipe', stderr: 'inherit' });
  const [text, code] = await Promise.all([child.stdout.text(), child.exited]);
  const [, figure] = /"figure": ?([\d.e+]+)/.exec(text) ?? [];
  if (code !== 0 || figure === undefined) throw new Error(`${command.join(' ')} ended with ${code}: ${text}`);
  return Number(figure);
}

/** Resolves with the first output of the command. */
export async function startUntilOutput(command: string[]): Promise<RunningProcess & { readonly output: string }> {
  const child = Bun.spawn(command, { stdout: 'pipe', stderr: 'inherit' });
  const { done, value } = await child.stdout.getReader().read();
  if (done) throw new Error(`${command.join(' ')} did not start`);
  return { ...processOf(child), output: new TextDecoder().decode(value).trim() };
}

export async function startOurServer(): Promise<RunningServer> {
  const running = await startUntilOutput(ours('session-server.ts'));
  return { ...running, port: Number(running.output) };
}

/**
 * Without a log line for each connection, as ours, and without pings: on a busy machine it reads the answers so late that
 * it drops its clients.
 */
export async function startDaphne(): Promise<RunningServer> {
  const port = await freePort();
  const timeouts = ['--ping-interval', '3600', '--websocket_connect_timeout', '60'];
  const command = [PYTHON, '-m', 'daphne', '-v', '0', '-b', '127.0.0.1', '-p', String(port), ...timeouts];
  const child = Bun.spawn([...command, 'session_server:application'], {
    cwd: `${HERE}theirs`,
    stdout: 'ignore',
    // When it is stopped it logs an error for every open socket.
    stderr: 'ignore',
  });
  return whenListening({ ...processOf(child), port });
}

/** The number of open descriptors of a process. */
export function openFilesOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await Bun.sleep(EVERY_MS);
}

function processOf(child: Bun.Subprocess): RunningProcess {
  const stop = async (): Promise<void> => {
    child.kill();
    await child.exited;
  };
  return { pid: child.pid, stop };
}

async function whenListening(server: RunningServer): Promise<RunningServer> {
  const deadline = performance.now() + READY_WITHIN_MS;
  await until(async () => {
    if (performance.now() > deadline) throw new Error(`no server listens on port ${server.port}`);
    return acceptsConnections(server.port);
  });
  return server;
}

function acceptsConnections(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(port, '127.0.0.1', () => resolve(true));
  socket.once('error', () => resolve(false));
  return promise.finally(() => socket.destroy());
}
