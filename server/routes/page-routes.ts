import type { Store } from '../../store/store.ts';
import { currentUserOf, HttpError, json, type Route } from '../http/route.ts';
import type { Pages } from '../pages/pages.ts';
import { mayEnter } from '../rooms/access-policy.ts';

export interface PageRouteParts {
  readonly store: Pick<Store, 'rooms'>;
  readonly pages: Pages;
  /** False while the server stops or after its store has failed: a proxy then uses another server. */
  readonly isReady: () => boolean;
}

const MESSAGE_NUMBER = /^[1-9]\d{0,14}$/;

export function pageRoutes({ store, pages, isReady }: PageRouteParts): Route[] {
  const roomPage: Route['answer'] = async (context) => {
    const { room = '', message = '1' } = context.scope.params;
    const found = MESSAGE_NUMBER.test(message) ? await store.rooms.bySlug(room) : null;
    if (found === null || !mayEnter(currentUserOf(context).user, found))
      throw new HttpError(404, 'not_found', 'There is no such room.');
    return pages.chat(context, found.slug);
  };
  return [
    { method: 'GET', path: '/', access: 'anyone', answer: () => redirect('/chat') },
    { method: 'GET', path: '/chat', access: 'page', answer: (context) => pages.chat(context, '') },
    { method: 'GET', path: '/chat/:room', access: 'page', answer: roomPage },
    // The page itself finds out whether the message exists; the room does, in any case.
    { method: 'GET', path: '/chat/:room/:message', access: 'page', answer: roomPage },
    { method: 'GET', path: '/healthz', access: 'anyone', answer: () => json({ ok: true }) },
    { method: 'GET', path: '/readyz', access: 'anyone', answer: () => json({ ok: isReady() }, isReady() ? 200 : 503) },
    { method: 'GET', path: '/robots.txt', access: 'anyone', answer: robots },
  ];
}

function redirect(location: string): Response {
  return new Response(null, { status: 302, headers: { location } });
}

function robots(): Response {
  return new Response('User-agent: *\nDisallow: /\n', { headers: { 'content-type': 'text/plain; charset=utf-8' } });
}
