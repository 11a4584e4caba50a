import { afterAll, beforeAll, expect, test } from 'bun:test';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser, type UserBrowser } from '../support/browser/browser.ts';
import {
  addCookies,
  enterRoom,
  goToRoom,
  inRoom,
  isLive,
  isPageMarked,
  logIn,
  logOut,
  makeRoom,
  markPage,
  openAccount,
  roomRow,
  sees,
  seesForm,
  seesLoggedAs,
  seesMessage,
  sendMessage,
  signUp,
  withUserBrowser,
} from '../support/browser/browser-user.ts';
import { SocketCounter, seesOffline, seesPeople, seesTexts } from '../support/browser/room-page.ts';
import { eventually } from '../support/eventually.ts';
import { bodyAt } from '../support/json.ts';
import { type Person, signUp as signUpAs } from '../support/person.ts';
import { type Server, startServer, UNTHROTTLED } from '../support/server.ts';

let server: Server;
let browser: Browser;
let people = 0;

beforeAll(async () => {
  const args = [...UNTHROTTLED, '--leave-grace', '0.2'];
  [server, browser] = await Promise.all([startServer({ args }), launchBrowser()]);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const newPerson = (): Promise<Person> => signUpAs(server, `person ${++people}`);

/** A user who is logged in, without a page. */
async function asLoggedInUser(
  journey: (page: Page, person: Person, userBrowser: UserBrowser) => Promise<void>,
): Promise<void> {
  const person = await newPerson();
  await withUserBrowser(browser, async (page, userBrowser) => {
    await addCookies(userBrowser.context, person);
    await journey(page, person, userBrowser);
  });
}

async function newRoom(person: Person, name: string): Promise<string> {
  return String(await bodyAt(await person.post('/api/rooms', { name }), 'room', 'slug'));
}

async function openLobby(page: Page): Promise<void> {
  await page.goto(`${server.url}/chat`);
  await isLive(page);
}

const pathOf = (page: Page): string => decodeURIComponent(new URL(page.url()).pathname);

async function isHere(page: Page, room: string, count: number): Promise<void> {
  await eventually(() => roomRow(page, room).locator('.here').textContent(), String(count));
}

test('S19, S21: / leads to /chat, which lists the rooms and is in none of them', async () => {
  await asLoggedInUser(async (page, person) => {
    await page.goto(`${server.url}/`);
    expect(pathOf(page)).toBe('/chat');
    await isLive(page);
    for (const room of ['General', 'Random', 'Help']) await roomRow(page, room).waitFor();
    await sees(page, '#room-name', 'Choose a room');
    await sees(page, '.me #who', `Logged as ${person.name}`);
    expect(await page.title()).toBe('Rooms · Salon');
    expect(await page.locator('#composer').isVisible()).toBe(false);
    expect(await page.locator('#messages').isVisible()).toBe(false);
    await goToRoom(page, 'Help');
    expect(pathOf(page)).toBe('/chat/help');
    await page.locator('#composer').waitFor();
    await page.locator('#lobby').waitFor({ state: 'hidden' });
  });
});

test('S21: /chat/<room> shows that room, also with a # behind it', async () => {
  await asLoggedInUser(async (page, person) => {
    const room = await newRoom(person, 'linked to');
    await page.goto(`${server.url}/chat/${room}#nowhere`);
    await inRoom(page, 'linked to');
    expect(await page.title()).toBe('linked to · Salon');
    await seesPeople(page, person.name);
    await sendMessage(page, 'said here');
    await seesMessage(page, 'said here');
    await page.evaluate(`void (location.hash = '#elsewhere')`);
    await isLive(page);
    await seesTexts(page, ['said here']);
    expect(await roomRow(page, 'linked to').getAttribute('aria-current')).toBe('page');
  });
});

test('S22: a link to a room leads to the log-in first, and then to the room', async () => {
  const person = await newPerson();
  const room = await newRoom(person, 'Ünser Zimmer');
  for (const path of ['/chat', '/chat/random', `/chat/${encodeURIComponent(room)}?from=a%26b`]) {
    await withUserBrowser(browser, async (page) => {
      await page.goto(server.url + path);
      const { pathname, searchParams } = new URL(page.url());
      expect([pathname, decodeURI(searchParams.get('next') ?? '')]).toEqual(['/account', decodeURI(path)]);
      await logIn(page, person.name);
      await page.waitForURL(server.url + path);
      await isLive(page);
    });
  }
});

test('S22: who signs up on the way comes to the room, too', async () => {
  await withUserBrowser(browser, async (page) => {
    await page.goto(`${server.url}/chat/random`);
    await signUp(page, 'new on the way');
    await inRoom(page, 'Random');
    await seesPeople(page, 'new on the way');
  });
});

test('S22: a browser without a logged-in user gets no socket', async () => {
  await withUserBrowser(browser, async (page) => {
    await openAccount(page, server);
    const tried = (path: string): Promise<unknown> =>
      page.evaluate(`new Promise((ended) => {
        const socket = new WebSocket(location.origin.replace('http', 'ws') + '${path}');
        socket.onopen = () => ended('open');
        socket.onclose = () => ended('refused');
      })`);
    expect(await tried('/ws/chat/general/')).toBe('refused');
    await logIn(page, (await newPerson()).name);
    await seesLoggedAs(page, `person ${people}`);
    expect(await tried('/ws/chat/general/')).toBe('open');
  });
});

test('an unknown room and an unknown path are a 404 page with a way back', async () => {
  await asLoggedInUser(async (page) => {
    for (const path of ['/chat/nowhere', '/chat/%2F', '/chat/general/more', '/no/such/page']) {
      const answer = await page.goto(server.url + path);
      expect([path, answer?.status()]).toEqual([path, 404]);
      await sees(page, 'h2', 'Page not found');
      await page.click('text=Back to the rooms');
      await page.waitForURL(`${server.url}/chat`);
    }
  });
  await withUserBrowser(browser, async (page) => {
    await page.goto(`${server.url}/chat/nowhere`);
    await logIn(page, (await newPerson()).name);
    await sees(page, 'h2', 'Page not found');
  });
});

test('the list says how many people are in each room, live, in the lobby and in a room', async () => {
  await asLoggedInUser(async (page, person, { context }) => {
    const room = await newRoom(person, 'counted');
    const elsewhere = await context.newPage();
    await openLobby(page);
    await enterRoom(elsewhere, server, 'random');
    for (const each of [page, elsewhere]) await isHere(each, 'counted', 0);
    const other = await newPerson();
    const sockets = [await other.open(room), await (await newPerson()).open(room), await other.open(room)];
    for (const each of [page, elsewhere]) await isHere(each, 'counted', 2);
    for (const socket of sockets) await socket.close();
    for (const each of [page, elsewhere]) await isHere(each, 'counted', 0);
    await goToRoom(page, 'counted');
    for (const each of [page, elsewhere]) await isHere(each, 'counted', 1);
  });
});

test('how many people are in a room and how much is new there are not taken for each other: each has its place and its words', async () => {
  const writer = await newPerson();
  const room = await newRoom(writer, 'both at once');
  await asLoggedInUser(async (page, person) => {
    const [mine, theirs] = [await person.open(room), await writer.open(room)];
    await writer.post(`/api/rooms/${room}/messages`, { message: 'one' });
    await mine.next((frame) => frame.message === 'one');
    mine.send({ type: 'read', seq: 1 });
    await eventually(async () => bodyAt(await person.get(`/api/rooms/${room}`), 'room', 'read'), 1);
    await mine.close();
    await enterRoom(page, server, 'general');
    await writer.post(`/api/rooms/${room}/messages`, { message: 'two' });
    const row = roomRow(page, 'both at once');
    await row.locator('.unread-mark[title="1 new message"]').waitFor();
    await row.locator('.here[title="1 person here"]').waitFor();
    const [people, news] = [await row.locator('.here').boundingBox(), await row.locator('.unread-mark').boundingBox()];
    expect((people?.x ?? 0) + (people?.width ?? 0)).toBeLessThan(news?.x ?? 0);
    await theirs.close();
  });
});

test('a room is made with a name of any script, opens without a reload, and appears in the lists of others', async () => {
  await asLoggedInUser(async (other) => {
    await openLobby(other);
    await asLoggedInUser(async (page, person) => {
      await openLobby(page);
      await markPage(page);
      const rooms = [
        ['日本語の部屋', '/chat/日本語の部屋'],
        ['Çay & Kahve', '/chat/çay-kahve'],
        ['غرفة', '/chat/غرفة'],
        ['  two   spaces  ', '/chat/two-spaces'],
      ] as const;
      for (const [name, path] of rooms) {
        await makeRoom(page, name);
        await inRoom(page, name);
        expect(pathOf(page)).toBe(path);
        expect(await page.inputValue('#new-room-name')).toBe('');
      }
      for (const [name] of rooms) await roomRow(other, name).waitFor();
      await goToRoom(other, '日本語の部屋');
      await goToRoom(page, '日本語の部屋');
      await sendMessage(page, 'こんにちは');
      await seesMessage(other, 'こんにちは');
      await page.reload();
      await inRoom(page, '日本語の部屋');
      await seesPeople(page, ...[person.name, `person ${people - 1}`].sort());
    });
  });
});

test('a new room moves no other one under the pointer: it takes its place when the pointer has left the list', async () => {
  await asLoggedInUser(async (page, person) => {
    await enterRoom(page, server, 'general');
    const names = (): Promise<string[]> => page.locator('#rooms .name').allTextContents();
    await roomRow(page, 'Random').hover();
    const before = await roomRow(page, 'Random').boundingBox();
    await newRoom(person, 'Aardvark');
    await newRoom(person, 'Aardwolf');
    await roomRow(page, 'Aardwolf').waitFor();
    expect([(await names()).slice(-2), await roomRow(page, 'Random').boundingBox()]).toEqual([
      ['Aardvark', 'Aardwolf'],
      before,
    ]);
    await page.hover('#message');
    await eventually(async () => (await names()).slice(0, 2), ['Aardvark', 'Aardwolf']);
  });
});

test('a name that is taken, or is none, is refused in words, and the page stays where it is', async () => {
  await asLoggedInUser(async (page) => {
    await enterRoom(page, server, 'random');
    await markPage(page);
    const refusals = [
      ['general', 'There is a room of this name already.'],
      ['GENERAL!', 'There is a room of this name already.'],
      ['', 'A room needs a name.'],
      ['   ', 'A room needs a name.'],
      ['?!', "A room's name needs a letter or a digit."],
    ] as const;
    for (const [name, words] of refusals) {
      await makeRoom(page, name);
      await sees(page, '#new-room-error', words);
      expect(await page.inputValue('#new-room-name')).toBe(name);
      await page.locator('#new-room-name').pressSequentially('x');
      await page.locator('#new-room-error').waitFor({ state: 'hidden' });
    }
    await page.keyboard.press('Escape');
    await page.locator('#new-room-dialog').waitFor({ state: 'hidden' });
    expect(pathOf(page)).toBe('/chat/random');
    expect(await isPageMarked(page)).toBe(true);
  });
});

test('one goes from room to room without a reload, with one socket, and finds there what belongs there', async () => {
  await asLoggedInUser(async (page, person) => {
    for (const name of ['left room', 'right room']) await newRoom(person, name);
    const sockets = new SocketCounter(page);
    await openLobby(page);
    await markPage(page);
    for (const name of ['left room', 'right room']) {
      await goToRoom(page, name);
      await sendMessage(page, `said in the ${name}`);
      await seesMessage(page, `said in the ${name}`);
    }
    await page.fill('#message', 'not finished');
    await goToRoom(page, 'left room');
    await seesTexts(page, ['said in the left room']);
    expect(await page.inputValue('#message')).toBe('');
    await goToRoom(page, 'right room');
    await seesTexts(page, ['said in the right room']);
    expect(await page.inputValue('#message')).toBe('not finished');
    expect(pathOf(page)).toBe('/chat/right-room');
    expect(await page.locator('#rooms [aria-current="page"] .name').allTextContents()).toEqual(['right room']);
    await page.fill('#message', '');
    await page.click('nav a.brand');
    await sees(page, '#room-name', 'Choose a room');
    await isLive(page);
    expect(await isPageMarked(page)).toBe(true);
    await eventually(() => sockets.openNow, 1);
    expect(sockets.total).toBe(6);
  });
});

test('Back and Forward go through the rooms that were open, without a reload', async () => {
  await asLoggedInUser(async (page) => {
    await openLobby(page);
    await markPage(page);
    for (const room of ['General', 'Random', 'Help']) await goToRoom(page, room);
    for (const room of ['Random', 'General']) {
      await page.goBack();
      await inRoom(page, room);
      expect(pathOf(page)).toBe(`/chat/${room.toLowerCase()}`);
    }
    await page.goBack();
    await sees(page, '#room-name', 'Choose a room');
    await page.locator('#composer').waitFor({ state: 'hidden' });
    for (const room of ['General', 'Random', 'Help']) {
      await page.goForward();
      await inRoom(page, room);
      expect((await page.title()).endsWith(`${room} · Salon`)).toBe(true);
    }
    expect(await isPageMarked(page)).toBe(true);
    await seesPeople(page, `person ${people}`);
  });
});

test('a click that wants a new tab gets one, and this page stays', async () => {
  await asLoggedInUser(async (page, _, { context }) => {
    await enterRoom(page, server, 'general');
    const [tab] = await Promise.all([
      context.waitForEvent('page'),
      roomRow(page, 'Help').click({ modifiers: ['ControlOrMeta'] }),
    ]);
    await inRoom(tab, 'Help');
    expect(pathOf(page)).toBe('/chat/general');
  });
});

test('a room with something new is marked, and no longer once it is read, here or on another device', async () => {
  const writer = await newPerson();
  const room = await newRoom(writer, 'with news');
  await asLoggedInUser(async (page, person) => {
    await enterRoom(page, server, 'general');
    const mark = roomRow(page, 'with news').locator('.unread-mark');
    await roomRow(page, 'with news').waitFor();
    expect(await mark.isVisible()).toBe(false);
    await writer.post(`/api/rooms/${room}/messages`, { message: 'the news' });
    await mark.waitFor();
    await page.reload();
    await mark.waitFor();
    await withUserBrowser(browser, async (phone, userBrowser) => {
      await addCookies(userBrowser.context, person);
      await enterRoom(phone, server, room);
      await seesMessage(phone, 'the news');
      await roomRow(phone, 'with news').locator('.unread-mark').waitFor({ state: 'hidden' });
      await mark.waitFor({ state: 'hidden' });
    });
    await writer.post(`/api/rooms/${room}/messages`, { message: 'more news' });
    await mark.waitFor();
    await goToRoom(page, 'with news');
    await seesMessage(page, 'more news');
    await mark.waitFor({ state: 'hidden' });
    await goToRoom(page, 'General');
    await eventually(async () => bodyAt(await person.get(`/api/rooms/${room}`), 'room', 'unread'), 0);
    await page.reload();
    await inRoom(page, 'General');
    await roomRow(page, 'with news').waitFor();
    expect(await mark.isVisible()).toBe(false);
  });
});

test('what was read on another device while the page of all rooms was cut off is marked no longer', async () => {
  const writer = await newPerson();
  const room = await newRoom(writer, 'read elsewhere');
  await writer.post(`/api/rooms/${room}/messages`, { message: 'the news' });
  await asLoggedInUser(async (page, person, { context }) => {
    await openLobby(page);
    const mark = roomRow(page, 'read elsewhere').locator('.unread-mark');
    await mark.waitFor();
    await context.setOffline(true);
    await seesOffline(page);
    const device = await person.open(room);
    device.send({ type: 'read', seq: 1 });
    await eventually(async () => bodyAt(await person.get(`/api/rooms/${room}`), 'room', 'read'), 1);
    await device.close();
    await context.setOffline(false);
    await mark.waitFor({ state: 'hidden' });
  });
});

test('what comes into the room one is looking at marks nothing', async () => {
  const writer = await newPerson();
  const room = await newRoom(writer, 'looked at');
  await asLoggedInUser(async (page, _, { context }) => {
    const lobby = await context.newPage();
    await openLobby(lobby);
    await enterRoom(page, server, room);
    for (const count of [1, 2, 3]) {
      await writer.post(`/api/rooms/${room}/messages`, { message: `number ${count}` });
      await seesMessage(page, `number ${count}`);
    }
    await writer.post('/api/rooms/help/messages', { message: 'the feed has come so far' });
    await roomRow(page, 'Help').locator('.unread-mark').waitFor();
    expect(await roomRow(page, 'looked at').locator('.unread-mark').isVisible()).toBe(false);
    await roomRow(lobby, 'looked at').locator('.unread-mark').waitFor({ state: 'hidden' });
  });
});

test('a room that is given another name has it everywhere at once', async () => {
  await asLoggedInUser(async (page, person, { context }) => {
    const room = await newRoom(person, 'old name');
    const lobby = await context.newPage();
    await openLobby(lobby);
    await enterRoom(page, server, room);
    await person.post(`/api/rooms/${room}`, { name: 'new name', topic: 'what it is about' });
    await sees(page, '#room-name', 'new name');
    await sees(page, '#topic', 'what it is about');
    for (const each of [page, lobby]) await roomRow(each, 'new name').waitFor();
    expect(await roomRow(page, 'old name').count()).toBe(0);
  });
});

test('logging out on the page of a room or of all rooms leads to the sign-in page, and Back leads into no room', async () => {
  await asLoggedInUser(async (page, person) => {
    for (const place of ['/chat/general', '/chat']) {
      await page.goto(server.url + place);
      await isLive(page);
      await logOut(page);
      await page.waitForURL(`${server.url}/account`);
      await seesForm(page);
      await page.goBack();
      await page.waitForURL(`${server.url}/account?next=${encodeURIComponent(place)}`);
      await logIn(page, person.name);
      await page.waitForURL(server.url + place);
    }
  });
});

test('logging out leads to the log-in form, also when the response is lost', async () => {
  await asLoggedInUser(async (page) => {
    await enterRoom(page, server, 'random');
    await page.route('**/account/logout', async (route) => {
      await route.fetch();
      await sees(page, '#status', 'logged out');
      await route.abort();
    });
    await logOut(page);
    await page.waitForURL(`${server.url}/account?next=%2Fchat%2Frandom`);
  });
});

test('who logs out on the page of a room has left it for everybody else', async () => {
  const other = await newPerson();
  const room = await newRoom(other, 'left behind');
  const socket = await other.open(room);
  await asLoggedInUser(async (page, person) => {
    await enterRoom(page, server, room);
    await seesPeople(page, ...[other.name, person.name].sort());
    await logOut(page);
    await seesForm(page);
    expect(await socket.next('user_leave')).toMatchObject({ user: person.name });
  });
  await socket.close();
});

test('logging out in one tab takes the other to the log-in form, and from there back to its room', async () => {
  await asLoggedInUser(async (page, person, { context }) => {
    await enterRoom(page, server, 'random');
    // A draft that was continued and sent is gone.
    await page.fill('#message', 'a draft');
    await goToRoom(page, 'General');
    await goToRoom(page, 'Random');
    await page.press('#message', 'Enter');
    await seesMessage(page, 'a draft');
    const other = await context.newPage();
    await openAccount(other, server);
    await logOut(other);
    await seesForm(other);
    await page.waitForURL(`${server.url}/account?next=%2Fchat%2Frandom`);
    await logIn(other, person.name);
    await seesLoggedAs(other, person.name);
    await logIn(page, person.name);
    await inRoom(page, 'Random');
    await makeRoom(page, 'made after all that');
    await inRoom(page, 'made after all that');
  });
});
