import { describe, expect, test } from 'bun:test';
import { Denied } from './consumer.ts';
import { findRoute, httpRouter, matchPath, mount, route, socketRouter } from './routing.ts';
import { connect, RecordingLog, scopeFor } from './testing/test-server.ts';

test.each([
  ['/ws/chat/:room/', '/ws/chat/general/', { room: 'general' }],
  ['/ws/chat/:room/', '/ws/chat/general', { room: 'general' }],
  ['/ws/chat/:room', '/ws/chat/general/', { room: 'general' }],
  ['/ws/chat/:room/', '/ws/chat/caf%C3%A9/', { room: 'café' }],
  ['/ws/chat/:room/', '/ws/chat/a%20b%3Fc/', { room: 'a b?c' }],
  ['/ws/chat/:room/', '/ws/chat/__proto__/', { room: '__proto__' }],
  ['/a/:b/c/:d', '/a/1/c/2', { b: '1', d: '2' }],
  ['/', '/', {}],
])('S24: %s fits %s', (pattern, path, params) => {
  expect(matchPath(pattern, path)).toEqual(params);
});

test.each([
  ['/ws/chat/'],
  ['/ws/chat//'],
  ['//ws/chat/general/'],
  ['/ws/chat/general//'],
  ['/ws/chat/general/more/'],
  ['/ws/chat/a%2Fb/'],
  ['/ws/chat/a%00b/'],
  ['/ws/chat/%zz/'],
  ['/ws/chat/%ff/'],
  ['/ws/chat/%/'],
  ['/ws/ch%61t/general/'],
  ['/WS/chat/general/'],
  ['ws/chat/general/'],
  ['/'],
  [''],
])('B5: %j is no room', (path) => {
  expect(matchPath('/ws/chat/:room/', path)).toBeNull();
});

test('the first pattern that fits wins', () => {
  const routes = [
    ['/rooms/new', 'form'],
    ['/rooms/:room', 'room'],
  ] as const;
  expect(findRoute(routes, '/rooms/new')).toEqual({ target: 'form', params: {} });
  expect(findRoute(routes, '/rooms/old')).toEqual({ target: 'room', params: { room: 'old' } });
  expect(findRoute(routes, '/other')).toBeNull();
});

describe('S23: sockets are routed by path to a consumer', () => {
  test('which finds the parameters in its scope', async () => {
    const router = socketRouter([['/ws/chat/:room/', ({ params }) => greeting(params.room ?? '')]]);
    const client = await connect(router, '/ws/chat/general/?after=3');
    expect(await client.receiveText()).toBe('general');
    await client.close();
  });

  test('B4: an unknown path is denied with 404 and one line in the log', () => {
    const log = new RecordingLog();
    const router = socketRouter([], log);
    expect(() => router(scopeFor('/ws/nowhere/?secret=1'))).toThrow(Denied);
    expect(log.lines).toEqual(['info 127.0.0.1 /ws/nowhere/: no such socket']);
  });
});

describe('routes', () => {
  const answer = (text: string) => new Response(text);
  const ask = async (routes: Parameters<typeof httpRouter>[0], path: string): Promise<string> =>
    (await httpRouter(routes)(scopeFor(path))).text();

  test('an application is given the parameters that its pattern names', async () => {
    const routes = [route('/a/:room/:seq', ({ params }) => answer(`${params.room} ${params.seq}`))];
    expect(await ask(routes, '/a/general/12/')).toBe('general 12');
  });

  test('a route whose parameters cannot be there is a fault, not an empty text', () => {
    const [, application] = route('/a/:room', ({ params }) => answer(params.room));
    expect(() => application(scopeFor('/a/general'))).toThrow('by another pattern');
  });

  test('C22: what is mounted finds the parameters of its prefix, and prefixes nest', async () => {
    const inner = mount('/rooms/:room/', [
      route('/', ({ params }) => answer(`list ${JSON.stringify(params)}`)),
      route('/:seq', ({ params }) => answer(JSON.stringify(params))),
    ]);
    const routes = [...mount('/site/:site', inner), route('/site/:site/rooms/:room/x/y', () => answer('outer'))];
    expect(await ask(routes, '/site/1/rooms/2')).toBe('list {"site":"1","room":"2"}');
    expect(await ask(routes, '/site/1/rooms/2/3/')).toBe('{"site":"1","room":"2","seq":"3"}');
    expect(await ask(routes, '/site/1/rooms/2/x/y')).toBe('outer');
  });

  test('a guard stands before all that is mounted, and before nothing else', async () => {
    const refuse = (): never => {
      throw new Denied(403);
    };
    const routes = [
      ...mount('/admin', [route('/x', () => answer('secret'))], () => refuse),
      route('/x', () => answer('open')),
    ];
    await expect(ask(routes, '/admin/x')).rejects.toThrow(new Denied(403));
    expect(await ask(routes, '/x')).toBe('open');
    await expect(ask(routes, '/admin/y')).rejects.toThrow(new Denied(404));
  });

  test('a parameter called like a part of every object is a parameter', async () => {
    expect(await ask([route('/:constructor', ({ params }) => answer(params.constructor))], '/a')).toBe('a');
  });
});

function greeting(text: string) {
  return {
    async connect(socket: { accept(): Promise<void>; send(text: string): unknown }) {
      await socket.accept();
      socket.send(text);
    },
  };
}
