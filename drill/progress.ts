/** One line about the state of a drill, on a terminal; nothing elsewhere. */
import type { Participants } from './participants.ts';
import type { Reservation } from './reservation.ts';

const EVERY_MS = 500;
const ERASE = '\r\x1b[K';

export class Progress {
  #timer: Timer | undefined;
  #startedAt: number | null = null;

  constructor(
    private readonly seconds: number,
    private readonly participants: Pick<Participants, 'sent' | 'acknowledged' | 'cuts'>,
    private readonly reservation: Pick<Reservation, 'isServerUp'>,
    private readonly terminal: Pick<typeof process.stderr, 'isTTY' | 'write'> = process.stderr,
  ) {
    if (!terminal.isTTY) return;
    this.#timer = setInterval(() => this.terminal.write(`${ERASE}${this.#text()}`), EVERY_MS);
  }

  markStarted(): void {
    this.#startedAt = performance.now();
  }

  stop(): void {
    clearInterval(this.#timer);
    if (this.#timer !== undefined) this.terminal.write(ERASE);
  }

  #text(): string {
    if (!this.reservation.isServerUp) return 'The server is away; waiting for it.';
    if (this.#startedAt === null) return 'Coming in…';
    const passed = Math.floor((performance.now() - this.#startedAt) / 1_000);
    const { sent, acknowledged, cuts } = this.participants;
    const at = passed < this.seconds ? `${passed} of ${this.seconds} s` : 'counting';
    return `${at} · sent ${sent} · acknowledged ${acknowledged} · lines cut ${cuts}`;
  }
}
