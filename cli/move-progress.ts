import type { MoveProgress } from '../store/move/move.ts';

const ERASE = '\r\x1b[K';
const WIDTH = 30;
const EVERY_MS = 100;

/** One line at a terminal, with the time that is left; nothing where there is none. */
export class MoveProgressBar {
  readonly #startedAt: number;
  #shownAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly terminal: Pick<typeof process.stderr, 'isTTY' | 'write'> = process.stderr,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#startedAt = now();
  }

  show({ done, total }: MoveProgress): void {
    const now = this.now();
    if (!this.terminal.isTTY || now - this.#shownAt < EVERY_MS) return;
    this.#shownAt = now;
    const share = total === 0 ? 1 : done / total;
    const bar = '#'.repeat(Math.round(share * WIDTH)).padEnd(WIDTH, '.');
    const leftS = share === 0 ? null : Math.ceil((((now - this.#startedAt) / share) * (1 - share)) / 1_000);
    const left = leftS === null ? '' : `, ${leftS} s left`;
    this.terminal.write(`${ERASE}[${bar}] ${Math.floor(share * 100)} %${left}`);
  }

  clear(): void {
    if (this.terminal.isTTY) this.terminal.write(ERASE);
  }
}
