/** What a consumer is told that waits for something of a peer who has gone. */
export function connectionClosed(): DOMException {
  return new DOMException('the peer has gone', 'AbortError');
}

export function isConnectionClosed(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}
