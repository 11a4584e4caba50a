/** nginx, HAProxy and Caddy, each run by its example in deploy/, with other ports and a certificate of the test's. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TEST_CERTIFICATE } from '../../channels/testing/certificate.ts';
import { freePort } from '../support/free-port.ts';

export type ProxyKind = 'nginx' | 'haproxy' | 'caddy';

export const PROXIES: readonly ProxyKind[] = ['nginx', 'haproxy', 'caddy'];

const DEPLOY = new URL('../../deploy/', import.meta.url).pathname;
const EXAMPLE = { nginx: 'nginx.conf', haproxy: 'haproxy.cfg', caddy: 'Caddyfile' } as const;

export class RunningProxy {
  /** Its certificate is signed by nobody. */
  readonly tls = { rejectUnauthorized: false };
  #program: Bun.Subprocess | null = null;

  private constructor(
    readonly kind: ProxyKind,
    readonly port: number,
    private readonly folder: string,
  ) {}

  /** `origin` is known before the servers start: they are told it. */
  static async prepare(kind: ProxyKind): Promise<RunningProxy> {
    return new RunningProxy(kind, await freePort(), await mkdtemp(join(tmpdir(), `${kind}-`)));
  }

  get url(): string {
    return `https://localhost:${this.port}`;
  }

  /** In front of these two ports. */
  async start(upstream: readonly [number, number]): Promise<void> {
    const [certificate, key, both] = ['cert.pem', 'key.pem', 'both.pem'].map((name) => join(this.folder, name));
    await writeFile(certificate ?? '', TEST_CERTIFICATE.cert);
    await writeFile(key ?? '', TEST_CERTIFICATE.key);
    await writeFile(both ?? '', TEST_CERTIFICATE.cert + TEST_CERTIFICATE.key);
    const example = (await Bun.file(DEPLOY + EXAMPLE[this.kind]).text())
      .replaceAll('127.0.0.1:8000', `127.0.0.1:${upstream[0]}`)
      .replaceAll('127.0.0.1:8001', `127.0.0.1:${upstream[1]}`);
    await writeFile(join(this.folder, 'config'), this.#configuration(example));
    this.#program = Bun.spawn(this.#command(), {
      cwd: this.folder,
      stdout: 'ignore',
      stderr: 'ignore',
      env: this.#env(),
    });
    await this.#untilListening();
  }

  /** As its users do it: the configuration is read again, and nobody is to notice. */
  async reload(): Promise<void> {
    if (this.kind !== 'caddy') return void this.#program?.kill(this.kind === 'nginx' ? 'SIGHUP' : 'SIGUSR2');
    const command = ['caddy', 'reload', '--force', '--config', join(this.folder, 'config'), '--adapter', 'caddyfile'];
    const address = ['--address', `127.0.0.1:${this.#env().ADMIN_PORT}`];
    const ended = Bun.spawn([...command, ...address], { stdout: 'ignore', stderr: 'ignore', env: this.#env() }).exited;
    if ((await ended) !== 0) throw new Error('caddy did not reload');
  }

  async stop(): Promise<void> {
    const program = this.#program;
    program?.kill(this.kind === 'nginx' ? 'SIGTERM' : 'SIGINT');
    if (program !== null) await Promise.race([program.exited, Bun.sleep(3_000)]);
    program?.kill('SIGKILL');
    await rm(this.folder, { recursive: true, force: true });
  }

  #configuration(example: string): string {
    const [certificate, key, both] = ['cert.pem', 'key.pem', 'both.pem'].map((name) => join(this.folder, name));
    if (this.kind === 'haproxy') {
      const own = example.replace(
        'bind :443 ssl crt /etc/ssl/chat.example.org.pem',
        `bind 127.0.0.1:${this.port} ssl crt ${both}`,
      );
      return `global\n    maxconn 2000\n${own}`;
    }
    if (this.kind === 'caddy') {
      const site = `https://localhost:${this.port} {\n\ttls ${certificate} ${key}`;
      return `{\n\tadmin 127.0.0.1:{$ADMIN_PORT}\n\tauto_https off\n}\n${example.replace('chat.example.org {', site)}`;
    }
    const server = example
      .replace('listen 443 ssl', `listen 127.0.0.1:${this.port} ssl`)
      .replaceAll('chat.example.org;', 'localhost;')
      .replace(/ssl_certificate .*/, `ssl_certificate ${certificate};`)
      .replace(/ssl_certificate_key .*/, `ssl_certificate_key ${key};`);
    const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path ${this.folder}/${name};`,
    );
    return `daemon off; pid ${this.folder}/pid; error_log ${this.folder}/error.log; worker_processes 1;
events { worker_connections 2000; }
http { access_log off; ${places.join(' ')}
${server}
}`;
  }

  #command(): string[] {
    const config = join(this.folder, 'config');
    if (this.kind === 'nginx') return ['nginx', '-p', this.folder, '-c', config, '-e', join(this.folder, 'error.log')];
    if (this.kind === 'haproxy') return ['haproxy', '-W', '-f', config];
    return ['caddy', 'run', '--config', config, '--adapter', 'caddyfile'];
  }

  #env(): Record<string, string> {
    const { PATH = '' } = process.env;
    return { PATH, HOME: this.folder, ADMIN_PORT: String(this.port < 65_000 ? this.port + 1 : this.port - 1) };
  }

  async #untilListening(): Promise<void> {
    for (;;) {
      if (this.#program?.exitCode !== null) throw new Error(`${this.kind} did not start`);
      const answered = await fetch(`${this.url}/healthz`, { tls: this.tls }).then(
        (response) => response.ok,
        () => false,
      );
      if (answered) return;
      await Bun.sleep(20);
    }
  }
}
