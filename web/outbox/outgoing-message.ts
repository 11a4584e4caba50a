import type { ErrorFrame } from '../../protocol/frames.ts';

/** A message on its way from its author to the server. */
export interface Parcel {
  readonly nonce: string;
  readonly text: string;
  /** In which it was written. */
  readonly tab: string;
}

export type Refused = Pick<ErrorFrame, 'code' | 'message' | 'final' | 'retry_after'>;

/** What another tab tells of a message, or a page before this one has left. */
export type Fate =
  | { readonly is: 'waiting'; readonly parcel: Parcel }
  | { readonly is: 'sent'; readonly parcel: Parcel; readonly seq: number }
  | { readonly is: 'refused'; readonly parcel: Parcel; readonly why: Refused }
  | { readonly is: 'discarded'; readonly parcel: Parcel };

/** What becomes of each is written down: for the person's other tabs, and for a page that comes after this one. */
export interface Ledger {
  /** Under a new name. */
  parcel(text: string): Parcel;
  /** Is it for this page to send? Another tab's is not, as long as that lives. */
  isOurs(parcel: Parcel): boolean;
  /** Is it to be sent before ours in any case, though another tab may be sending it, too? */
  goesBefore(parcel: Parcel): boolean;
  /** `safe` is called when it may go out: it would outlive this page now, or nothing here does. */
  entered(parcel: Parcel, safe: () => void): void;
  sent(parcel: Parcel, seq: number): void;
  refused(parcel: Parcel, why: Refused): void;
  discarded(parcel: Parcel): void;
}
