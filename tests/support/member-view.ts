/** The view of one client of a room, strictly by the rules of docs/protocol.md. */
import type { ServerFrame } from '../../protocol/frames.ts';
import { parseFramesStrictly } from '../../protocol/strict-frames.ts';

type ChangeFrame = Extract<ServerFrame, { readonly type: 'chat_message' | 'message_changed' }>;

export class MemberView {
  last = 0;
  head = 0;
  isLive = false;
  readonly messages = new Map<number, string>();
  readonly violations: string[] = [];
  /** How often each message came as a new one. */
  readonly timesNew = new Map<number, number>();
  readonly people: string[][] = [];
  readonly lines: string[] = [];
  #isReplaying = true;

  constructor(readonly from: number | null = null) {
    if (from !== null) this.last = from;
  }

  applyText(text: string): void {
    for (const frame of parseFramesStrictly(text)) this.#applyFrame(frame);
  }

  #applyFrame(frame: ServerFrame): void {
    switch (frame.type) {
      case 'replay':
        this.#isReplaying = true;
        break;
      case 'live':
        this.last = Math.max(this.last, frame.head);
        this.#isReplaying = false;
        this.isLive = true;
        break;
      case 'heartbeat':
        if (frame.head !== undefined && frame.head !== this.last) this.#addViolation(frame, 'heartbeat');
        break;
      case 'chat_message':
      case 'message_changed':
        this.#applyChange(frame);
        break;
      case 'user_list':
        this.people.push([...frame.users]);
        break;
      case 'user_join':
      case 'user_leave':
        this.lines.push(`${frame.type} ${frame.user}`);
        break;
    }
  }

  #applyChange(frame: ChangeFrame): void {
    if (frame.repeat === true) return;
    const { seq, changed = seq } = frame;
    if (!this.#isReplaying && changed !== this.last + 1) this.#addViolation(frame, `gap after ${this.last}`);
    if (changed < this.last) this.#addViolation(frame, `backwards from ${this.last}`);
    this.last = Math.max(this.last, changed);
    if (frame.type === 'chat_message') this.timesNew.set(seq, (this.timesNew.get(seq) ?? 0) + 1);
    if ('deleted' in frame) this.messages.delete(seq);
    else if (frame.type === 'chat_message' || this.messages.has(seq)) this.messages.set(seq, frame.message);
  }

  #addViolation(frame: ServerFrame, why: string): void {
    this.violations.push(`${why}: ${JSON.stringify(frame).slice(0, 120)}`);
  }
}
