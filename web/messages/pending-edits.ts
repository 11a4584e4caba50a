import type { ClientFrame } from '../../protocol/frames.ts';

export interface PendingEditsView {
  onEditApplied(seq: number): void;
  /** `why`: a text for the user. */
  onEditFailed(seq: number, why: string): void;
}

export type PendingEdit = { readonly type: 'edit'; readonly message: string } | { readonly type: 'delete' };

/** Edits and deletions the server has not answered yet. The user can repeat them at any time, so none is stored. */
export class PendingEdits {
  readonly #pending = new Map<string, number>();

  constructor(
    private readonly newNonce: () => string,
    private readonly send: (frame: ClientFrame) => boolean,
    private readonly view: PendingEditsView,
  ) {}

  sendEdit(seq: number, edit: PendingEdit, whenOffline: string): void {
    const nonce = this.newNonce();
    if (!this.send({ ...edit, seq, nonce })) this.view.onEditFailed(seq, whenOffline);
    else this.#pending.set(nonce, seq);
  }

  /** The new state of a message has arrived. */
  onMessageChanged(seq: number): void {
    for (const [nonce, pending] of this.#pending) {
      if (pending !== seq) continue;
      this.#pending.delete(nonce);
      this.view.onEditApplied(seq);
    }
  }

  refuse(nonce: string, why: string): boolean {
    const seq = this.#pending.get(nonce);
    if (seq === undefined) return false;
    this.#pending.delete(nonce);
    this.view.onEditFailed(seq, why);
    return true;
  }

  failAll(why: string): void {
    const all = [...this.#pending.values()];
    this.#pending.clear();
    for (const seq of all) this.view.onEditFailed(seq, why);
  }
}
