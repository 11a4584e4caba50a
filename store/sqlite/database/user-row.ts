/** The columns of a user and of a session, named as the interface names them, so that a row is a User or a Session. */
export const USER_COLUMNS = `id, name, role, password_hash AS passwordHash,
  created_at AS createdAt, disabled_at AS disabledAt`;
export const SESSION_COLUMNS = `token_hash AS tokenHash, user_id AS userId,
  created_at AS createdAt, seen_at AS seenAt, expires_at AS expiresAt, device`;
