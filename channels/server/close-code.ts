import type { CloseInfo } from '../consumer.ts';

/** How a connection ended whose peer sent no close frame. */
export const NO_CLOSE_FRAME: CloseInfo = { code: 1006, reason: '' };

/**
 * Throws a RangeError for a code that no close frame may bear (RFC 6455, 7.4, and the registry it began): browsers call
 * it a protocol error, and tell their pages 1006.
 */
export function requireCloseCode(code: number): void {
  const isOfProtocol = (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014);
  const isOfApplication = code >= 3000 && code <= 4999;
  if (Number.isInteger(code) && (isOfProtocol || isOfApplication)) return;
  throw new RangeError(`close: ${code} may not be sent; take 1000, or one of your own from 4000 on`);
}
