/**
 * The control socket: how other commands reach the server that runs on the same data. A process that can open it may do
 * everything, so the file's mode guards it, and a directory that no other user could have created.
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

/** The path of a unix socket is limited, to 104 bytes on some systems. */
const PATH_BYTES = 100;
const COMMAND_BYTES = 64 * 1024;
const STOP_MS = 500;
const OWNER_ONLY = 0o700;

type DrillControl = Pick<DrillReservation, 'answer' | 'stop'>;

/** Only for the process that holds the lock of this data: an existing socket file then belongs to a dead process. */
export function openControl(data: string, targets: CommandTargets, log: Log, drill: DrillControl): Control {
  const path = controlPath(data);
  requireOwnFolder(path, data);
  rmSync(path, { force: true });
  const before = process.umask(0o177);
  try {
    const server = Bun.serve({
      unix: path,
      development: false,
      maxRequestBodySize: COMMAND_BYTES,
      fetch: (request) => answer(request, { targets, drill }, log),
      error: () => Response.json({ problem: 'The server could not do this.' }, { status: 500 }),
    });
    return { path, stop: () => stopSoon(server, drill) };
  } finally {
    process.umask(before);
  }
}

/** Requests under way may finish; a client that only keeps a connection open does not delay the stop. */
async function stopSoon(server: Bun.Server<undefined>, drill: DrillControl): Promise<void> {
  await drill.stop();
  await Promise.race([server.stop(), Bun.sleep(STOP_MS)]);
  await server.stop(true);
}

/** The lines to print; null when no server runs on this data. Throws a CommandError when the server refused. */
export async function sendCommand(data: string, command: AdminCommand): Promise<string[] | null> {
  const response = await reachControl(data, '/', command);
  return response === null ? null : parseAnswer(await response.json());
}

/** Null when no server runs on this data. Throws a CommandError when one runs and does not respond. */
export async function reachControl(data: string, pathname: string, body: unknown): Promise<Response | null> {
  const path = controlPath(data);
  if (!exists(path)) return null;
  requireOwnFolder(path, data);
  return send(path, pathname, body);
}

export function controlPath(data: string): string {
  const near = join(resolve(data), 'control.sock');
  if (Buffer.byteLength(near) <= PATH_BYTES) return near;
  const hash = new Bun.CryptoHasher('sha256').update(exists(data) ? realpathSync(data) : resolve(data)).digest('hex');
  return join(tmpdir(), `salon-${process.getuid?.() ?? 0}`, `${hash.slice(0, 24)}.sock`);
}

/** In the shared temp directory another user may have created the folder first, to read the passwords sent here. */
function requireOwnFolder(path: string, data: string): void {
  const folder = dirname(path);
  if (folder === resolve(data)) return;
  mkdirSync(folder, { recursive: true, mode: OWNER_ONLY });
  const found = lstatSync(folder);
  const isOwn = found.isDirectory() && found.uid === (process.getuid?.() ?? 0);
  if (!isOwn) throw new CommandError(`${folder} belongs to another user; use a data directory with a shorter path.`);
  chmodSync(folder, OWNER_ONLY);
}

interface ControlTargets {
  readonly targets: CommandTargets;
  readonly drill: DrillControl;
}

async function answer(request: Request, { targets, drill }: ControlTargets, log: Log): Promise<Response> {
  try {
    if (new URL(request.url).pathname === DRILL_PATH) return await drill.answer(request);
    const command = parseCommand(await request.json().catch(() => null));
    const lines = await execute(command, targets);
    log.info(`done from the command line: ${command.command}`);
    return Response.json({ lines });
  } catch (error) {
    const known = operatorLine(error);
    if (known === null) log.error(`a command from the command line failed: ${faultLine(error)}`);
    return Response.json({ problem: known ?? 'The server could not do this; its log says why.' }, { status: 400 });
  }
}

async function send(path: string, pathname: string, body: unknown): Promise<Response | null> {
  try {
    return await fetch(`http://salon${pathname}`, { unix: path, method: 'POST', body: JSON.stringify(body) });
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ECONNREFUSED' || error.code === 'ENOENT')) {
      return null;
    }
    throw new CommandError(`The server that runs on this data did not answer at ${path}.`);
  }
}

/** Throws a CommandError for what the server refused. */
export function parseAnswer(value: unknown): string[] {
  const answer = new Map<string, unknown>(Object.entries(value ?? {}));
  const [lines, problem] = [answer.get('lines'), answer.get('problem')];
  if (Array.isArray(lines)) return lines.map(String);
  throw new CommandError(typeof problem === 'string' ? problem : 'Unexpected response from the running server.');
}

/** A path that cannot be read counts as absent: opening the data directory reports why. */
function exists(path: string): boolean {
  try {
    lstatSync(path);
    return true;
  } catch {
    return false;
  }
}
