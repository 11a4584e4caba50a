import type { Session } from '../../store/store.ts';
import type { Accounts, Client, LogInResult } from '../accounts/accounts.ts';
import { FormErrors } from '../accounts/form-errors.ts';
import { clearCookie, setCookie } from '../http/cookies.ts';
import type { Csrf } from '../http/csrf.ts';
import { currentUserOf, json, type RequestContext, type Route } from '../http/route.ts';
import type { Pages } from '../pages/pages.ts';
import { deviceOf } from '../sessions/device-name.ts';
import { SESSIONS_MAX } from '../sessions/sessions.ts';

export interface AccountRouteParts {
  readonly accounts: Accounts;
  readonly csrf: Csrf;
  readonly pages: Pick<Pages, 'account'>;
  readonly version: string;
}

/** `/account`: log in, log out and sign up on one page that is never reloaded (S4–S17). */
export function accountRoutes({ accounts, csrf, pages, version }: AccountRouteParts): Route[] {
  const loggedIn = (context: RequestContext, { user, session }: LogInResult): Response => {
    const response = succeeded(csrf.tokenForSession(session.token), { user: user.name });
    response.headers.append('set-cookie', setCookie(context.scope, 'session', session.token));
    response.headers.append('set-cookie', clearCookie(context.scope, 'csrf'));
    return response;
  };

  const loggedOut = (context: RequestContext): Response => {
    const issued = csrf.tokenForNewCookie(context.scope);
    const response = succeeded(issued.token);
    response.headers.append('set-cookie', clearCookie(context.scope, 'session'));
    if (issued.setCookie !== null) response.headers.append('set-cookie', issued.setCookie);
    return response;
  };

  /** Ends the session that this browser came with. */
  const endCurrentSession = async ({ currentUser }: RequestContext): Promise<void> => {
    if (currentUser !== null) await accounts.logOut(currentUser.session);
  };

  const logIn = async (context: RequestContext): Promise<Response> => {
    const fields = await context.fields();
    const result = await accounts.logIn(credentials(fields), clientOf(context));
    await endCurrentSession(context);
    return loggedIn(context, result);
  };

  const signUp = async (context: RequestContext): Promise<Response> => {
    const fields = await context.fields();
    const result = await accounts.signUp(credentials(fields), clientOf(context), fields.get('setup'));
    await endCurrentSession(context);
    return loggedIn(context, result);
  };

  const logOut = async (context: RequestContext): Promise<Response> => {
    await endCurrentSession(context);
    return loggedOut(context);
  };

  const me = (context: RequestContext): Response =>
    json({ user: context.currentUser?.user.name ?? null, csrf: context.csrf, version });

  const changePassword = async (context: RequestContext): Promise<Response> => {
    const fields = await context.fields();
    const passwords = { old: fields.get('old'), new: fields.get('new') };
    return loggedIn(context, await accounts.changePassword(currentUserOf(context).user, passwords, clientOf(context)));
  };

  const sessions = async (context: RequestContext): Promise<Response> => {
    const { user, session } = currentUserOf(context);
    const { page, next } = pageOf(await accounts.sessionsOf(user), context.scope.query.get('after'));
    return json({
      user: user.name,
      next,
      sessions: page.map(({ tokenHash, createdAt, seenAt, device }) => ({
        id: tokenHash,
        created: new Date(createdAt).toISOString(),
        seen: new Date(seenAt).toISOString(),
        device,
        current: tokenHash === session.tokenHash,
      })),
    });
  };

  const endSessions = async (context: RequestContext): Promise<Response> => {
    const { user, session } = currentUserOf(context);
    const fields = await context.fields();
    const id = fields.get('id');
    if (id === undefined && isYes(fields.get('others'))) await accounts.endOtherSessions(user, session);
    else await accounts.endSession(user, id);
    return id === session.tokenHash ? loggedOut(context) : succeeded(context.csrf);
  };

  return [
    { method: 'GET', path: '/account', access: 'anyone', answer: (context) => pages.account(context) },
    { method: 'GET', path: '/account/me', access: 'anyone', answer: me },
    { method: 'POST', path: '/account/login', access: 'anyone', answer: form(logIn) },
    { method: 'POST', path: '/account/logout', access: 'anyone', answer: form(logOut) },
    { method: 'POST', path: '/account/signup', access: 'anyone', answer: form(signUp) },
    { method: 'POST', path: '/account/password', access: 'user', answer: form(changePassword) },
    { method: 'GET', path: '/account/sessions', access: 'user', answer: sessions },
    { method: 'POST', path: '/account/sessions/end', access: 'user', answer: form(endSessions) },
  ];
}

/** The sessions after the one of this id, and the id to ask for more with. */
function pageOf(sessions: readonly Session[], after: string | null): { page: readonly Session[]; next: string | null } {
  const rest = sessions.slice(sessions.findIndex(({ tokenHash }) => tokenHash === after) + 1);
  const page = rest.slice(0, SESSIONS_MAX);
  return { page, next: rest.length > page.length ? (page.at(-1)?.tokenHash ?? null) : null };
}

function succeeded(csrf: string, more: { readonly user?: string } = {}): Response {
  return json({ success: true, ...more, csrf });
}

function clientOf({ scope }: RequestContext): Client {
  return { address: scope.client, device: deviceOf(scope.headers.get('user-agent')) };
}

function credentials(fields: ReadonlyMap<string, unknown>): { username: unknown; password: unknown } {
  return { username: fields.get('username'), password: fields.get('password') };
}

/** JSON has `true`; a form can only send it as text. */
function isYes(value: unknown): boolean {
  return value === true || value === 'true';
}

/** Answers form errors field by field (S11). */
function form(answer: Route['answer']): Route['answer'] {
  return async (context) => {
    try {
      return await answer(context);
    } catch (error) {
      if (!(error instanceof FormErrors)) throw error;
      const headers = error.retryAfterS === null ? {} : { 'retry-after': String(error.retryAfterS) };
      return json({ success: false, errors: error.errors }, error.status, headers);
    }
  };
}
