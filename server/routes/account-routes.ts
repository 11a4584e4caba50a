import type { Accounts, Client, LogInResult } from '../accounts/accounts.ts';
import { FormErrors } from '../accounts/form-errors.ts';
import { clearCookie, setCookie } from '../http/cookies.ts';
import type { Csrf } from '../http/csrf.ts';
import { currentUserOf, json, type RequestContext, type Route } from '../http/route.ts';
import type { Pages } from '../pages/pages.ts';
import { deviceOf } from '../sessions/device-name.ts';

export interface AccountRouteParts {
  readonly accounts: Accounts;
  readonly csrf: Csrf;
  readonly pages: Pick<Pages, 'account'>;
  readonly version: string;
}

/** `/account`: sign in, out and up on one page that is never reloaded (S4–S17). */
export function accountRoutes({ accounts, csrf, pages, version }: AccountRouteParts): Route[] {
  const begun = (exchange: RequestContext, { user, session }: LogInResult): Response => {
    const response = succeeded(csrf.ofSession(session.token), { user: user.name });
    response.headers.append('set-cookie', setCookie(exchange.scope, 'session', session.token));
    response.headers.append('set-cookie', clearCookie(exchange.scope, 'visit'));
    return response;
  };

  const ended = (exchange: RequestContext): Response => {
    const visit = csrf.newCookie(exchange.scope);
    const response = succeeded(visit.token);
    response.headers.append('set-cookie', clearCookie(exchange.scope, 'session'));
    if (visit.setCookie !== null) response.headers.append('set-cookie', visit.setCookie);
    return response;
  };

  /** Whoever was signed in with this browser no longer is. */
  const leave = async ({ currentUser }: RequestContext): Promise<void> => {
    if (currentUser !== null) await accounts.logOut(currentUser.session);
  };

  const logIn = async (exchange: RequestContext): Promise<Response> => {
    const fields = await exchange.fields();
    const begin = await accounts.logIn(credentials(fields), clientOf(exchange));
    await leave(exchange);
    return begun(exchange, begin);
  };

  const signUp = async (exchange: RequestContext): Promise<Response> => {
    const fields = await exchange.fields();
    const begin = await accounts.signUp(credentials(fields), clientOf(exchange), fields.get('setup'));
    await leave(exchange);
    return begun(exchange, begin);
  };

  const logOut = async (exchange: RequestContext): Promise<Response> => {
    await leave(exchange);
    return ended(exchange);
  };

  const me = (exchange: RequestContext): Response =>
    json({ user: exchange.currentUser?.user.name ?? null, csrf: exchange.csrf, version });

  const changePassword = async (exchange: RequestContext): Promise<Response> => {
    const fields = await exchange.fields();
    const passwords = { old: fields.get('old'), new: fields.get('new') };
    return begun(exchange, await accounts.changePassword(currentUserOf(exchange).user, passwords, clientOf(exchange)));
  };

  const sessions = async (exchange: RequestContext): Promise<Response> => {
    const { user, session } = currentUserOf(exchange);
    const own = await accounts.sessionsOf(user);
    return json({
      user: user.name,
      sessions: own.map(({ tokenHash, createdAt, seenAt, device }) => ({
        id: tokenHash,
        created: new Date(createdAt).toISOString(),
        seen: new Date(seenAt).toISOString(),
        device,
        current: tokenHash === session.tokenHash,
      })),
    });
  };

  const endSessions = async (exchange: RequestContext): Promise<Response> => {
    const { user, session } = currentUserOf(exchange);
    const fields = await exchange.fields();
    const id = fields.get('id');
    if (id === undefined && isYes(fields.get('others'))) await accounts.endOtherSessions(user, session);
    else await accounts.endSession(user, id);
    return id === session.tokenHash ? ended(exchange) : succeeded(exchange.csrf);
  };

  return [
    { method: 'GET', path: '/account', access: 'anyone', answer: (exchange) => pages.account(exchange) },
    { method: 'GET', path: '/account/me', access: 'anyone', answer: me },
    { method: 'POST', path: '/account/login', access: 'anyone', answer: form(logIn) },
    { method: 'POST', path: '/account/logout', access: 'anyone', answer: form(logOut) },
    { method: 'POST', path: '/account/signup', access: 'anyone', answer: form(signUp) },
    { method: 'POST', path: '/account/password', access: 'visitor', answer: form(changePassword) },
    { method: 'GET', path: '/account/sessions', access: 'visitor', answer: sessions },
    { method: 'POST', path: '/account/sessions/end', access: 'visitor', answer: form(endSessions) },
  ];
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

/** JSON says `true`; a form can only say it in letters. */
function isYes(value: unknown): boolean {
  return value === true || value === 'true';
}

/** What is wrong with a form is told field by field (S11). */
function form(answer: Route['answer']): Route['answer'] {
  return async (exchange) => {
    try {
      return await answer(exchange);
    } catch (error) {
      if (!(error instanceof FormErrors)) throw error;
      const headers = error.retryAfterS === null ? {} : { 'retry-after': String(error.retryAfterS) };
      return json({ success: false, errors: error.errors }, error.status, headers);
    }
  };
}
