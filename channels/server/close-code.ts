import type { CloseInfo } from '../consumer.ts';

/** The close info of a connection whose peer sent no close frame. */
export const NO_CLOSE_FRAME: CloseInfo = { code: 1006, reason: '' };

/**
 * Throws a RangeError for a code that no close frame may carry (RFC 6455, 7.4, and its registry): browsers treat such a
 * code as a protocol error, and report 1006 to the page.
 */
export function requireCloseCode(code: number): void {
  const isOfProtocol = (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014);
  const isOfApplication = code >= 3000 && code <= 4999;
  if (Number.isInteger(code) && (isOfProtocol || isOfApplication)) return;
  throw new RangeError(`close: ${code} may not be sent; take 1000, or one of your own from 4000 on`);
}

/** The error with which a consumer's pending wait ends when the connection is closed. */
export function connectionClosed(): DOMException {
  return new DOMException('the connection is closed', 'AbortError');
}

export function isConnectionClosed(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}
