import type { Log } from '../../channels/log.ts';
import { findRoute } from '../../channels/routing.ts';
import type { HttpApplication, Scope } from '../../channels/scope.ts';
import { readFields } from './body.ts';
import type { Csrf, IssuedToken } from './csrf.ts';
import { errorResponse } from './error-response.ts';
import { guardHost, guardOrigin, guardToken, guardUser } from './guards.ts';
import { logInAddress } from './return-path.ts';
import { type CurrentUser, HttpError, type RequestContext, type Route } from './route.ts';
import { secured } from './security-headers.ts';

export interface HttpParts {
  readonly routes: readonly Route[];
  /** As given by `--origin`; empty: the host that the request was sent to. */
  readonly origins: readonly string[];
  readonly authenticator: { authenticate(scope: Scope): Promise<Authenticated | null> };
  readonly csrf: Csrf;
  /** Static files; null for a path that is none of them. */
  readonly assets: { answer(scope: Scope): Response | null };
  readonly pages: { notFound(): Response };
  readonly log: Log;
}

/** A user, with the session's token, which only the cookie holds. */
export interface Authenticated {
  readonly currentUser: CurrentUser;
  readonly token: string;
}

/** From a request to its response: host, asset, route, origin, user, CSRF token, access; then the route's own answer. */
export function httpApplication(parts: HttpParts): HttpApplication {
  const table = byPattern(parts.routes);
  return async (scope) => secured(await answer(scope, parts, table), scope);
}

async function answer(scope: Scope, parts: HttpParts, table: RouteTable): Promise<Response> {
  try {
    guardHost(scope, parts.origins);
    return parts.assets.answer(scope) ?? (await routed(scope, parts, table));
  } catch (error) {
    const refusal = errorResponse(error, scope, parts.log);
    return refusal.status === 404 && wantsPage(scope) ? parts.pages.notFound() : refusal;
  }
}

async function routed(requested: Scope, parts: HttpParts, table: RouteTable): Promise<Response> {
  const { route, scope } = routeOf(requested, table);
  if (route.method === 'POST') guardOrigin(scope, parts.origins);
  const authenticated = await parts.authenticator.authenticate(scope);
  const context = new BrowserRequest(scope, authenticated, parts.csrf);
  if (route.method === 'POST') guardToken(scope, context.csrf);
  guardUser(route, context.currentUser);
  if (route.access === 'page' && context.currentUser === null) return redirectToLogIn(scope);
  return context.withCookie(await route.answer(context));
}

class BrowserRequest implements RequestContext {
  readonly currentUser: CurrentUser | null;
  readonly #authenticated: Authenticated | null;
  readonly #csrf: Csrf;
  #csrfToken: IssuedToken | null = null;

  constructor(
    readonly scope: Scope,
    authenticated: Authenticated | null,
    csrf: Csrf,
  ) {
    this.currentUser = authenticated?.currentUser ?? null;
    this.#authenticated = authenticated;
    this.#csrf = csrf;
  }

  /** Issued on first use, so that a request that needs no token gets no cookie. */
  get csrf(): string {
    this.#csrfToken ??= this.#issueToken();
    return this.#csrfToken.token;
  }

  fields(): Promise<ReadonlyMap<string, unknown>> {
    return readFields(this.scope.request);
  }

  withCookie(response: Response): Response {
    const header = this.#csrfToken?.setCookie ?? null;
    if (header !== null) response.headers.append('set-cookie', header);
    return response;
  }

  #issueToken(): IssuedToken {
    if (this.#authenticated === null) return this.#csrf.tokenForCookie(this.scope);
    return { token: this.#csrf.tokenForSession(this.#authenticated.token), setCookie: null };
  }
}

/** The routes of each pattern, one a method. */
type RouteTable = ReadonlyMap<string, readonly Route[]>;

function byPattern(routes: readonly Route[]): RouteTable {
  return Map.groupBy(routes, ({ path }) => path);
}

/** HEAD is a GET without the body. */
function routeOf(scope: Scope, table: RouteTable): { route: Route; scope: Scope } {
  const method = scope.method === 'HEAD' ? 'GET' : scope.method;
  const found = findRoute(table, scope.path);
  const routes = found?.target ?? [];
  const route = routes.find((candidate) => candidate.method === method);
  if (found !== null && route !== undefined) return { route, scope: withParams(scope, found.params) };
  if (found === null && (method === 'GET' || method === 'POST')) throw notFound();
  throw wrongMethod(routes.map((candidate) => candidate.method));
}

/** Key by key, since a scope may be an object with getters, which a spread would not copy. */
function withParams(scope: Scope, params: Scope['params']): Scope {
  const { request, method, path, query, headers, host, scheme, client } = scope;
  return { request, method, path, query, headers, params, host, scheme, client };
}

function notFound(): HttpError {
  return new HttpError(404, 'not_found', 'Not found.');
}

function wrongMethod(methods: readonly Route['method'][]): HttpError {
  const known = methods.length === 0 ? (['GET', 'POST'] as const) : methods;
  const allowed = new Set(known.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])));
  return new HttpError(405, 'wrong_method', 'Method not allowed.', { allow: [...allowed].join(', ') });
}

function redirectToLogIn(scope: Scope): Response {
  return new Response(null, { status: 302, headers: { location: logInAddress(scope.path, scope.query) } });
}

function wantsPage(scope: Scope): boolean {
  const isRead = scope.method === 'GET' || scope.method === 'HEAD';
  return isRead && (scope.headers.get('accept') ?? '').includes('text/html');
}
