/** To the other tabs of this browser, while it is open; on a browser that has no such thing, to nobody. */
export class TabChannel<Word> {
  #channel: BroadcastChannel | null = null;

  constructor(
    private readonly name: string,
    private readonly isWord: (value: unknown) => value is Word,
    private readonly heard: (word: Word) => void,
  ) {}

  open(): void {
    if (this.#channel !== null || typeof BroadcastChannel === 'undefined') return;
    this.#channel = new BroadcastChannel(this.name);
    this.#channel.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (this.isWord(data)) this.heard(data);
    };
  }

  publish(word: Word): void {
    this.#channel?.postMessage(word);
  }

  close(): void {
    this.#channel?.close();
    this.#channel = null;
  }
}
