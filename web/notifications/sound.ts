/** Two soft notes, a fourth apart. */
const NOTES_HZ = [587.33, 783.99];
const NOTE_S = 0.5;
const STEP_S = 0.14;
const LOUDNESS = 0.08;

/** A quiet sound, synthesized: no file is fetched. Without Web Audio it does nothing. */
export class NotificationSound {
  #context: AudioContext | null = null;

  /** Browsers let a page play sounds only after a user gesture. */
  unlock(): void {
    void this.#resume();
  }

  async play(): Promise<void> {
    const context = await this.#resume();
    if (context === null) return;
    for (const [at, hz] of NOTES_HZ.entries()) playNote(context, hz, context.currentTime + at * STEP_S);
  }

  async #resume(): Promise<AudioContext | null> {
    if (typeof AudioContext === 'undefined') return null;
    this.#context ??= new AudioContext();
    await this.#context.resume().catch(() => undefined);
    return this.#context;
  }
}

function playNote(context: AudioContext, hz: number, at: number): void {
  const tone = new OscillatorNode(context, { type: 'sine', frequency: hz });
  const loudness = new GainNode(context, { gain: 0 });
  loudness.gain.setValueAtTime(0, at);
  loudness.gain.linearRampToValueAtTime(LOUDNESS, at + 0.02);
  loudness.gain.exponentialRampToValueAtTime(0.0001, at + NOTE_S);
  tone.connect(loudness).connect(context.destination);
  tone.start(at);
  tone.stop(at + NOTE_S);
}
