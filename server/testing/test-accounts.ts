import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LayerEvent } from '../../channels/layer/layer.ts';
import { createMemoryLayer } from '../../channels/layer/memory.ts';
import type { Log } from '../../channels/log.ts';
import type { HttpApplication } from '../../channels/scope.ts';
import { openSqliteStore } from '../../store/sqlite/store.ts';
import type { Store } from '../../store/store.ts';
import { Accounts } from '../accounts/accounts.ts';
import type { LogInThrottle } from '../accounts/log-in-throttle.ts';
import { PasswordHasher } from '../accounts/password-hasher.ts';
import { Csrf } from '../http/csrf.ts';
import { httpApplication } from '../http/http-application.ts';
import type { Route } from '../http/route.ts';
import { sessionGroup } from '../layer-events.ts';
import { Pages } from '../pages/pages.ts';
import { accountRoutes } from '../routes/account-routes.ts';
import { pageRoutes } from '../routes/page-routes.ts';
import { Authenticator } from '../sessions/authenticator.ts';
import { DEFAULTS, type Settings } from '../settings.ts';
import { TestBrowser } from './test-browser.ts';

export interface TestAccountsOptions {
  readonly origins?: readonly string[];
  readonly signup?: Settings['signup'];
  readonly throttle?: LogInThrottle | null;
  readonly hasher?: PasswordHasher;
  readonly routes?: readonly Route[];
  readonly now?: () => number;
}

/** Everything between a request and the database, in a throw-away directory, for tests. */
export class TestAccounts {
  readonly logged: string[] = [];
  isReady = true;

  private constructor(
    private readonly directory: string,
    readonly store: Store,
    readonly accounts: Accounts,
    readonly routes: readonly Route[],
    readonly application: HttpApplication,
    private readonly layer: ReturnType<typeof createMemoryLayer>,
  ) {}

  static async open(options: TestAccountsOptions = {}): Promise<TestAccounts> {
    const directory = await mkdtemp(join(tmpdir(), 'salon-test-'));
    const store = await openSqliteStore({ data: join(directory, 'data') });
    const layer = createMemoryLayer();
    const {
      throttle = null,
      signup = 'open',
      hasher: hashing = new PasswordHasher({ functions: QUICK }),
      now,
    } = options;
    const settings = { ...DEFAULTS, signup, throttle: throttle !== null };
    const more = { ...(throttle === null ? {} : { throttle }), ...(now === undefined ? {} : { now }) };
    const accounts = new Accounts({ store, layer, settings, hasher: hashing, ...more });
    await writePages(directory);
    const scripts = { account: '/assets/account.js', chat: '/assets/chat.js' };
    const pages = await Pages.load({ directory, version: '0.0.0', signup, style: '/assets/salon.css', scripts });
    const csrf = new Csrf(store.secret);
    const routes = [
      ...pageRoutes({ store, pages, isReady: () => server.isReady }),
      ...accountRoutes({ accounts, csrf, pages, version: '0.0.0' }),
      ...(options.routes ?? []),
    ];
    const application = httpApplication({
      routes,
      origins: options.origins ?? ['https://chat.test'],
      authenticator: new Authenticator(store, now),
      csrf,
      assets: { answer: () => null },
      pages,
      log: recording((line) => server.logged.push(line)),
    });
    const server = new TestAccounts(directory, store, accounts, routes, application, layer);
    return server;
  }

  browser(client?: string): TestBrowser {
    return new TestBrowser(this.application, 'https', 'chat.test', client);
  }

  /** The browser of a user with an account, logged in. */
  async signUp(name: string, password = GOOD_PASSWORD): Promise<TestBrowser> {
    const browser = await this.browser().openAccountPage();
    const { status } = await browser.send('/account/signup', { username: name, password });
    if (status !== 200) throw new Error(`${name} could not sign up: ${status}`);
    return browser;
  }

  /** The events that the sockets of a session receive. */
  async eventsOf(tokenHash: string): Promise<LayerEvent[]> {
    const events: LayerEvent[] = [];
    const channel = this.layer.newChannel((event) => events.push(event));
    await this.layer.groupAdd(sessionGroup(tokenHash), channel);
    return events;
  }

  async close(): Promise<void> {
    await this.layer.stop();
    await this.store.close();
    await rm(this.directory, { recursive: true });
  }
}

export const GOOD_PASSWORD = 'four green wooden boats';

/** argon2id with the least work: the real one has tests of its own. */
export const QUICK = {
  hash: (password: string) => Bun.password.hash(password, { algorithm: 'argon2id', memoryCost: 8, timeCost: 1 }),
  verify: (password: string, hash: string) => Bun.password.verify(password, hash),
};

const ALL_PLACES = `<title>{{version}}</title><link href="{{style}}"><script src="{{script}}"></script>
<meta name="csrf-token" content="{{csrf}}"><p id="in" {{signed_in}}>Logged as {{user}}</p><form id="out" {{signed_out}}>
<i data-next="{{next}}" data-setup="{{setup}}" data-room="{{room}}" data-signup="{{signup}}" data-admin="{{administrator}}">`;

async function writePages(directory: string): Promise<void> {
  await Promise.all([
    Bun.write(join(directory, 'account.html'), ALL_PLACES),
    Bun.write(join(directory, 'chat.html'), ALL_PLACES),
    Bun.write(join(directory, 'not-found.html'), '<link href="{{style}}"><a href="/chat">To the rooms</a>'),
  ]);
}

function recording(keep: (line: string) => void): Log {
  return { error: keep, warn: keep, info: () => {}, debug: () => {} };
}
