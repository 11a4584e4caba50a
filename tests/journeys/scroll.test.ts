import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser, openUserBrowser, type UserBrowser } from '../support/browser/browser.ts';
import { addCookies, enterRoom, isLive, seesMessage, sendMessage } from '../support/browser/browser-user.ts';
import { expectLinesInPlace, nextAnimationFrame, scrollToCut } from '../support/browser/line-positions.ts';
import { boxView, loadEarlier, messageRow, seesOffline } from '../support/browser/room-page.ts';
import { eventually } from '../support/eventually.ts';
import { bodyAt } from '../support/json.ts';
import { CuttableProxy } from '../support/network-cut.ts';
import { type Person, signUp } from '../support/person.ts';
import type { RoomSocket } from '../support/room-socket.ts';
import { type Server, startServer, UNTHROTTLED } from '../support/server.ts';

const LONG = 'A sentence that goes on and on, so that it needs more than one line on any screen. '.repeat(6).trim();
const VIEW = { width: 900, height: 560 };

let server: Server;
/** The proxy between the readers and the server. */
let proxy: CuttableProxy;
let browser: Browser;
let host: Person;
/** The host's socket in the room of the test. */
let hostSocket: RoomSocket;
let rooms = 0;

// A leave line at the end of the list moves it: with this grace no user leaves before the reader does.
beforeAll(async () => {
  [server, browser] = await Promise.all([
    startServer({ args: [...UNTHROTTLED, '--leave-grace', '60'] }),
    launchBrowser(),
  ]);
  proxy = await CuttableProxy.to(server.port);
  host = await signUp(server, 'host');
});

afterAll(async () => {
  await hostSocket?.close();
  await browser?.close();
  await proxy?.close();
  await server?.stop();
});

/** A new room with messages of two users, in turns and in groups; every fifth message has many lines. */
async function roomWithMessages(messages: number): Promise<string> {
  const room = String(await bodyAt(await host.post('/api/rooms', { name: `scroll ${++rooms}` }), 'room', 'slug'));
  const other = await (await signUp(server, `other ${rooms}`)).open(room);
  await hostSocket?.close();
  hostSocket = await host.open(room);
  await Promise.all([hostSocket.next('live'), other.next('live')]);
  for (let n = 1; n <= messages; n++) {
    const who = n % 7 < 4 ? hostSocket : other;
    who.send({ message: n % 5 === 0 ? `${n}: ${LONG}` : `number ${n}` });
    await hostSocket.next((frame) => frame.seq === n);
  }
  await other.close();
  return room;
}

async function reader(options: Parameters<typeof openUserBrowser>[1] = {}): Promise<UserBrowser> {
  const one = await openUserBrowser(browser, { viewport: VIEW, ...options });
  await addCookies(one.context, await signUp(proxy, `reader ${crypto.randomUUID().slice(0, 8)}`));
  return one;
}

/** Enters, scrolls back until everything is loaded, and reads a long message from its middle. */
async function readsAbove({ page }: UserBrowser, room: string, seq: number): Promise<void> {
  await enterRoom(page, proxy, room);
  await loadEarlier(page);
  await page.locator('#messages .message[data-seq="1"]').waitFor();
  await scrollToCut(page, seq);
  await page.locator('#below').waitFor();
}

async function receivesFrame(page: Page, frame: object, text: string): Promise<void> {
  hostSocket.send(frame);
  await seesMessage(page, text);
}

async function losesRow(page: Page, seq: number): Promise<void> {
  hostSocket.send({ type: 'delete', seq });
  await page.locator(`#messages .message[data-seq="${seq}"]`).waitFor({ state: 'detached' });
}

for (const deviceScaleFactor of [1, 1.5, 2]) {
  describe(`at ${deviceScaleFactor} pixels of the screen for one of the page, the line being read does not move`, () => {
    let one: UserBrowser;
    let page: Page;

    beforeAll(async () => {
      const room = await roomWithMessages(50);
      one = await reader({ deviceScaleFactor });
      page = one.page;
      await readsAbove(one, room, 25);
    });

    afterAll(() => one.close());

    test('when something new is said, by others', async () => {
      await expectLinesInPlace(page, async () => {
        await receivesFrame(page, { message: `news ${LONG}` }, `news ${LONG}`);
        await receivesFrame(page, { message: 'more news' }, 'more news');
      });
      await eventually(() => page.locator('#below').textContent(), '2 new messages');
    });

    test('when what stands above or below is written anew, longer or shorter, or deleted', async () => {
      // 22 and 29 to 32 are the host's.
      await expectLinesInPlace(page, async () => {
        await receivesFrame(page, { type: 'edit', seq: 22, message: `longer ${LONG}` }, `longer ${LONG}`);
        await receivesFrame(page, { type: 'edit', seq: 30, message: 'shorter' }, 'shorter');
      });
      await expectLinesInPlace(page, () =>
        receivesFrame(page, { type: 'edit', seq: 22, message: 'short again' }, 'short again'),
      );
      // The next message shows the author now.
      await expectLinesInPlace(page, () => losesRow(page, 22));
      await expectLinesInPlace(page, () => losesRow(page, 31));
    });

    test('when the box one writes in grows, a pane closes, and the window becomes lower and higher', async () => {
      await expectLinesInPlace(page, () => page.fill('#message', 'one\ntwo\nthree\nfour\nfive'));
      await expectLinesInPlace(page, () => page.fill('#message', ''));
      for (const height of [420, VIEW.height]) {
        await expectLinesInPlace(page, () => page.setViewportSize({ ...VIEW, height }));
      }
    });

    test('when the connection is cut, messages are written and changed meanwhile, and the page reconnects', async () => {
      await expectLinesInPlace(page, async () => {
        proxy.cut();
        await seesOffline(page);
        hostSocket.send({ type: 'edit', seq: 2, message: `changed meanwhile ${LONG}` });
        hostSocket.send({ message: 'said meanwhile' });
        proxy.restore();
        await isLive(page);
        await seesMessage(page, 'said meanwhile');
        await seesMessage(page, `changed meanwhile ${LONG}`);
      });
    });
  });
}

test('in a window that becomes narrower and wider, the first line that is read from its beginning does not move', async () => {
  const one = await reader();
  await readsAbove(one, await roomWithMessages(40), 20);
  const whole = messageRow(one.page, 'number 21').locator('.text');
  const before = await whole.boundingBox();
  for (const width of [1_200, 700, 330, VIEW.width]) {
    await one.page.setViewportSize({ ...VIEW, width });
    await nextAnimationFrame(one.page);
    const after = await whole.boundingBox();
    // Above a narrow window there is a higher header, and the box begins lower.
    expect({ width, moved: Math.abs((after?.y ?? 0) - (before?.y ?? 0)) < 0.5 }).toEqual({ width, moved: true });
  }
  await one.close();
});

/** Scrolls by the keyboard to the end; resolves when nothing more is loaded there. */
async function scrollToEdge(page: Page, key: 'Home' | 'End'): Promise<void> {
  await page
    .locator('#messages')
    .evaluate((box, at) => box.scrollTo({ top: at === 'Home' ? 0 : box.scrollHeight }), key);
}

function seqs(page: Page): Promise<number[]> {
  return page.locator('#messages .message[data-seq]').evaluateAll((rows) => rows.map((row) => Number(row.dataset.seq)));
}

test('through a long history up and down again: no line moves when pages come and what is far away is let go of', async () => {
  const one = await reader();
  const { page } = one;
  await enterRoom(page, proxy, await roomWithMessages(420));
  // Measuring delays the page.
  const waiting: Array<() => Promise<void>> = [];
  await page.route(/\/messages\?/, (route) => void waiting.push(() => route.continue()));
  const comesIn = async (): Promise<void> => {
    await eventually(() => waiting.length, 1);
    await waiting.pop()?.();
  };
  await loadEarlier(page);
  await comesIn();
  await eventually(async () => (await seqs(page))[0], 368);
  const most: number[] = [];
  for (let first = 318; first >= -32; first -= 50) {
    await scrollToEdge(page, 'Home');
    await expectLinesInPlace(page, async () => {
      await comesIn();
      await eventually(async () => (await seqs(page))[0], Math.max(1, first));
    });
    most.push((await seqs(page)).length);
  }
  expect(Math.max(...most)).toBe(300);
  await eventually(() => page.locator('#below').textContent(), 'To the newest');
  hostSocket.send({ message: 'far below' });
  await eventually(() => page.locator('#below').textContent(), '1 new message');
  for (const last of [350, 400, 421]) {
    await scrollToEdge(page, 'End');
    await expectLinesInPlace(page, async () => {
      await comesIn();
      await eventually(async () => (await seqs(page)).at(-1), last);
    });
    expect((await seqs(page)).length).toBe(300);
  }
  await scrollToEdge(page, 'End');
  await page.locator('#below').waitFor({ state: 'hidden' });
  expect(await seqs(page)).toEqual(Array.from({ length: 300 }, (_, at) => 122 + at));
  await one.close();
});

test('who reads above stays there when more was missed than can be caught up, and reads what it says by now', async () => {
  const one = await reader();
  const { page } = one;
  // A page that never sends its position gets what every newcomer gets.
  await page.addInitScript(`
    const Known = WebSocket;
    globalThis.WebSocket = class extends Known {
      constructor(address) {
        super(address.replace(/\\?.*/, ''));
      }
    };
  `);
  await readsAbove(one, await roomWithMessages(40), 20);
  await expectLinesInPlace(page, async () => {
    proxy.cut();
    await seesOffline(page);
    for (let n = 1; n <= 105; n++) hostSocket.send({ message: `missed ${n}` });
    hostSocket.send({ type: 'edit', seq: 15, message: 'mended meanwhile' });
    hostSocket.send({ type: 'delete', seq: 36 });
    await hostSocket.next((frame) => frame.deleted !== undefined);
    proxy.restore();
    await seesMessage(page, 'mended meanwhile');
    await page.locator('#messages .message[data-seq="36"]').waitFor({ state: 'detached' });
    await isLive(page);
  });
  await page.click('#below');
  await seesMessage(page, 'missed 105');
  await eventually(async () => (await boxView(page)).below, 0);
  await one.close();
});

test('one’s own message that waited and is sent moves nothing', async () => {
  const one = await reader();
  const { page } = one;
  await readsAbove(one, await roomWithMessages(30), 20);
  proxy.cut();
  await seesOffline(page);
  await sendMessage(page, 'mine');
  await page.locator('#messages .message.waiting').waitFor();
  await eventually(async () => (await boxView(page)).below, 0);
  await expectLinesInPlace(page, async () => {
    proxy.restore();
    await seesMessage(page, 'mine');
    await page.locator('#messages .message.waiting').waitFor({ state: 'detached' });
  });
  await one.close();
});
