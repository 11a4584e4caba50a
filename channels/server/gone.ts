/** What a consumer is told that waits for something of a peer who has gone. */
export function gone(): DOMException {
  return new DOMException('the peer has gone', 'AbortError');
}

export function isGone(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}
