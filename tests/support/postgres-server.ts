import { chown, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';

/** PostgreSQL refuses to run as root: there its own system user runs it. */
const SYSTEM_USER = 'postgres';
const USER = 'salon';

/** A real PostgreSQL of the test's own: on a free port of loopback, in a directory that goes with it. */
export class PostgresServer {
  readonly port: number;
  readonly #binaries: string;
  readonly #directory: string;
  #databases = 0;

  private constructor(port: number, binaries: string, directory: string) {
    this.port = port;
    this.#binaries = binaries;
    this.#directory = directory;
  }

  static async start(): Promise<PostgresServer> {
    const directory = await mkdtemp(join(tmpdir(), 'postgres-'));
    const server = new PostgresServer(await freePort(), await newestBinaries(), directory);
    await server.#create();
    await server.start();
    return server;
  }

  /** A new, empty database. */
  async database(options = ''): Promise<string> {
    this.#databases += 1;
    const name = `d${this.#databases}`;
    await this.query(`CREATE DATABASE ${name} ${options}`);
    return this.url(name);
  }

  url(database = 'postgres', user = USER): string {
    return `postgres://${user}@127.0.0.1:${this.port}/${database}`;
  }

  /** What psql prints for a statement: rows a line, columns apart by `|`. */
  query(statement: string, database = 'postgres'): Promise<string> {
    const target = ['-h', '127.0.0.1', '-p', String(this.port), '-U', USER, '-d', database];
    return run([join(this.#binaries, 'psql'), '-XAtq', '-v', 'ON_ERROR_STOP=1', ...target, '-c', statement]);
  }

  /** What `pg_dump --format=custom` wrote, into an empty database. */
  async restore(file: string, database: string): Promise<void> {
    const target = ['-h', '127.0.0.1', '-p', String(this.port), '-U', USER, '-d', database];
    await run([join(this.#binaries, 'pg_restore'), '--no-owner', '--exit-on-error', ...target, file]);
  }

  /** Asks until the answer is this one. */
  async untilQuery(statement: string, answer: string): Promise<void> {
    while ((await this.query(statement)) !== answer) await Bun.sleep(5);
  }

  async start(): Promise<void> {
    await this.#control('start', '-w', '-l', join(this.#directory, 'log'));
  }

  /** As a crash: every process of it is killed, and nothing is written any more. */
  async crash(): Promise<void> {
    await this.#control('stop', '-m', 'immediate');
  }

  /** All of its processes keep their connections and answer nothing. */
  pause(): Promise<void> {
    return this.#signal('STOP');
  }

  resume(): Promise<void> {
    return this.#signal('CONT');
  }

  async stop(): Promise<void> {
    await this.#control('stop', '-m', 'immediate').catch(() => {});
    await rm(this.#directory, { recursive: true, force: true });
  }

  async #create(): Promise<void> {
    if (process.getuid?.() === 0) {
      const [uid, gid] = (await run(['sh', '-c', `id -u ${SYSTEM_USER}; id -g ${SYSTEM_USER}`]))
        .split('\n')
        .map(Number);
      await chown(this.#directory, uid ?? 0, gid ?? 0);
    }
    const data = join(this.#directory, 'data');
    const options = ['-U', USER, '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'];
    await run(asSystemUser([join(this.#binaries, 'initdb'), '-D', data, ...options]));
    const settings = [
      "listen_addresses = '127.0.0.1'",
      `port = ${this.port}`,
      `unix_socket_directories = '${this.#directory}'`,
      'max_connections = 60',
    ];
    await writeFile(join(data, 'postgresql.auto.conf'), `${settings.join('\n')}\n`);
  }

  async #control(...order: string[]): Promise<void> {
    await run(asSystemUser([join(this.#binaries, 'pg_ctl'), '-s', '-D', join(this.#directory, 'data'), ...order]));
  }

  /** The postmaster first, so that it does not take a stopped child for a dead one. */
  async #signal(signal: 'STOP' | 'CONT'): Promise<void> {
    const [postmaster = ''] = (await Bun.file(join(this.#directory, 'data', 'postmaster.pid')).text()).split('\n');
    const children = (await run(['sh', '-c', `pgrep -P ${postmaster} || true`]))
      .split('\n')
      .filter((pid) => pid !== '');
    for (const pid of [postmaster, ...children]) process.kill(Number(pid), `SIG${signal}`);
  }
}

async function newestBinaries(): Promise<string> {
  const root = '/usr/lib/postgresql';
  const versions = (await readdir(root).catch(() => [])).map(Number).filter((version) => version >= 15);
  if (versions.length === 0)
    throw new Error('PostgreSQL 15 or newer is not installed (Debian: apt-get install postgresql)');
  return join(root, String(Math.max(...versions)), 'bin');
}

function asSystemUser(command: readonly string[]): string[] {
  return process.getuid?.() === 0
    ? ['setpriv', `--reuid=${SYSTEM_USER}`, `--regid=${SYSTEM_USER}`, '--clear-groups', ...command]
    : [...command];
}

async function run(command: readonly string[]): Promise<string> {
  const program = Bun.spawn([...command], { cwd: '/', stdin: 'ignore', stdout: 'pipe', stderr: 'pipe' });
  const [out, err, code] = await Promise.all([
    new Response(program.stdout).text(),
    new Response(program.stderr).text(),
    program.exited,
  ]);
  if (code !== 0) throw new Error(`${command[0]} ended with ${code}: ${err.trim()}`);
  return out.trim();
}
