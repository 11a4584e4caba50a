/** Reads a password from the terminal without echo, or from standard input, so that scripts need no terminal. */
import { CommandError } from '../server/control/commands.ts';

const LINE_BYTES = 8 * 1024;

export async function askPassword(): Promise<string> {
  const password = await (process.stdin.isTTY ? withHiddenInput(askTwice) : firstLine(process.stdin));
  if (password === '') throw noPasswordError();
  return password;
}

function noPasswordError(): CommandError {
  return new CommandError('No password was given.');
}

async function askTwice(): Promise<string> {
  const password = await askHidden('Password: ');
  if ((await askHidden('The same again: ')) !== password) throw new CommandError('The two passwords differ.');
  return password;
}

/** Covers all questions together: a fast typist does not wait for the second one. */
async function withHiddenInput<T>(ask: () => Promise<T>): Promise<T> {
  process.stdin.setRawMode(true);
  try {
    return await ask();
  } finally {
    process.stdin.setRawMode(false);
    process.stdin.pause();
  }
}

/** Returns the line without its line end. */
export async function firstLine(input: AsyncIterable<Uint8Array | string>): Promise<string> {
  let line = Buffer.alloc(0);
  for await (const chunk of input) {
    line = Buffer.concat([line, Buffer.from(chunk)]);
    if (line.includes('\n') || line.length > LINE_BYTES) break;
  }
  const [first = ''] = line.toString('utf8').split('\n');
  return first.replace(/\r$/, '');
}

async function askHidden(question: string): Promise<string> {
  process.stderr.write(question);
  const typed = new HiddenLine();
  await new Promise<void>((done) => {
    const onData = (keys: string): void => {
      if (!typed.onKeys(keys)) return;
      process.stdin.off('data', onData);
      done();
    };
    process.stdin.setEncoding('utf8').on('data', onData);
  });
  process.stderr.write('\n');
  if (typed.text === null) throw noPasswordError();
  return typed.text;
}

/** Edits a line of which the terminal shows nothing. */
export class HiddenLine {
  text: string | null = null;
  #characters: string[] = [];

  /** True when the line is finished or cancelled (Ctrl-C, Ctrl-D). */
  onKeys(text: string): boolean {
    for (const key of text) if (this.#onKey(key)) return true;
    return false;
  }

  #onKey(key: string): boolean {
    if (key === '\x03' || key === '\x04') return true;
    if (key === '\r' || key === '\n') {
      this.text = this.#characters.join('');
      return true;
    }
    if (key === '\x7f' || key === '\b') this.#characters.pop();
    else if (key === '\x15') this.#characters = [];
    else this.#characters.push(key);
    return false;
  }
}
