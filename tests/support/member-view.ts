/** The view of one client of a room, strictly by the rules of docs/protocol.md. */
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
    const parsed: unknown = JSON.parse(text);
    for (const frame of Array.isArray(parsed) ? parsed : [parsed]) this.#applyFrame(frame);
  }

  #applyFrame(frame: Record<string, unknown>): void {
    switch (frame.type) {
      case 'replay':
        this.#isReplaying = true;
        break;
      case 'live':
        this.last = Math.max(this.last, Number(frame.head));
        this.#isReplaying = false;
        this.isLive = true;
        break;
      case 'heartbeat':
        if (frame.head !== undefined && Number(frame.head) !== this.last) this.#addViolation(frame, 'heartbeat');
        break;
      case 'chat_message':
      case 'message_changed':
        this.#applyChange(frame);
        break;
      case 'user_list':
        this.people.push([...(frame.users as string[])]);
        break;
      case 'user_join':
      case 'user_leave':
        this.lines.push(`${frame.type} ${frame.user}`);
        break;
    }
  }

  #applyChange(frame: Record<string, unknown>): void {
    if (frame.repeat === true) return;
    const seq = Number(frame.seq);
    const changed = Number(frame.changed ?? frame.seq);
    if (!this.#isReplaying && changed !== this.last + 1) this.#addViolation(frame, `gap after ${this.last}`);
    if (changed < this.last) this.#addViolation(frame, `backwards from ${this.last}`);
    this.last = Math.max(this.last, changed);
    if (frame.type === 'chat_message') this.timesNew.set(seq, (this.timesNew.get(seq) ?? 0) + 1);
    if (frame.deleted !== undefined) this.messages.delete(seq);
    else if (frame.type === 'chat_message' || this.messages.has(seq)) this.messages.set(seq, String(frame.message));
  }

  #addViolation(frame: Record<string, unknown>, why: string): void {
    this.violations.push(`${why}: ${JSON.stringify(frame).slice(0, 120)}`);
  }
}
