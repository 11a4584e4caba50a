import type { ChannelLayer } from '../../channels/layer/layer.ts';
import type { Role, Session, Store, User } from '../../store/store.ts';
import { hashOfToken, type Token } from '../sessions/session-token.ts';
import { Sessions } from '../sessions/sessions.ts';
import type { Settings } from '../settings.ts';
import { isValidSetupToken } from './admin-setup.ts';
import { type Credentials, parseCredentials, parseNewCredentials, parsePasswordChange } from './credentials.ts';
import { FormErrors, invalidLogin, nameTaken, setupInvalid, signupClosed, wrongOldPassword } from './form-errors.ts';
import { LogInThrottle } from './log-in-throttle.ts';
import { commonPasswords, parseNewPassword, refuseNameAsPassword } from './password.ts';
import { PasswordHasher } from './password-hasher.ts';
import { parseName, userNameKey } from './user-name.ts';

export interface AccountParts {
  readonly store: Pick<Store, 'users' | 'sessions'>;
  readonly layer: Pick<ChannelLayer, 'groupSend'>;
  readonly settings: Pick<Settings, 'signup' | 'signupsPerHour' | 'throttle'>;
  readonly hasher?: PasswordHasher;
  readonly throttle?: LogInThrottle;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** The client of a request: throttles count by its address, a session records its device. */
export interface Client {
  readonly address: string;
  readonly device: string;
}

export interface LogInResult {
  readonly user: User;
  readonly session: Token;
}

/**
 * Accounts and their sessions. Invalid input and refusals are thrown as FormErrors; the values of fields are unknown
 * until they are parsed here.
 */
export class Accounts {
  readonly #users: Store['users'];
  readonly #sessions: Sessions;
  readonly #hasher: PasswordHasher;
  readonly #throttle: LogInThrottle | null;
  readonly #signup: Settings['signup'];

  constructor({ store, layer, settings, hasher, throttle, now }: AccountParts) {
    this.#users = store.users;
    this.#sessions = new Sessions(store, layer, now ?? (() => Date.now()));
    this.#hasher = hasher ?? new PasswordHasher();
    this.#throttle = settings.throttle
      ? (throttle ?? new LogInThrottle({ signupsPerHour: settings.signupsPerHour }))
      : null;
    this.#signup = settings.signup;
  }

  /** Refuses attempts that still wait for the hasher with 503. Resolves when those under way are done. */
  stop(): Promise<void> {
    return this.#hasher.stop();
  }

  /** With the one-time set-up token the account is an administrator's; without it `--signup` decides. */
  async signUp(fields: Credentials, client: Client, setup?: unknown): Promise<LogInResult> {
    const setupToken = parseSetupToken(setup);
    await this.#requireSignUpAllowed(setupToken);
    const { name, password } = await parseNewCredentials(fields);
    // Counted before anything is awaited, so that many at once are not more than many in a row.
    const uncount = this.#throttle?.countSignUp(client.address);
    const user = await this.#createUnlessTaken(name, password, setupToken, client.address).catch((error: unknown) => {
      uncount?.();
      throw error;
    });
    return { user, session: await this.#sessions.start(user, client.device) };
  }

  async logIn(fields: Credentials, { address, device }: Client): Promise<LogInResult> {
    const { name, password } = parseCredentials(fields);
    const user = await this.#authenticate(userNameKey(name), password, address);
    const session = await this.#sessions.start(user, device);
    return { user: await this.#recheck(user, session), session };
  }

  async logOut(session: Session): Promise<void> {
    await this.#sessions.end(session.tokenHash);
  }

  /** The current session continues under a new token; all others end, and the sockets of this one close. */
  async changePassword(user: User, fields: { old: unknown; new: unknown }, client: Client): Promise<LogInResult> {
    const passwords = await parsePasswordChange(fields, user.name);
    const isRight = await this.#matches(user, userNameKey(user.name), passwords.old, client.address);
    if (!isRight) throw wrongOldPassword();
    await this.#users.setPassword(user.id, await this.#hasher.hash(passwords.new, client.address));
    const session = await this.#sessions.start(user, client.device);
    await this.#sessions.endOthers(user, session.tokenHash);
    return { user, session };
  }

  sessionsOf(user: User): Promise<Session[]> {
    return this.#sessions.list(user);
  }

  /** Only one of the user's own. */
  async endSession(user: User, tokenHash: unknown): Promise<void> {
    const session = (await this.#sessions.list(user)).find((own) => own.tokenHash === tokenHash);
    if (session === undefined) throw FormErrors.of('id', 'not_found', 'There is no such session.');
    await this.#sessions.end(session.tokenHash);
  }

  async endOtherSessions(user: User, current: Session): Promise<void> {
    await this.#sessions.endOthers(user, current.tokenHash);
  }

  async add(name: string, password: string, role: Role): Promise<User> {
    const parsed = await parseNewCredentials({ username: name, password });
    return this.#create(parsed.name, await this.#hasher.hash(parsed.password), role);
  }

  /** Ends all sessions of the user. */
  async setPassword(name: string, password: string): Promise<void> {
    const user = await this.#userNamed(name);
    const parsed = parseNewPassword('password', password, await commonPasswords());
    refuseNameAsPassword('password', parsed, user.name);
    await this.#users.setPassword(user.id, await this.#hasher.hash(parsed));
    await this.#sessions.endOthers(user, null);
  }

  async setRole(name: string, role: Role): Promise<void> {
    const user = await this.#userNamed(name);
    await this.#users.setRole(user.id, role);
  }

  /** Ends all sessions of the user; log-in is refused until the user is enabled again. */
  async disable(name: string): Promise<void> {
    const user = await this.#userNamed(name);
    await this.#sessions.broadcastEnded(await this.#users.setDisabled(user.id, true));
  }

  async enable(name: string): Promise<void> {
    await this.#users.setDisabled((await this.#userNamed(name)).id, false);
  }

  async #requireSignUpAllowed(setupToken: string): Promise<void> {
    if (setupToken === '' && this.#signup === 'closed') throw signupClosed();
    if (setupToken !== '' && !(await isValidSetupToken(this.#users, setupToken))) throw setupInvalid();
  }

  async #createUnlessTaken(name: string, password: string, setupToken: string, address: string): Promise<User> {
    // Looked up before the password is hashed: a taken name costs no work.
    if ((await this.#users.byNameKey(userNameKey(name))) !== null) throw nameTaken();
    const passwordHash = await this.#hasher.hash(password, address);
    if (setupToken === '') return this.#create(name, passwordHash, 'member');
    return this.#createFirst(name, passwordHash, setupToken);
  }

  /** Account and token in one write: if the process ends meanwhile, the link is still valid or there is an administrator. */
  async #createFirst(name: string, passwordHash: string, setupToken: string): Promise<User> {
    const user = { name, nameKey: userNameKey(name), passwordHash, role: 'administrator' } as const;
    const created = await this.#users.createWithSetupToken(user, hashOfToken(setupToken));
    if (created === 'taken') throw nameTaken();
    if (created === 'invalid_token') throw setupInvalid();
    return created;
  }

  async #create(name: string, passwordHash: string, role: Role): Promise<User> {
    const user = await this.#users.create({ name, nameKey: userNameKey(name), passwordHash, role });
    if (user === 'taken') throw nameTaken();
    return user;
  }

  async #authenticate(key: string, password: string, address: string): Promise<User> {
    const user = await this.#users.byNameKey(key);
    if (!(await this.#matches(user, key, password, address)) || user === null) throw invalidLogin();
    return user;
  }

  /** The same work for every name, also for an unknown and a disabled one. */
  async #matches(user: User | null, key: string, password: string, address: string): Promise<boolean> {
    const attempt = await this.#throttle?.startLogIn(key, address);
    try {
      const isRight =
        user === null
          ? await this.#hasher.verifyUnknown(password, address)
          : await this.#hasher.verify(password, user.passwordHash, address);
      const matches = isRight && user?.disabledAt === null;
      if (matches) attempt?.succeeded();
      else attempt?.failed();
      return matches;
    } catch (error) {
      attempt?.cancel();
      throw error;
    }
  }

  /** The password may have been changed, or the user disabled, while it was verified; then the new session ends. */
  async #recheck(user: User, session: Token): Promise<User> {
    const current = await this.#sessions.userOf(session.tokenHash);
    if (current?.passwordHash === user.passwordHash) return current;
    await this.#sessions.end(session.tokenHash);
    throw invalidLogin();
  }

  async #userNamed(name: string): Promise<User> {
    const user = await this.#users.byNameKey(userNameKey(parseName(name)));
    if (user === null) throw FormErrors.of('username', 'unknown', 'There is no user of this name.');
    return user;
  }
}

/** An absent token and an empty field are the same: the page always sends the field. */
function parseSetupToken(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string') throw setupInvalid();
  return value;
}
