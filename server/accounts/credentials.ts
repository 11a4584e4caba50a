import { checked } from './form-errors.ts';
import { commonPasswords, parseNewPassword, parsePassword, refuseNameAsPassword } from './password.ts';
import { parseName, parseNewName } from './user-name.ts';

/** The two fields, unparsed. */
export interface Credentials {
  readonly username: unknown;
  readonly password: unknown;
}

/** For a log-in. */
export function parseCredentials(fields: Credentials): { name: string; password: string } {
  const { username, password } = checked({
    username: () => parseName(fields.username),
    password: () => parsePassword('password', fields.password),
  });
  return { name: username, password };
}

/** For a new account. */
export async function parseNewCredentials(fields: Credentials): Promise<{ name: string; password: string }> {
  const common = await commonPasswords();
  const { username, password } = checked({
    username: () => parseNewName(fields.username),
    password: () => parseNewPassword('password', fields.password, common),
  });
  refuseNameAsPassword('password', password, username);
  return { name: username, password };
}

/** For an existing account: its password, and the new one. */
export async function parsePasswordChange(
  fields: { old: unknown; new: unknown },
  name: string,
): Promise<{ old: string; new: string }> {
  const common = await commonPasswords();
  const passwords = checked({
    old: () => parsePassword('old', fields.old),
    new: () => parseNewPassword('new', fields.new, common),
  });
  refuseNameAsPassword('new', passwords.new, name);
  return passwords;
}
