import { expect, test } from 'bun:test';
import { apiOf, iconOf, messageOf, messagePathOf, pathOf, placeOf, socketAddress } from './urls.ts';

test('S21: the address tells the room, in any script, and the page of all rooms is none', () => {
  for (const slug of ['general', 'à-voix-haute', '部屋', 'a%b']) expect(placeOf(pathOf(slug))).toBe(slug);
  expect(placeOf('/chat/general/')).toBe('general');
  for (const path of ['/chat', '/chat/', '/account', '/chat/a/b', '/chat/%E0%A4%A']) expect(placeOf(path)).toBeNull();
  expect(pathOf(null)).toBe('/chat');
});

test('an address may lead to a message of its room', () => {
  for (const slug of ['general', 'à-voix-haute', '12']) {
    const path = messagePathOf(slug, 345);
    expect([placeOf(path), messageOf(path), messageOf(pathOf(slug))]).toEqual([slug, 345, null]);
  }
  for (const end of ['0', '-1', '1e3', '12x', '1/2', '9'.repeat(16)]) {
    expect([placeOf(`/chat/general/${end}`), messageOf(`/chat/general/${end}`)]).toEqual([null, null]);
  }
});

test('S24: the socket is wss: on https and ws: on http, on the same host and port', () => {
  expect(socketAddress({ protocol: 'https:', host: 'a.example' }, '/ws/chat/general/')).toBe(
    'wss://a.example/ws/chat/general/',
  );
  expect(socketAddress({ protocol: 'http:', host: 'b:8000' }, '/ws/lobby/')).toBe('ws://b:8000/ws/lobby/');
});

test('no name of a room leads out of its place in an address', () => {
  expect(apiOf('../../account?x')).toBe('/api/rooms/..%2F..%2Faccount%3Fx');
});

test('the icon tells how much is new, as far as two digits go', () => {
  expect([0, 1, 99, 100, 4_000].map(iconOf)).toEqual([
    '/icon.svg',
    '/icon-1.svg',
    '/icon-99.svg',
    '/icon-many.svg',
    '/icon-many.svg',
  ]);
});
