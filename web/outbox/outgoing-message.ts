import type { ErrorFrame } from '../../protocol/frames.ts';

/** A message on its way from its author to the server. */
export interface OutgoingMessage {
  readonly nonce: string;
  readonly text: string;
  /** In which it was written. */
  readonly tab: string;
}

export type RefusedMessage = Pick<ErrorFrame, 'code' | 'message' | 'final' | 'retry_after'>;

/** What another tab tells of a message, or a page before this one has left. */
export type DeliveryStatus =
  | { readonly is: 'waiting'; readonly parcel: OutgoingMessage }
  | { readonly is: 'sent'; readonly parcel: OutgoingMessage; readonly seq: number }
  | { readonly is: 'refused'; readonly parcel: OutgoingMessage; readonly why: RefusedMessage }
  | { readonly is: 'discarded'; readonly parcel: OutgoingMessage };

/** What becomes of each is written down: for the person's other tabs, and for a page that comes after this one. */
export interface OutboxLog {
  /** Under a new name. */
  parcel(text: string): OutgoingMessage;
  /** Is it for this page to send? Another tab's is not, as long as that lives. */
  isOurs(parcel: OutgoingMessage): boolean;
  /** Is it to be sent before ours in any case, though another tab may be sending it, too? */
  goesBefore(parcel: OutgoingMessage): boolean;
  /** `safe` is called when it may go out: it would outlive this page now, or nothing here does. */
  entered(parcel: OutgoingMessage, safe: () => void): void;
  sent(parcel: OutgoingMessage, seq: number): void;
  refused(parcel: OutgoingMessage, why: RefusedMessage): void;
  discarded(parcel: OutgoingMessage): void;
}
