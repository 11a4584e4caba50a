/** What some faults require of the machine. Where it is missing the test is reported as not run; the gate must have it all. */
import { test } from 'bun:test';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Requirement = 'strace' | 'tmpfs' | 'namespaces' | 'libfaketime';

const IS_GATE = process.env.CI === 'true';

/** `*` is the name of the machine's architecture, as Debian writes it. */
const LIBFAKETIME = ['/usr/lib/*/faketime/libfaketime.so.1', '/usr/lib/faketime/libfaketime.so.1'];

const PROBES: Readonly<Record<Requirement, () => string | null>> = {
  strace: () => failing('strace', '-o', '/dev/null', 'true'),
  tmpfs: () =>
    inProbeDirectory(
      (directory) =>
        failing('mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', directory) ?? failing('umount', directory),
    ),
  namespaces: () => failing('ip', 'netns', 'add', 'salon-trial') ?? failing('ip', 'netns', 'del', 'salon-trial'),
  libfaketime: () => (libfaketime() === null ? 'libfaketime is not installed' : null),
};

type How = (title: string, run: () => Promise<void>) => void;

/** A test that runs where it can. */
export function testWith(requirement: Requirement, title: string, run: () => Promise<void>, how: How = test): void {
  const missing = PROBES[requirement]();
  if (missing === null) how(title, run);
  else if (IS_GATE) how(title, () => Promise.reject(new Error(`this cannot be tried here: ${missing}`)));
  else console.warn(`not run here: ${title} (${missing})`);
}

/** The path of the library, for LD_PRELOAD. */
export function libfaketime(): string | null {
  const patterns = LIBFAKETIME.map((pattern) => [...new Bun.Glob(pattern.slice(1)).scanSync({ cwd: '/' })][0]);
  const found = patterns.find((path) => path !== undefined && existsSync(`/${path}`));
  return found === undefined ? null : `/${found}`;
}

export function run(...command: readonly string[]): void {
  const why = failing(...command);
  if (why !== null) throw new Error(why);
}

function failing(...command: readonly string[]): string | null {
  const [program = ''] = command;
  if (Bun.which(program) === null) return `${program} is not installed`;
  const { exitCode, stderr } = Bun.spawnSync([...command]);
  return exitCode === 0 ? null : `${command.join(' ')}: ${stderr.toString().trim()}`;
}

function inProbeDirectory(work: (directory: string) => string | null): string | null {
  const directory = mkdtempSync(join(tmpdir(), 'salon-trial-'));
  try {
    return work(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
