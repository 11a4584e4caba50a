import type { HttpApplication, Scope } from '../../channels/scope.ts';

export interface RequestOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

/** A browser without a network, for tests: stores cookies and sends the latest CSRF token. */
export class TestBrowser {
  readonly cookies = new Map<string, string>();
  csrf = '';
  /** The Set-Cookie headers of the last response. */
  setCookieHeaders: readonly string[] = [];

  constructor(
    private readonly application: HttpApplication,
    readonly scheme: Scope['scheme'] = 'https',
    readonly host = 'chat.test',
    readonly client = '203.0.113.7',
  ) {}

  async request(target: string, asking: RequestOptions = {}): Promise<Response> {
    const response = await this.application(this.#scope(target, asking));
    this.setCookieHeaders = response.headers.getSetCookie();
    for (const header of this.setCookieHeaders) this.#storeCookie(header);
    return response;
  }

  get(target: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return this.request(target, { headers });
  }

  /** As the page does: a form, with the token in a header. */
  post(target: string, fields: Readonly<Record<string, string>> = {}, headers: Readonly<Record<string, string>> = {}) {
    return this.request(target, {
      method: 'POST',
      headers: { ...this.formHeaders(), ...headers },
      body: `${new URLSearchParams(fields)}`,
    });
  }

  formHeaders(): Readonly<Record<string, string>> {
    return {
      'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
      'x-csrftoken': this.csrf,
      origin: `${this.scheme}://${this.host}`,
    };
  }

  /** Opens the account page, which gives the first CSRF token. */
  async openAccountPage(): Promise<this> {
    await (await this.get('/account')).text();
    this.csrf = (await this.me()).csrf;
    return this;
  }

  async me(): Promise<{ user: string | null; csrf: string }> {
    const answer = await this.get('/account/me');
    return readMe(await answer.json());
  }

  /** Posts, and stores the token of the response, as the page does. */
  async send(target: string, fields: Readonly<Record<string, string>> = {}) {
    const response = await this.post(target, fields);
    const body: unknown = await response.json();
    const csrf = new Map(Object.entries(body ?? {})).get('csrf');
    if (typeof csrf === 'string') this.csrf = csrf;
    return { status: response.status, headers: response.headers, body };
  }

  #scope(target: string, { method = 'GET', headers = {}, body }: RequestOptions): Scope {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const all = new Headers({ ...(cookie === '' ? {} : { cookie }), ...headers });
    const [path = '/', query = ''] = target.split('?');
    const request = new Request(`${this.scheme}://${this.host}/`, {
      method: method === 'TRACE' ? 'GET' : method,
      headers: all,
      ...(body === undefined ? {} : { body }),
    });
    const { scheme, host, client } = this;
    return { request, method, path, query: new URLSearchParams(query), headers: all, params: {}, host, scheme, client };
  }

  #storeCookie(header: string): void {
    const [pair = '', ...attributes] = header.split('; ');
    const [name = '', value = ''] = pair.split('=');
    if (attributes.includes('Max-Age=0')) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}

function readMe(body: unknown): { user: string | null; csrf: string } {
  const fields = new Map(Object.entries(body ?? {}));
  const [user, csrf] = [fields.get('user'), fields.get('csrf')];
  if (typeof csrf !== 'string') throw new Error('the response has no CSRF token');
  return { user: typeof user === 'string' ? user : null, csrf };
}
