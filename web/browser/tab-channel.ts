/** Messages between the tabs of this browser. A browser without BroadcastChannel sends none. */
export class TabChannel<Message> {
  #channel: BroadcastChannel | null = null;

  constructor(
    private readonly name: string,
    private readonly isMessage: (value: unknown) => value is Message,
    private readonly onMessage: (message: Message) => void,
  ) {}

  open(): void {
    if (this.#channel !== null || typeof BroadcastChannel === 'undefined') return;
    this.#channel = new BroadcastChannel(this.name);
    this.#channel.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (this.isMessage(data)) this.onMessage(data);
    };
  }

  publish(message: Message): void {
    this.#channel?.postMessage(message);
  }

  close(): void {
    this.#channel?.close();
    this.#channel = null;
  }
}
