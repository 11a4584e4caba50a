/**
 * The control socket: how other commands reach the server that runs on the same data. Whoever can open it may do
 * everything, so it is the file's mode that guards it, and a directory that nobody else could have put there.
 */
import { chmodSync, lstatSync, mkdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { faultLine, type Log } from '../../channels/log.ts';
import { operatorLine } from '../operator-error.ts';
import { type AdminCommand, CommandError, type CommandTargets, execute, parseCommand } from './commands.ts';
import { DRILL_PATH, type DrillReservation } from './drill-reservation.ts';

export interface Control {
  readonly path: string;
  stop(): Promise<void>;
}

/** A unix socket's path has little room, 104 bytes on some systems. */
const PATH_BYTES = 100;
const ORDER_BYTES = 64 * 1024;
const STOP_MS = 500;
const OWNER_ONLY = 0o700;

type Scratch = Pick<DrillReservation, 'answer' | 'stop'>;

/** Only for the process that holds the lock of this data: a socket that lies there is then a dead process's. */
export function openControl(data: string, keepers: CommandTargets, log: Log, scratch: Scratch): Control {
  const path = controlPath(data);
  keepToOwner(path, data);
  rmSync(path, { force: true });
  const before = process.umask(0o177);
  try {
    const server = Bun.serve({
      unix: path,
      development: false,
      maxRequestBodySize: ORDER_BYTES,
      fetch: (request) => answer(request, { keepers, scratch }, log),
      error: () => Response.json({ problem: 'The server could not do this.' }, { status: 500 }),
    });
    return { path, stop: () => stopSoon(server, scratch) };
  } finally {
    process.umask(before);
  }
}

/** What is under way may end; somebody who only holds a connection open cannot keep Salon from stopping. */
async function stopSoon(server: Bun.Server<undefined>, scratch: Scratch): Promise<void> {
  await scratch.stop();
  await Promise.race([server.stop(), Bun.sleep(STOP_MS)]);
  await server.stop(true);
}

/** The lines to print; null when no server runs on this data. Throws an OrderProblem when the server said no. */
export async function sendCommand(data: string, order: AdminCommand): Promise<string[] | null> {
  const response = await reachControl(data, '/', order);
  return response === null ? null : parseAnswer(await response.json());
}

/** Null when no server runs on this data. Throws an OrderProblem when one does, and does not answer. */
export async function reachControl(data: string, way: string, body: unknown): Promise<Response | null> {
  const path = controlPath(data);
  if (!isThere(path)) return null;
  keepToOwner(path, data);
  return send(path, way, body);
}

export function controlPath(data: string): string {
  const near = join(resolve(data), 'control.sock');
  if (Buffer.byteLength(near) <= PATH_BYTES) return near;
  const hash = new Bun.CryptoHasher('sha256').update(isThere(data) ? realpathSync(data) : resolve(data)).digest('hex');
  return join(tmpdir(), `salon-${process.getuid?.() ?? 0}`, `${hash.slice(0, 24)}.sock`);
}

/** In the shared temp directory somebody else may have made the directory first, to hear our passwords. */
function keepToOwner(path: string, data: string): void {
  const folder = dirname(path);
  if (folder === resolve(data)) return;
  mkdirSync(folder, { recursive: true, mode: OWNER_ONLY });
  const found = lstatSync(folder);
  const ours = found.isDirectory() && found.uid === (process.getuid?.() ?? 0);
  if (!ours) throw new CommandError(`${folder} belongs to somebody else; use a data directory with a shorter path.`);
  chmodSync(folder, OWNER_ONLY);
}

interface Doors {
  readonly keepers: CommandTargets;
  readonly scratch: Scratch;
}

async function answer(request: Request, { keepers, scratch }: Doors, log: Log): Promise<Response> {
  try {
    if (new URL(request.url).pathname === DRILL_PATH) return await scratch.answer(request);
    const order = parseCommand(await request.json().catch(() => null));
    const lines = await execute(order, keepers);
    log.info(`done from the command line: ${order.order}`);
    return Response.json({ lines });
  } catch (error) {
    const known = operatorLine(error);
    if (known === null) log.error(`an order from the command line failed: ${faultLine(error)}`);
    return Response.json({ problem: known ?? 'The server could not do this; its log says why.' }, { status: 400 });
  }
}

async function send(path: string, way: string, body: unknown): Promise<Response | null> {
  try {
    return await fetch(`http://salon${way}`, { unix: path, method: 'POST', body: JSON.stringify(body) });
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ECONNREFUSED' || error.code === 'ENOENT')) {
      return null;
    }
    throw new CommandError(`The server that runs on this data did not answer at ${path}.`);
  }
}

/** Throws an OrderProblem for what the server refused. */
export function parseAnswer(value: unknown): string[] {
  const answer = new Map<string, unknown>(Object.entries(value ?? {}));
  const [lines, problem] = [answer.get('lines'), answer.get('problem')];
  if (Array.isArray(lines)) return lines.map(String);
  throw new CommandError(typeof problem === 'string' ? problem : 'The server gave an answer that is none.');
}

/** What cannot be looked at is not there for us: who opens the directory says why it cannot be had. */
function isThere(path: string): boolean {
  try {
    lstatSync(path);
    return true;
  } catch {
    return false;
  }
}
