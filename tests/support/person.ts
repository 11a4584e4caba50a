/** A user over HTTP and WebSocket who behaves as a browser does: cookies, a token with every POST, an Origin. */
import type { SocketTarget } from '../../client/bun-socket.ts';
import { RoomSocket } from './room-socket.ts';

const KNOCKS_MOST = 10;

/** Only the address, so that a person outlives a restart of the server. */
export interface Address {
  readonly url: string;
  /** For a server whose certificate nobody signed. */
  readonly tls?: { readonly rejectUnauthorized: boolean };
}

export const PASSWORD = 'correct horse battery';

export async function signUp(server: Address, name: string, password = PASSWORD): Promise<Person> {
  const person = new Person(server, name);
  await person.authenticate('signup', password);
  return person;
}

export async function logIn(server: Address, name: string, password = PASSWORD): Promise<Person> {
  const person = new Person(server, name);
  await person.authenticate('login', password);
  return person;
}

export class Person {
  #cookies = new Map<string, string>();
  #csrf: string | null = null;

  constructor(
    readonly server: Address,
    readonly name: string,
  ) {}

  get #tls(): Pick<Address, 'tls'> {
    return this.server.tls === undefined ? {} : { tls: this.server.tls };
  }

  /** The value of the Cookie header. */
  get cookie(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  /** The same person at another address of the same server, past a proxy for instance. */
  at(server: Address): Person {
    const there = new Person(server, this.name);
    const port = (url: string): string => new URL(url).port;
    for (const [name, value] of this.#cookies) {
      there.#cookies.set(name.replace(`-${port(this.server.url)}`, `-${port(server.url)}`), value);
    }
    return there;
  }

  /** Repeats the request while the server answers that too many come in at once. */
  async #postUntilAdmitted(path: string, body: object): Promise<Response> {
    for (let tries = 1; ; tries++) {
      const response = await this.post(path, body);
      if (response.status !== 503 || tries === KNOCKS_MOST) return response;
      await Bun.sleep(Number(response.headers.get('retry-after') ?? 1) * 1_000);
    }
  }

  async authenticate(action: 'signup' | 'login', password: string): Promise<void> {
    const response = await this.#postUntilAdmitted(`/account/${action}`, { username: this.name, password });
    if (!response.ok) throw new Error(`${action} of ${this.name}: ${response.status} ${await response.text()}`);
  }

  async get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return this.#remember(
      await fetch(this.server.url + path, {
        headers: { cookie: this.cookie, ...headers },
        redirect: 'manual',
        ...this.#tls,
      }),
    );
  }

  /** A JSON body, with the token and the Origin that our own page would send. */
  async post(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    const token = await this.csrf();
    const browserHeaders = { cookie: this.cookie, 'content-type': 'application/json', origin: this.server.url };
    const response = await fetch(this.server.url + path, {
      method: 'POST',
      redirect: 'manual',
      ...this.#tls,
      headers: { ...browserHeaders, 'x-csrftoken': token, ...headers },
      body: JSON.stringify(body),
    });
    await this.#learnToken(response);
    return this.#remember(response);
  }

  /** The token that the next POST must carry. */
  async csrf(): Promise<string> {
    if (this.#csrf === null) await this.#learnToken(await this.get('/account/me'));
    return this.#csrf ?? '';
  }

  /** A room's address and headers, for a socket that the caller makes. */
  socketTarget(room: string, query: string): SocketTarget {
    const path = `/ws/chat/${room}/${query === '' ? '' : `?${query}`}`;
    const address = this.server.url.replace(/^http/, 'ws') + path;
    return { address, headers: { cookie: this.cookie, origin: this.server.url }, ...this.#tls };
  }

  /** `query`: as `after=3&epoch=…`. Resolves when the socket is open. */
  async open(room: string, query = ''): Promise<RoomSocket> {
    const { address, headers } = this.socketTarget(room, query);
    return this.#socketAt(address, headers);
  }

  async socket(path: string, headers: Readonly<Record<string, string>> = {}): Promise<RoomSocket> {
    const address = this.server.url.replace(/^http/, 'ws') + path;
    return this.#socketAt(address, { cookie: this.cookie, origin: this.server.url, ...headers });
  }

  async #socketAt(address: string, headers: Readonly<Record<string, string>>): Promise<RoomSocket> {
    const socket = new RoomSocket(address, headers, this.server.tls);
    await socket.opened;
    return socket;
  }

  async #learnToken(response: Response): Promise<void> {
    if (!response.headers.get('content-type')?.startsWith('application/json')) return;
    const body: unknown = await response
      .clone()
      .json()
      .catch(() => null);
    if (typeof body === 'object' && body !== null && 'csrf' in body && typeof body.csrf === 'string') {
      this.#csrf = body.csrf;
    }
  }

  #remember(response: Response): Response {
    for (const line of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
      const [name = '', value = ''] = pair.split(/=(.*)/s);
      if (value === '' || attributes.some((each) => /^max-age=0$/i.test(each))) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return response;
  }
}
