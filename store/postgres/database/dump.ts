/** A copy of the database, by PostgreSQL's own program. */
import { existsSync } from 'node:fs';
import { StoreError } from '../../store-error.ts';

const PROGRAM = 'pg_dump';

/** Writes a file for pg_restore that must not exist yet. Throws a StoreError. */
export async function dumpDatabase(url: string, file: string): Promise<void> {
  if (existsSync(file)) throw new StoreError(`${file} exists already. Choose another name.`);
  const program = Bun.which(PROGRAM);
  if (program === null) {
    throw new StoreError(
      `${PROGRAM} is not installed here. Install PostgreSQL's client programs, or run: ${commandFor(file)}`,
    );
  }
  const { target, password } = splitPassword(url);
  const dump = Bun.spawn([program, '--format=custom', '--no-owner', '--no-acl', `--file=${file}`, target], {
    env: { ...process.env, ...(password === null ? {} : { PGPASSWORD: password }) },
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'pipe',
  });
  const [said, code] = await Promise.all([new Response(dump.stderr).text(), dump.exited]);
  if (code !== 0) throw new StoreError(`${PROGRAM} failed: ${said.trim().split('\n')[0] ?? `exit code ${code}`}`);
}

function commandFor(file: string): string {
  return `${PROGRAM} --format=custom --no-owner --no-acl --file=${file} "$DATABASE_URL"`;
}

/** Other users of the machine can read a program's arguments, not its environment. */
function splitPassword(url: string): { target: string; password: string | null } {
  const target = new URL(url);
  const password = target.password === '' ? null : decodeURIComponent(target.password);
  target.password = '';
  return { target: target.href, password };
}
