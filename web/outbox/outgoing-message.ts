import type { ErrorFrame } from '../../protocol/frames.ts';

/** A message on its way from its author to the server. */
export interface OutgoingMessage {
  readonly nonce: string;
  readonly text: string;
  /** In which it was written. */
  readonly tab: string;
}

export type SendRefusal = Pick<ErrorFrame, 'code' | 'message' | 'final' | 'retry_after'>;

/** What another tab tells of a message, or a page before this one has left. */
export type DeliveryStatus =
  | { readonly is: 'waiting'; readonly message: OutgoingMessage }
  | { readonly is: 'sent'; readonly message: OutgoingMessage; readonly seq: number }
  | { readonly is: 'refused'; readonly message: OutgoingMessage; readonly refusal: SendRefusal }
  | { readonly is: 'discarded'; readonly message: OutgoingMessage };

/** What becomes of each is written down: for the person's other tabs, and for a page that comes after this one. */
export interface OutboxLog {
  /** Under a new name. */
  createMessage(text: string): OutgoingMessage;
  /** Is it for this page to send? Another tab's is not, as long as that lives. */
  isOurs(message: OutgoingMessage): boolean;
  /** Is it to be sent before ours in any case, though another tab may be sending it, too? */
  goesBefore(message: OutgoingMessage): boolean;
  /** `safe` is called when it may go out: it would outlive this page now, or nothing here does. */
  recordWaiting(message: OutgoingMessage, safe: () => void): void;
  recordSent(message: OutgoingMessage, seq: number): void;
  recordRefused(message: OutgoingMessage, refusal: SendRefusal): void;
  recordDiscarded(message: OutgoingMessage): void;
}
