import { expect, test } from 'bun:test';
import { iconPath, messagePath, messageSeqIn, roomApiPath, roomPath, roomSlugIn, socketUrl } from './urls.ts';

test('S21: the address tells the room, in any script, and the page of all rooms is none', () => {
  for (const slug of ['general', 'à-voix-haute', '部屋', 'a%b']) expect(roomSlugIn(roomPath(slug))).toBe(slug);
  expect(roomSlugIn('/chat/general/')).toBe('general');
  for (const path of ['/chat', '/chat/', '/account', '/chat/a/b', '/chat/%E0%A4%A'])
    expect(roomSlugIn(path)).toBeNull();
  expect(roomPath(null)).toBe('/chat');
});

test('an address may lead to a message of its room', () => {
  for (const slug of ['general', 'à-voix-haute', '12']) {
    const path = messagePath(slug, 345);
    expect([roomSlugIn(path), messageSeqIn(path), messageSeqIn(roomPath(slug))]).toEqual([slug, 345, null]);
  }
  for (const end of ['0', '-1', '1e3', '12x', '1/2', '9'.repeat(16)]) {
    expect([roomSlugIn(`/chat/general/${end}`), messageSeqIn(`/chat/general/${end}`)]).toEqual([null, null]);
  }
});

test('S24: the socket is wss: on https and ws: on http, on the same host and port', () => {
  expect(socketUrl({ protocol: 'https:', host: 'a.example' }, '/ws/chat/general/')).toBe(
    'wss://a.example/ws/chat/general/',
  );
  expect(socketUrl({ protocol: 'http:', host: 'b:8000' }, '/ws/lobby/')).toBe('ws://b:8000/ws/lobby/');
});

test('no name of a room leads out of its place in an address', () => {
  expect(roomApiPath('../../account?x')).toBe('/api/rooms/..%2F..%2Faccount%3Fx');
});

test('the icon tells how much is new, as far as two digits go', () => {
  expect([0, 1, 99, 100, 4_000].map(iconPath)).toEqual([
    '/icon.svg',
    '/icon-1.svg',
    '/icon-99.svg',
    '/icon-many.svg',
    '/icon-many.svg',
  ]);
});
