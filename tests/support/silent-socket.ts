import type { SendResult, Socket } from '../../channels/consumer.ts';
import type { ChannelLayer } from '../../channels/layer/layer.ts';

/** A socket whose client does not read: all that is sent waits for ever. */
export class SilentSocket implements Socket {
  readonly #closing = new AbortController();
  readonly signal = this.#closing.signal;
  readonly channel: string;
  readonly sent: string[] = [];
  closedWith: number | null = null;
  bufferedBytes = 0;

  constructor(private readonly layer: ChannelLayer) {
    this.channel = layer.newChannel(() => {});
  }

  get isClosed(): boolean {
    return this.signal.aborted;
  }

  async accept(): Promise<void> {}

  send(text: string): SendResult {
    if (this.signal.aborted) return 'closed';
    this.sent.push(text);
    return 'queued';
  }

  /** Resolves when it is closed. */
  drained(): Promise<void> {
    return new Promise((resolve) => this.signal.addEventListener('abort', () => resolve()));
  }

  groupAdd(group: string): Promise<void> {
    return this.layer.groupAdd(group, this.channel);
  }

  groupDiscard(group: string): Promise<void> {
    return this.layer.groupDiscard(group, this.channel);
  }

  close(code: number): void {
    if (this.signal.aborted) return;
    this.closedWith = code;
    this.#closing.abort();
    this.layer.close(this.channel);
  }
}
