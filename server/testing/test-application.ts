import { randomBytes } from 'node:crypto';
import type { Log } from '../../channels/log.ts';
import type { HttpApplication, Scope } from '../../channels/scope.ts';
import type { Session, User } from '../../store/store.ts';
import { readCookie } from '../http/cookies.ts';
import { Csrf } from '../http/csrf.ts';
import { httpApplication } from '../http/http-application.ts';
import type { Route } from '../http/route.ts';
import { TestBrowser } from './test-browser.ts';

export interface TestApplication {
  readonly application: HttpApplication;
  readonly logged: readonly string[];
  /** A browser; with `signedInAs`, one with a session of that user. */
  browser(options?: { scheme?: Scope['scheme']; host?: string; signedInAs?: string }): TestBrowser;
}

/** The guards around some routes, without a store: the token of a session is the name of its user. */
export function testApplication(
  routes: readonly Route[],
  { origins = [] }: { origins?: readonly string[] } = {},
): TestApplication {
  const logged: string[] = [];
  const csrf = new Csrf(randomBytes(32));
  const application = httpApplication({
    routes,
    origins,
    csrf,
    authenticator: { authenticate: async (scope) => signedIn(readCookie(scope, 'session')) },
    assets: { answer: () => null },
    pages: { notFound: () => new Response('<a href="/chat">back</a>', { status: 404, headers: HTML }) },
    log: recording(logged),
  });
  return {
    application,
    logged,
    browser({ scheme = 'https', host = 'localhost:8000', signedInAs } = {}) {
      const browser = new TestBrowser(application, scheme, host);
      const cookie = scheme === 'https' ? '__Host-salon-session' : 'salon-session-8000';
      if (signedInAs !== undefined) browser.cookies.set(cookie, signedInAs);
      if (signedInAs !== undefined) browser.csrf = csrf.tokenForSession(signedInAs);
      return browser;
    },
  };
}

const HTML = { 'content-type': 'text/html; charset=utf-8' };

function signedIn(token: string | null) {
  if (token === null) return null;
  const user: User = { id: 1, name: token, role: 'member', passwordHash: '', createdAt: 0, disabledAt: null };
  const session: Session = { tokenHash: 'hash', userId: 1, createdAt: 0, seenAt: 0, expiresAt: 0, device: '' };
  return { currentUser: { user, session }, token };
}

function recording(logged: string[]): Log {
  const keep = (line: string): void => void logged.push(line);
  return { error: keep, warn: keep, info: keep, debug: keep };
}
