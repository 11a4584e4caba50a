/** Runs `salon …` as typed on the command line, to its end. */
import { cleanEnvironment } from './server.ts';

const MAIN = new URL('../../cli/main.ts', import.meta.url).pathname;

export interface CommandInput {
  readonly env?: Readonly<Record<string, string>>;
  /** What comes through standard input. */
  readonly input?: string;
  readonly cwd?: string;
}

export interface CommandResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export async function salon(words: readonly string[], { env, input, cwd }: CommandInput = {}): Promise<CommandResult> {
  const child = Bun.spawn([process.execPath, '--no-env-file', MAIN, ...words], {
    env: cleanEnvironment(env),
    stdin: new Blob([input ?? '']),
    stdout: 'pipe',
    stderr: 'pipe',
    ...(cwd === undefined ? {} : { cwd }),
  });
  const [out, err, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  return { code, out, err };
}

/** The same at a terminal: each answer is typed when its question has been asked. Returns all that was on the screen. */
export async function salonAtTerminal(
  words: readonly string[],
  answers: ReadonlyArray<readonly [question: string, keys: string]>,
) {
  let screen = '';
  const written = Promise.withResolvers<void>();
  const due = [...answers];
  const child = Bun.spawn([process.execPath, '--no-env-file', MAIN, ...words], {
    env: cleanEnvironment({ TERM: 'xterm' }),
    terminal: {
      cols: 80,
      rows: 24,
      data: (terminal, bytes) => {
        screen += new TextDecoder().decode(bytes);
        const [next] = due;
        if (next === undefined || !screen.includes(next[0])) return;
        due.shift();
        terminal.write(next[1]);
      },
      exit: () => written.resolve(),
    },
  });
  const code = await child.exited;
  // Its last output may arrive after it has ended.
  await written.promise;
  child.terminal?.close();
  return { code, screen };
}
