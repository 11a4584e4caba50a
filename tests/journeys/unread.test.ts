import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../support/browser/browser.ts';
import {
  enterRoom,
  goToRoom,
  inRoom,
  isLive,
  makeRoom,
  roomRow,
  seesMessage,
} from '../support/browser/browser-user.ts';
import { hidePage, showPage } from '../support/browser/page-visibility.ts';
import { seesOffline, texts } from '../support/browser/room-page.ts';
import { salon } from '../support/command.ts';
import { eventually } from '../support/eventually.ts';
import { type Guest, newGuest } from '../support/guest.ts';
import { bodyAt } from '../support/json.ts';
import { type Person, signUp } from '../support/person.ts';
import { type Server, startServer, UNTHROTTLED } from '../support/server.ts';

let server: Server;
let browser: Browser;
let bob: Person;
let count = 0;
/** A new user for every test, and a room in which they have read one message. */
let ann: Guest;
let room: string;
let name: string;

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer({ args: UNTHROTTLED }), launchBrowser()]);
  bob = await signUp(server, 'bob');
});

beforeEach(async () => {
  name = `Room ${++count}`;
  room = String(await bodyAt(await bob.post('/api/rooms', { name }), 'room', 'slug'));
  ann = await newGuest(`ann ${count}`, browser, server);
  await bobSends('hello');
  await readAll(ann.person);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

/** A new user has read nothing: messages of earlier tests must not count. */
async function readAll(person: Person): Promise<void> {
  for (let each = 1; each <= count; each++) await readTo(person, `room-${each}`, Number.MAX_SAFE_INTEGER);
}

async function readTo(person: Person, slug: string, seq: number): Promise<void> {
  const before = await bodyAt(await person.get(`/api/rooms/${slug}`), 'room', 'unread');
  const socket = await person.open(slug);
  await socket.next('live');
  socket.send({ type: 'read', seq });
  await eventually(
    async () => (await bodyAt(await person.get(`/api/rooms/${slug}`), 'room', 'unread')) !== before,
    true,
  );
  await socket.close();
}

async function bobSends(...texts: readonly string[]): Promise<void> {
  for (const message of texts) await bob.post(`/api/rooms/${room}/messages`, { message });
}

const numbered = (many: number): string[] => Array.from({ length: many }, (_, at) => `number ${at + 1}`);

async function openLobby(page: Page): Promise<void> {
  await page.goto(`${server.url}/chat`);
  await isLive(page);
}

/** The count beside the room's name in the list; empty when nothing is new. */
async function badge(page: Page): Promise<string> {
  const mark = roomRow(page, name).locator('.unread-mark');
  return (await mark.isVisible()) ? ((await mark.locator('.unread-count').textContent()) ?? '') : '';
}

async function sees(page: Page, expected: { badge: string; title: string; icon: string }): Promise<void> {
  const icon = (): Promise<string | null> => page.locator('link[rel="icon"]').getAttribute('href');
  await eventually(async () => ({ badge: await badge(page), title: await page.title(), icon: await icon() }), expected);
}

const nothingNew = (title: string) => ({ badge: '', title, icon: '/icon.svg' });

test('what others write elsewhere is counted in the list, the title and the icon, until one goes there', async () => {
  const { page } = ann;
  await enterRoom(page, server, 'general');
  await bobSends('one', 'two', 'three');
  await sees(page, { badge: '3', title: '(3) General · Salon', icon: '/icon-3.svg' });
  expect(await roomRow(page, name).locator('.unread-words').textContent()).toBe('3 new messages');
  expect((await page.request.get(`${server.url}/icon-3.svg`)).headers()['content-type']).toBe('image/svg+xml');
  await goToRoom(page, name);
  await sees(page, nothingNew(`${name} · Salon`));
  await goToRoom(page, 'General');
  await sees(page, nothingNew('General · Salon'));
  await ann.close();
});

test('a room in which one never was is marked with a dot: what is there is new, and nobody counts what one will not be shown', async () => {
  const { page } = ann;
  const added = await bob.post('/api/rooms', { name: `Elsewhere ${count}` });
  const elsewhere = String(await bodyAt(added, 'room', 'slug'));
  for (const message of numbered(7)) await bob.post(`/api/rooms/${elsewhere}/messages`, { message });
  await enterRoom(page, server, 'general');
  const mark = roomRow(page, `Elsewhere ${count}`).locator('.unread-mark');
  await mark.waitFor();
  expect([
    await mark.locator('.unread-count').textContent(),
    await mark.locator('.unread-words').textContent(),
  ]).toEqual(['', 'New to you']);
  expect(await page.title()).toBe('General · Salon');
  await goToRoom(page, `Elsewhere ${count}`);
  await eventually(() => texts(page), ['number 5', 'number 6', 'number 7']);
  await mark.waitFor({ state: 'hidden' });
  await goToRoom(page, 'General');
  await bob.post(`/api/rooms/${elsewhere}/messages`, { message: 'one that counts' });
  await eventually(() => mark.locator('.unread-count').textContent(), '1');
  await ann.close();
});

test('in a room that one made, or was in before anything was said, all that comes is counted, and none of it missing', async () => {
  const { page } = ann;
  const added = await bob.post('/api/rooms', { name: `Empty ${count}` });
  const empty = String(await bodyAt(added, 'room', 'slug'));
  await enterRoom(page, server, empty);
  await makeRoom(page, `Own ${count}`);
  await inRoom(page, `Own ${count}`);
  await goToRoom(page, 'General');
  for (const message of numbered(7)) await bob.post(`/api/rooms/${empty}/messages`, { message });
  await bob.post(`/api/rooms/own-${count}/messages`, { message: 'is this yours?' });
  const marks = () =>
    Promise.all(
      [`Empty ${count}`, `Own ${count}`].map((each) => roomRow(page, each).locator('.unread-count').textContent()),
    );
  await eventually(marks, ['7', '1']);
  expect(await page.title()).toBe('(8) General · Salon');
  await goToRoom(page, `Empty ${count}`);
  await eventually(() => texts(page), numbered(7));
  await ann.close();
});

test('edits, what was deleted and what one wrote on another device do not count; nor does any of it get stuck', async () => {
  const { page, person } = ann;
  await enterRoom(page, server, 'general');
  const writer = await bob.open(room);
  for (const message of ['one', 'two', 'three']) writer.send({ message });
  writer.send({ type: 'edit', seq: 2, message: 'uno' });
  await sees(page, { badge: '3', title: '(3) General · Salon', icon: '/icon-3.svg' });
  for (const seq of [2, 3, 4]) writer.send({ type: 'delete', seq });
  await person.post(`/api/rooms/${room}/messages`, { message: 'from my phone' });
  writer.send({ message: 'four' });
  await sees(page, { badge: '1', title: '(1) General · Salon', icon: '/icon-1.svg' });
  await page.reload();
  await sees(page, { badge: '1', title: '(1) General · Salon', icon: '/icon-1.svg' });
  await writer.close();
  await ann.close();
});

test('a hundred and more are "99+", and of them all is told what fits', async () => {
  const { page } = ann;
  await bobSends(...numbered(101));
  await openLobby(page);
  await sees(page, { badge: '99+', title: '(99+) Rooms · Salon', icon: '/icon-many.svg' });
  await eventually(
    () => page.locator(`#all-rooms [data-room="${room}"] .unread-words`).textContent(),
    'over 99 new messages',
  );
  await ann.close();
});

test('what is read in one tab or on one device is read in all of them', async () => {
  const { page, context, person } = ann;
  const other = await context.newPage();
  await enterRoom(page, server, 'general');
  await openLobby(other);
  await bobSends('one', 'two');
  await sees(page, { badge: '2', title: '(2) General · Salon', icon: '/icon-2.svg' });
  await sees(other, { badge: '2', title: '(2) Rooms · Salon', icon: '/icon-2.svg' });
  const phone = await person.open(room);
  await phone.next('live');
  phone.send({ type: 'read', seq: 2 });
  await sees(page, { badge: '1', title: '(1) General · Salon', icon: '/icon-1.svg' });
  await sees(other, { badge: '1', title: '(1) Rooms · Salon', icon: '/icon-1.svg' });
  await goToRoom(other, name);
  await seesMessage(other, 'two');
  await sees(page, nothingNew('General · Salon'));
  await phone.close();
  await ann.close();
});

test('in the room that is open nothing counts while one looks, everything while one does not', async () => {
  const { page, context } = ann;
  await enterRoom(page, server, room);
  await bobSends('seen');
  await seesMessage(page, 'seen');
  await sees(page, nothingNew(`${name} · Salon`));
  await hidePage(page);
  await bobSends('one', 'two');
  await sees(page, { badge: '2', title: `(2) ${name} · Salon`, icon: '/icon-2.svg' });
  const other = await context.newPage();
  await enterRoom(other, server, 'general');
  await sees(other, { badge: '2', title: '(2) General · Salon', icon: '/icon-2.svg' });
  await showPage(page);
  await sees(page, nothingNew(`${name} · Salon`));
  await sees(other, nothingNew('General · Salon'));
  await ann.close();
});

test('what was written and read while the connection was cut, or the server down, is counted right afterwards', async () => {
  const { page, context, person } = ann;
  await enterRoom(page, server, 'general');
  await bobSends('one');
  await eventually(() => badge(page), '1');
  await context.setOffline(true);
  await seesOffline(page);
  await bobSends('two', 'three', 'four');
  const phone = await person.open(room);
  await phone.next('live');
  phone.send({ type: 'read', seq: 3 });
  await eventually(async () => bodyAt(await person.get(`/api/rooms/${room}`), 'room', 'read'), 3);
  await phone.close();
  await context.setOffline(false);
  await sees(page, { badge: '2', title: '(2) General · Salon', icon: '/icon-2.svg' });
  await server.restart();
  await isLive(page);
  await bobSends('five');
  await sees(page, { badge: '3', title: '(3) General · Salon', icon: '/icon-3.svg' });
  await goToRoom(page, name);
  await sees(page, nothingNew(`${name} · Salon`));
  await ann.close();
});

test('how far a user has read is known everywhere, also when they go on at once, or the connection breaks meanwhile', async () => {
  const { page, context, person } = ann;
  await enterRoom(page, server, room);
  await bobSends(...numbered(4));
  await seesMessage(page, 'number 4');
  await goToRoom(page, 'General');
  const unread = async (): Promise<unknown> => bodyAt(await person.get(`/api/rooms/${room}`), 'room', 'unread');
  await eventually(unread, 0);
  await goToRoom(page, name);
  await context.setOffline(true);
  await seesOffline(page);
  await bobSends('while away');
  await context.setOffline(false);
  await seesMessage(page, 'while away');
  await eventually(unread, 0);
  await ann.close();
});

test('after a backup was put back, what one had read of the other history counts no longer, also on the page of all rooms', async () => {
  const data = await mkdtemp(join(tmpdir(), 'salon-restore-'));
  const house = await startServer({ args: UNTHROTTLED, data });
  const [writer, reader] = [await signUp(house, 'writer'), await newGuest('reader', browser, house)];
  const say = (message: string) => writer.post('/api/rooms/help/messages', { message });
  const mark = reader.page.locator('#rooms [data-room="help"] .unread-count');
  try {
    await say('read');
    await readTo(reader.person, 'help', 1);
    await say('kept');
    expect(await salon(['backup', join(data, 'copy.db'), '--data', data])).toMatchObject({ code: 0 });
    for (const text of numbered(5)) await say(text);
    await enterRoom(reader.page, house, 'help');
    await seesMessage(reader.page, 'number 5');
    await reader.page.click('a.brand');
    await isLive(reader.page);
    await house.terminate();
    await seesOffline(reader.page);
    for (const part of ['salon.db-wal', 'salon.db-shm']) await rm(join(data, part), { force: true });
    await copyFile(join(data, 'copy.db'), join(data, 'salon.db'));
    await house.start();
    await isLive(reader.page);
    await eventually(() => mark.textContent(), '1');
    await say('new in this history');
    await eventually(() => mark.textContent(), '2');
    await reader.close();
  } finally {
    await house.stop();
    await rm(data, { recursive: true, force: true });
  }
});
