import type { ClientFrame } from '../../protocol/frames.ts';

export interface PendingEditsView {
  revised(seq: number): void;
  /** `why`: in words. */
  notRevised(seq: number, why: string): void;
}

export type PendingEdit = { readonly type: 'edit'; readonly message: string } | { readonly type: 'delete' };

/** Edits and deletions on their way. They may be asked for again at any time, so nothing of them is kept. */
export class PendingEdits {
  readonly #pending = new Map<string, number>();

  constructor(
    private readonly newNonce: () => string,
    private readonly send: (frame: ClientFrame) => boolean,
    private readonly view: PendingEditsView,
  ) {}

  ask(seq: number, revision: PendingEdit, whenOffline: string): void {
    const nonce = this.newNonce();
    if (!this.send({ ...revision, seq, nonce })) this.view.notRevised(seq, whenOffline);
    else this.#pending.set(nonce, seq);
  }

  /** A message's new state is here. */
  seen(seq: number): void {
    for (const [nonce, pending] of this.#pending) {
      if (pending !== seq) continue;
      this.#pending.delete(nonce);
      this.view.revised(seq);
    }
  }

  refuse(nonce: string, why: string): boolean {
    const seq = this.#pending.get(nonce);
    if (seq === undefined) return false;
    this.#pending.delete(nonce);
    this.view.notRevised(seq, why);
    return true;
  }

  lost(why: string): void {
    const all = [...this.#pending.values()];
    this.#pending.clear();
    for (const seq of all) this.view.notRevised(seq, why);
  }
}
