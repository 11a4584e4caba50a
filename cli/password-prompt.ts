/** A password from the person at the terminal, unseen; or from standard input, so that scripts need no terminal. */
import { CommandError } from '../server/control/commands.ts';

const LINE_BYTES = 8 * 1024;

export async function askPassword(): Promise<string> {
  const password = await (process.stdin.isTTY ? unseen(askTwice) : firstLine(process.stdin));
  if (password === '') throw none();
  return password;
}

function none(): CommandError {
  return new CommandError('No password was given.');
}

async function askTwice(): Promise<string> {
  const password = await askUnseen('Password: ');
  if ((await askUnseen('The same again: ')) !== password) throw new CommandError('The two passwords differ.');
  return password;
}

/** From before the first question to after the last answer: a fast typist does not wait for the question. */
async function unseen<T>(ask: () => Promise<T>): Promise<T> {
  process.stdin.setRawMode(true);
  try {
    return await ask();
  } finally {
    process.stdin.setRawMode(false);
    process.stdin.pause();
  }
}

/** Without its line end. */
export async function firstLine(input: AsyncIterable<Uint8Array | string>): Promise<string> {
  let line = Buffer.alloc(0);
  for await (const chunk of input) {
    line = Buffer.concat([line, Buffer.from(chunk)]);
    if (line.includes('\n') || line.length > LINE_BYTES) break;
  }
  const [first = ''] = line.toString('utf8').split('\n');
  return first.replace(/\r$/, '');
}

async function askUnseen(question: string): Promise<string> {
  process.stderr.write(question);
  const typed = new UnseenLine();
  await new Promise<void>((done) => {
    const listen = (keys: string): void => {
      if (!typed.keys(keys)) return;
      process.stdin.off('data', listen);
      done();
    };
    process.stdin.setEncoding('utf8').on('data', listen);
  });
  process.stderr.write('\n');
  if (typed.given === null) throw none();
  return typed.given;
}

/** What keys mean while the terminal shows none of them. */
export class UnseenLine {
  given: string | null = null;
  #characters: string[] = [];

  /** True when the line is finished, or given up (Ctrl-C, Ctrl-D). */
  keys(text: string): boolean {
    for (const key of text) if (this.#key(key)) return true;
    return false;
  }

  #key(key: string): boolean {
    if (key === '\x03' || key === '\x04') return true;
    if (key === '\r' || key === '\n') {
      this.given = this.#characters.join('');
      return true;
    }
    if (key === '\x7f' || key === '\b') this.#characters.pop();
    else if (key === '\x15') this.#characters = [];
    else this.#characters.push(key);
    return false;
  }
}
