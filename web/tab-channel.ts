/** To the other tabs of this browser; on a browser that has no such thing, to nobody. */
export class TabChannel<Word> {
  readonly #channel: BroadcastChannel | null;

  constructor(name: string, isWord: (value: unknown) => value is Word, heard: (word: Word) => void) {
    this.#channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(name);
    this.#channel?.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (isWord(data)) heard(data);
    });
  }

  tell(word: Word): void {
    this.#channel?.postMessage(word);
  }
}
