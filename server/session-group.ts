/** The group of a session's own sockets: what ends the session is told here, and each socket closes with 4401. */
export function sessionGroup(tokenHash: string): string {
  return `session_${tokenHash}`;
}

export const SESSION_ENDED = { type: 'session.ended' } as const;
