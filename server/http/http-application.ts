import type { Log } from '../../channels/log.ts';
import { matchPath } from '../../channels/routing.ts';
import type { HttpApplication, Scope } from '../../channels/scope.ts';
import { readFields } from './body.ts';
import type { Csrf, CsrfBond } from './csrf.ts';
import { errorResponse } from './error-response.ts';
import { guardHost, guardOrigin, guardToken, guardUser } from './guards.ts';
import { logInAddress } from './return-path.ts';
import { type CurrentUser, HttpError, type RequestContext, type Route } from './route.ts';
import { secured } from './security-headers.ts';

export interface HttpParts {
  readonly routes: readonly Route[];
  /** As `--origin` gave them; empty: whatever address the request itself was sent to. */
  readonly origins: readonly string[];
  readonly visitors: { of(scope: Scope): Promise<SignedIn | null> };
  readonly csrf: Csrf;
  /** Files that are the same for everybody; null for a path that is none of them. */
  readonly assets: { answer(scope: Scope): Response | null };
  readonly pages: { notFound(): Response };
  readonly log: Log;
}

/** A visitor, with the token of whose session only the cookie holds. */
export interface SignedIn {
  readonly visitor: CurrentUser;
  readonly token: string;
}

/** From a request to its answer: host, method, origin, token, who asks; then the route. Everything else is a refusal. */
export function httpApplication(parts: HttpParts): HttpApplication {
  return async (scope) => secured(await answer(scope, parts), scope);
}

async function answer(scope: Scope, parts: HttpParts): Promise<Response> {
  try {
    guardHost(scope, parts.origins);
    return parts.assets.answer(scope) ?? (await routed(scope, parts));
  } catch (error) {
    const refusal = errorResponse(error, scope, parts.log);
    return refusal.status === 404 && wantsPage(scope) ? parts.pages.notFound() : refusal;
  }
}

async function routed(asked: Scope, parts: HttpParts): Promise<Response> {
  const { route, scope } = findRoute(asked, parts.routes);
  if (route.method === 'POST') guardOrigin(scope, parts.origins);
  const signedIn = await parts.visitors.of(scope);
  const exchange = new BrowserExchange(scope, signedIn, parts.csrf);
  if (route.method === 'POST') guardToken(scope, exchange.csrf);
  guardUser(route, exchange.currentUser);
  if (route.access === 'page' && exchange.currentUser === null) return redirectToLogIn(scope);
  return exchange.bound(await route.answer(exchange));
}

class BrowserExchange implements RequestContext {
  readonly currentUser: CurrentUser | null;
  readonly #signedIn: SignedIn | null;
  readonly #csrf: Csrf;
  #bond: CsrfBond | null = null;

  constructor(
    readonly scope: Scope,
    signedIn: SignedIn | null,
    csrf: Csrf,
  ) {
    this.currentUser = signedIn?.visitor ?? null;
    this.#signedIn = signedIn;
    this.#csrf = csrf;
  }

  /** Made when first asked for, so that who needs no token gets no cookie. */
  get csrf(): string {
    this.#bond ??= this.#makeBond();
    return this.#bond.token;
  }

  fields(): Promise<ReadonlyMap<string, unknown>> {
    return readFields(this.scope.request);
  }

  bound(response: Response): Response {
    const line = this.#bond?.setCookie ?? null;
    if (line !== null) response.headers.append('set-cookie', line);
    return response;
  }

  #makeBond(): CsrfBond {
    if (this.#signedIn === null) return this.#csrf.ofCookie(this.scope);
    return { token: this.#csrf.ofSession(this.#signedIn.token), setCookie: null };
  }
}

/** HEAD is a GET whose body nobody wants. */
function findRoute(scope: Scope, routes: readonly Route[]): { route: Route; scope: Scope } {
  const method = scope.method === 'HEAD' ? 'GET' : scope.method;
  const here = routes.flatMap((route) => {
    const params = matchPath(route.path, scope.path);
    return params === null ? [] : [{ route, scope: withParams(scope, params) }];
  });
  const found = here.find(({ route }) => route.method === method);
  if (found !== undefined) return found;
  if (here.length === 0 && (method === 'GET' || method === 'POST')) throw notFound();
  throw wrongMethod(here.map(({ route }) => route.method));
}

/** Key by key, since a scope may be an object with getters. */
function withParams(scope: Scope, params: Scope['params']): Scope {
  const { request, method, path, query, headers, host, scheme, client } = scope;
  return { request, method, path, query, headers, params, host, scheme, client };
}

function notFound(): HttpError {
  return new HttpError(404, 'not_found', 'There is nothing here.');
}

function wrongMethod(methods: readonly Route['method'][]): HttpError {
  const known = methods.length === 0 ? (['GET', 'POST'] as const) : methods;
  const allowed = new Set(known.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])));
  return new HttpError(405, 'wrong_method', 'This cannot be done here.', { allow: [...allowed].join(', ') });
}

function redirectToLogIn(scope: Scope): Response {
  return new Response(null, { status: 302, headers: { location: logInAddress(scope.path, scope.query) } });
}

function wantsPage(scope: Scope): boolean {
  const isRead = scope.method === 'GET' || scope.method === 'HEAD';
  return isRead && (scope.headers.get('accept') ?? '').includes('text/html');
}
