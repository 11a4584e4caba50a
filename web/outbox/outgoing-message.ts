import type { ErrorFrame } from '../../protocol/frames.ts';

/** A message that is on its way from its author to the server. */
export interface OutgoingMessage {
  readonly nonce: string;
  readonly text: string;
  /** The tab in which it was written. */
  readonly tab: string;
}

export type SendRefusal = Pick<ErrorFrame, 'code' | 'message' | 'final' | 'retry_after'>;

/** The status of a message, as another tab publishes it or an earlier page has stored it. */
export type DeliveryStatus =
  | { readonly is: 'waiting'; readonly message: OutgoingMessage }
  | { readonly is: 'sent'; readonly message: OutgoingMessage; readonly seq: number }
  | { readonly is: 'refused'; readonly message: OutgoingMessage; readonly refusal: SendRefusal }
  | { readonly is: 'discarded'; readonly message: OutgoingMessage };

/** Persists each message's status for the user's other tabs and for the next page load. */
export interface OutboxLog {
  /** A message with a new nonce. */
  createMessage(text: string): OutgoingMessage;
  /** Does this page send it? A message of another tab is not ours while that tab lives. */
  isOurs(message: OutgoingMessage): boolean;
  /** Must it be sent before ours, although another tab may be sending it, too? */
  goesBefore(message: OutgoingMessage): boolean;
  /** `onStored` is called when the message may be sent: it outlives this page now, or the device stores nothing. */
  recordWaiting(message: OutgoingMessage, onStored: () => void): void;
  recordSent(message: OutgoingMessage, seq: number): void;
  recordRefused(message: OutgoingMessage, refusal: SendRefusal): void;
  recordDiscarded(message: OutgoingMessage): void;
}
