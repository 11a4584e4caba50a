import { describe, expect, test } from 'bun:test';
import { Denied } from './consumer.ts';
import { findRoute, matchPath, socketRouter } from './routing.ts';
import { connect, Noted, scopeFor } from './testing/test-kit.ts';

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
    const talk = await connect(router, '/ws/chat/general/?after=3');
    expect(await talk.receiveText()).toBe('general');
    await talk.close();
  });

  test('B4: an unknown path is denied with 404 and one line in the log', () => {
    const log = new Noted();
    const router = socketRouter([], log);
    expect(() => router(scopeFor('/ws/nowhere/?secret=1'))).toThrow(Denied);
    expect(log.lines).toEqual(['info 127.0.0.1 /ws/nowhere/: no such socket']);
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
