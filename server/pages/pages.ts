import { join } from 'node:path';
import { accepts } from '../http/content-encoding.ts';
import { safeNext } from '../http/return-path.ts';
import type { RequestContext } from '../http/route.ts';
import { Template } from './template.ts';

const PLACEHOLDERS = [
  'csrf',
  'user',
  'version',
  'style',
  'script',
  'signed_in',
  'signed_out',
  'next',
  'setup',
  'room',
  'signup',
  'administrator',
] as const;
type Placeholder = (typeof PLACEHOLDERS)[number];

/** Without these S5 or S14 could not hold. */
const REQUIRED: readonly Placeholder[] = ['csrf', 'user', 'style', 'script'];

/** This page shows no user: it is the same for everyone. */
const NOT_FOUND_PLACEHOLDERS = ['style', 'version'] as const;

export interface PageParts {
  /** The folder of the templates. */
  readonly directory: string;
  readonly version: string;
  readonly signup: 'open' | 'closed';
  /** URLs of the style and of each page's script. */
  readonly style: string;
  readonly scripts: { readonly account: string; readonly chat: string };
}

/** The pages: templates read once at start, filled for each request. */
export class Pages {
  readonly #parts: PageParts;
  readonly #account: Template<Placeholder>;
  readonly #chat: Template<Placeholder>;
  readonly #notFound: string;

  private constructor(parts: PageParts, sources: { account: string; chat: string; notFound: string }) {
    this.#parts = parts;
    this.#account = Template.parse(sources.account, PLACEHOLDERS, REQUIRED);
    this.#chat = Template.parse(sources.chat, PLACEHOLDERS, REQUIRED);
    this.#notFound = Template.parse(sources.notFound, NOT_FOUND_PLACEHOLDERS, []).fill(parts);
  }

  static async load(parts: PageParts): Promise<Pages> {
    const read = async (name: string) => withoutIndents(await Bun.file(join(parts.directory, name)).text());
    const [account, chat, notFound] = await Promise.all([
      read('account.html'),
      read('chat.html'),
      read('not-found.html'),
    ]);
    return new Pages(parts, { account, chat, notFound });
  }

  account(context: RequestContext): Response {
    return page(this.#account, this.#values(context, this.#parts.scripts.account, ''), context);
  }

  /** `room`: a slug, or empty on the page of all rooms. */
  chat(context: RequestContext, room: string): Response {
    return page(this.#chat, this.#values(context, this.#parts.scripts.chat, room), context);
  }

  notFound(): Response {
    return new Response(this.#notFound, { status: 404, headers: HTML });
  }

  #values(context: RequestContext, script: string, room: string): Record<Placeholder, string> {
    const { currentUser, scope } = context;
    const { version, style, signup } = this.#parts;
    return {
      csrf: context.csrf,
      user: currentUser?.user.name ?? '',
      version,
      style,
      script,
      signed_in: currentUser === null ? 'hidden' : '',
      signed_out: currentUser === null ? '' : 'hidden',
      next: safeNext(scope.query.get('next')),
      setup: setupToken(scope.query),
      room,
      signup,
      administrator: currentUser?.user.role === 'administrator' ? 'yes' : '',
    };
  }
}

function setupToken(query: URLSearchParams): string {
  const token = query.get('setup') ?? '';
  return /^[A-Za-z0-9_-]{0,64}$/.test(token) ? token : '';
}

const HTML = { 'content-type': 'text/html; charset=utf-8' };

function page(
  template: Template<Placeholder>,
  values: Record<Placeholder, string>,
  { scope }: RequestContext,
): Response {
  const headers = { ...HTML, vary: 'accept-encoding' };
  if (!accepts(scope.headers.get('accept-encoding') ?? '', 'gzip'))
    return new Response(template.fill(values), { headers });
  return new Response(template.gzip(values), { headers: { ...headers, 'content-encoding': 'gzip' } });
}

/** No page has text in which the indentation would be visible. */
function withoutIndents(source: string): string {
  return source.replace(/\n\s+/g, '\n');
}
