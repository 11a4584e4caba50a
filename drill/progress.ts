/** One line that tells how a drill goes, for who sits before it; nothing where nobody does. */
import type { Participants } from './participants.ts';
import type { Reservation } from './reservation.ts';

const EVERY_MS = 500;
const ERASE = '\r\x1b[K';

export class Progress {
  #timer: Timer | undefined;
  #begunAt: number | null = null;

  constructor(
    private readonly seconds: number,
    private readonly crew: Pick<Participants, 'sent' | 'acknowledged' | 'cuts'>,
    private readonly hold: Pick<Reservation, 'isThere'>,
    private readonly terminal: Pick<typeof process.stderr, 'isTTY' | 'write'> = process.stderr,
  ) {
    if (!terminal.isTTY) return;
    this.#timer = setInterval(() => this.terminal.write(`${ERASE}${this.#line()}`), EVERY_MS);
  }

  begin(): void {
    this.#begunAt = performance.now();
  }

  end(): void {
    clearInterval(this.#timer);
    if (this.#timer !== undefined) this.terminal.write(ERASE);
  }

  #line(): string {
    if (!this.hold.isThere) return 'The server is away; waiting for it.';
    if (this.#begunAt === null) return 'Coming in…';
    const passed = Math.floor((performance.now() - this.#begunAt) / 1_000);
    const { sent, acknowledged, cuts } = this.crew;
    const at = passed < this.seconds ? `${passed} of ${this.seconds} s` : 'counting';
    return `${at} · sent ${sent} · acknowledged ${acknowledged} · lines cut ${cuts}`;
  }
}
