/** What a client has of a room's stream of changes, by the rules of docs/protocol.md. Knows no messages, only their numbers. */
import type { ServerFrame, Welcome } from '../protocol/frames.ts';

/** Where a client can resume: it has all changes up to `after` in the history `epoch`. */
export interface ResumePoint {
  readonly after: number;
  readonly epoch: string;
}

/** A frame that brings a change of a message. */
export type ChangeFrame = Extract<ServerFrame, { readonly type: 'chat_message' | 'message_changed' }>;

/** `gap`: a change is missing, the caller reconnects; `ignore`: the change is known, or follows a gap. */
export type ChangeStep = 'apply' | 'ignore' | 'gap';

/**
 * Fed with every frame of a room's stream in the order of arrival. After a gap all frames are ignored until the next
 * `welcome`: the reconnected socket brings what is missing.
 */
export class StreamPosition {
  #epoch = '';
  /** All changes up to here are known; null from a fresh entry until its `live`. */
  #last: number | null = null;
  #phase: 'replaying' | 'live' | 'gap' = 'replaying';
  #head = 0;

  /** Null: the client can only enter afresh. */
  get resumePoint(): ResumePoint | null {
    return this.#last === null ? null : { after: this.#last, epoch: this.#epoch };
  }

  /** All changes up to here are known. */
  get last(): number | null {
    return this.#last;
  }

  get epoch(): string {
    return this.#epoch;
  }

  get isLive(): boolean {
    return this.#phase === 'live';
  }

  get hasGap(): boolean {
    return this.#phase === 'gap';
  }

  /** The number of changes that are known to be missing. */
  get missingCount(): number {
    return this.#last === null ? 0 : Math.max(0, this.#head - this.#last);
  }

  /** `fresh`: the server does not continue from the resume point, so what is shown belongs to the past. */
  onWelcome({ epoch, head, resumed }: Pick<Welcome, 'epoch' | 'head' | 'resumed'>): 'resumed' | 'fresh' {
    this.#phase = 'replaying';
    this.#head = head;
    if (resumed && this.#last !== null) return 'resumed';
    this.#epoch = epoch;
    this.#last = null;
    return 'fresh';
  }

  /** The server fills a hole from its store: numbers may be skipped until `live`. */
  onReplay(): void {
    if (!this.hasGap) this.#phase = 'replaying';
  }

  onLive(head: number): void {
    if (this.hasGap) return;
    this.#last = Math.max(this.#last ?? 0, head);
    this.#phase = 'live';
  }

  onHeartbeat(head: number | undefined): Exclude<ChangeStep, 'apply'> {
    if (!this.isLive || head === undefined || head <= (this.#last ?? 0)) return 'ignore';
    return this.#reportGap();
  }

  onChange(frame: Pick<ChangeFrame, 'seq' | 'changed' | 'repeat'>): ChangeStep {
    if (this.hasGap || frame.repeat === true) return 'ignore';
    const changed = lastChange(frame);
    if (this.#isKnown(changed)) return 'ignore';
    if (this.isLive && changed > (this.#last ?? 0) + 1) return this.#reportGap();
    // A fresh entry begins with the end of the history, not with all of it: only `live` says how far it reaches.
    if (this.#last !== null) this.#last = changed;
    return 'apply';
  }

  /** Rows of a replay may share a position, so only those before it are known. */
  #isKnown(changed: number): boolean {
    if (this.#last === null) return false;
    return this.isLive ? changed <= this.#last : changed < this.#last;
  }

  #reportGap(): 'gap' {
    this.#phase = 'gap';
    return 'gap';
  }
}

/** The number of a message's last change. */
export function lastChange({ seq, changed }: { readonly seq: number; readonly changed?: number | undefined }): number {
  return changed ?? seq;
}
