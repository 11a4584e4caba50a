import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';

/** A PgBouncer of the test's own, in transaction mode: between two transactions a connection may get another backend. */
export class Pooler {
  private constructor(
    readonly port: number,
    private readonly directory: string,
    private readonly program: Bun.Subprocess,
  ) {}

  /** Without following prepared statements, as every PgBouncer before 1.21 and many set-ups of later ones. */
  static async start(target: number): Promise<Pooler> {
    const directory = await mkdtemp(join(tmpdir(), 'pooler-'));
    const port = await freePort();
    const settings = [
      '[databases]',
      `* = host=127.0.0.1 port=${target}`,
      '[pgbouncer]',
      'listen_addr = 127.0.0.1',
      `listen_port = ${port}`,
      'unix_socket_dir =',
      'auth_type = trust',
      `auth_file = ${directory}/users`,
      'pool_mode = transaction',
      'default_pool_size = 5',
    ];
    await writeFile(join(directory, 'users'), '"salon" ""\n');
    await writeFile(join(directory, 'pgbouncer.ini'), `${settings.join('\n')}\n`);
    const isRoot = process.getuid?.() === 0;
    if (isRoot) {
      const uid = Number((await Bun.$`id -u postgres`.text()).trim());
      for (const file of ['', 'users', 'pgbouncer.ini']) await chown(join(directory, file), uid, -1);
    }
    const user = isRoot ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups'] : [];
    const program = Bun.spawn([...user, 'pgbouncer', '-q', join(directory, 'pgbouncer.ini')], {
      cwd: '/',
      stdout: 'ignore',
      stderr: 'ignore',
    });
    const pooler = new Pooler(port, directory, program);
    await pooler.#untilListening();
    return pooler;
  }

  urlOf(url: string): string {
    const through = new URL(url);
    through.port = String(this.port);
    return through.href;
  }

  async stop(): Promise<void> {
    this.program.kill('SIGKILL');
    await this.program.exited;
    await rm(this.directory, { recursive: true, force: true });
  }

  async #untilListening(): Promise<void> {
    for (;;) {
      if (this.program.exitCode !== null) throw new Error('pgbouncer did not start');
      const socket = await Bun.connect({ hostname: '127.0.0.1', port: this.port, socket: { data() {} } }).catch(
        () => null,
      );
      socket?.end();
      if (socket !== null) return;
      await Bun.sleep(10);
    }
  }
}
