import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'bun:test';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../support/browser/browser.ts';
import {
  addCookies,
  enterRoom,
  goToRoom,
  isLive,
  roomRow,
  sees,
  seesMessage,
  sendMessage,
  withUserBrowser,
} from '../support/browser/browser-user.ts';
import {
  hasFocus,
  heightOf,
  isMessageBoxFocused,
  lastRow,
  messageBox,
  offeredNames,
  withKillableBrowser,
} from '../support/browser/composer-page.ts';
import { hidePage, showPage } from '../support/browser/page-visibility.ts';
import { boxView, messageRow, seesPeople, seesTexts, texts, topOf } from '../support/browser/room-page.ts';
import { eventually } from '../support/eventually.ts';
import { type Guest, newGuest } from '../support/guest.ts';
import { bodyAt } from '../support/json.ts';
import { type Server, startServer, UNTHROTTLED } from '../support/server.ts';

let server: Server;
let browser: Browser;
let ann: Guest;
let bob: Guest;
/** A new one for every test. */
let room: string;
let name: string;
let count = 0;

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer({ args: UNTHROTTLED }), launchBrowser()]);
  [ann, bob] = await Promise.all([newGuest('Ann Lee', browser, server), newGuest('Béla', browser, server)]);
});

beforeEach(async () => {
  name = `writing ${++count}`;
  room = String(await bodyAt(await ann.person.post('/api/rooms', { name }), 'room', 'slug'));
});

afterEach(() => {
  expect([ann.pageErrors, bob.pageErrors]).toEqual([[], []]);
});

afterAll(async () => {
  await Promise.all([browser.close(), server.stop()]);
});

const enter = ({ page }: Guest): Promise<void> => enterRoom(page, server, room);

/** Resolves when what was typed is stored on the device. */
async function isStored(page: Page, text: string): Promise<void> {
  const asked = `new Promise((answer) => {
    const request = indexedDB.open('salon');
    request.onsuccess = () => {
      const all = request.result.transaction('kept').objectStore('kept').getAll();
      all.onsuccess = () => { request.result.close(); answer(JSON.stringify(all.result)); };
    };
  })`;
  await eventually(async () => String(await page.evaluate(asked)).includes(JSON.stringify({ text })), true);
}

test('what was typed is there again in its room, after going elsewhere and after a reload, and for nobody else', async () => {
  const { page } = ann;
  await enter(ann);
  await messageBox(page).pressSequentially('half a sentence');
  await goToRoom(page, 'General');
  expect(await messageBox(page).inputValue()).toBe('');
  await page.keyboard.type('another');
  await goToRoom(page, name);
  expect(await messageBox(page).inputValue()).toBe('half a sentence');
  expect(await isMessageBoxFocused(page)).toBe(true);
  await page.keyboard.type(', and more');
  await isStored(page, 'half a sentence, and more');
  await page.reload();
  await eventually(() => messageBox(page).inputValue(), 'half a sentence, and more');
  await isLive(page);
  await page.keyboard.type('!');
  await messageBox(page).press('Enter');
  await seesMessage(page, 'half a sentence, and more!');
  await page.reload();
  await isLive(page);
  await goToRoom(page, 'General');
  await eventually(() => messageBox(page).inputValue(), 'another');
  await addCookies(ann.context, bob.person);
  await enterRoom(page, server, 'general');
  expect(await messageBox(page).inputValue()).toBe('');
  await addCookies(ann.context, ann.person);
});

test('what was typed in the moment before a reload is there again, also where a closing page writes nothing', async () => {
  const page = await ann.context.newPage();
  await page.addInitScript(`addEventListener('pagehide', () => {
    IDBDatabase.prototype.transaction = () => { throw new Error('the page is closing'); };
  }, true);`);
  await enterRoom(page, server, room);
  await messageBox(page).pressSequentially('half a sentence');
  await page.reload();
  await eventually(() => messageBox(page).inputValue(), 'half a sentence');
  await isLive(page);
  expect(await messageBox(page).inputValue()).toBe('half a sentence');
  await page.close();
});

test('a room in which something is half written says so in the list, until it is sent', async () => {
  const { page } = ann;
  await enter(ann);
  const draft = roomRow(page, name).locator('.draft');
  await messageBox(page).pressSequentially('half a sentence');
  expect(await draft.isVisible()).toBe(false);
  await goToRoom(page, 'General');
  await draft.waitFor();
  await isStored(page, 'half a sentence');
  await page.reload();
  await draft.waitFor();
  await goToRoom(page, name);
  await eventually(() => messageBox(page).inputValue(), 'half a sentence');
  await messageBox(page).press('Enter');
  await seesMessage(page, 'half a sentence');
  await goToRoom(page, 'General');
  expect(await draft.isVisible()).toBe(false);
});

test('what is half written in the room that is open does not move the count of what is new there', async () => {
  const { page } = ann;
  await enter(ann);
  await hidePage(page);
  await bob.person.post(`/api/rooms/${room}/messages`, { message: 'new' });
  const row = roomRow(page, name);
  const mark = row.locator('.unread-mark');
  await mark.waitFor();
  const before = await mark.boundingBox();
  await messageBox(page).pressSequentially('half a sentence');
  await row.locator('.draft:not([hidden])').waitFor({ state: 'attached' });
  expect(await mark.boundingBox()).toEqual(before);
  await showPage(page);
  await messageBox(page).fill('');
});

test('what was typed is still there after the browser was killed', async () => {
  await withKillableBrowser(async (killable) => {
    const before = await killable.start();
    await addCookies(before, ann.person);
    const [page] = before.pages();
    if (page === undefined) throw new Error('a browser without a page');
    await enterRoom(page, server, room);
    await messageBox(page).pressSequentially('before the crash');
    await isStored(page, 'before the crash');
    await killable.kill();
    const after = await killable.start();
    await addCookies(after, ann.person);
    const again = await after.newPage();
    await enterRoom(again, server, room);
    await eventually(() => messageBox(again).inputValue(), 'before the crash');
  });
});

test('letters typed before the page has read the draft are not lost, and neither is the draft', async () => {
  const { page } = ann;
  await enter(ann);
  await page.keyboard.type('what I');
  await isStored(page, 'what I');
  await withUserBrowser(browser, async () => {
    const tab = await ann.context.newPage();
    // A device that is slow to answer.
    await tab.addInitScript(`
      const known = IDBObjectStore.prototype.get;
      IDBObjectStore.prototype.get = function (key) {
        const real = known.call(this, key);
        const late = {};
        real.onsuccess = () => globalThis.salonGo ? 0 : (globalThis.salonAnswer = () => { late.result = real.result; late.onsuccess(); });
        return late;
      };
    `);
    await enterRoom(tab, server, room);
    await tab.keyboard.type(' mean');
    await eventually(() => tab.evaluate('typeof globalThis.salonAnswer'), 'function');
    await tab.evaluate('globalThis.salonAnswer()');
    await eventually(() => messageBox(tab).inputValue(), 'what I mean');
    await tab.close();
  });
  // The other tab is left alone.
  expect(await messageBox(page).inputValue()).toBe('what I');
});

test('where a browser keeps nothing, one writes as everywhere, and what was typed outlives a change of rooms', async () => {
  await withUserBrowser(browser, async (page, { context }) => {
    await addCookies(context, ann.person);
    await page.addInitScript(
      `Object.defineProperty(globalThis, 'indexedDB', { get() { throw new Error('private'); } })`,
    );
    await enterRoom(page, server, room);
    await page.keyboard.type('half');
    await goToRoom(page, 'General');
    await goToRoom(page, name);
    expect(await messageBox(page).inputValue()).toBe('half');
    await page.keyboard.press('Enter');
    await seesMessage(page, 'half');
  });
});

test('the box grows to eight lines and then scrolls; the line that is read above it does not move', async () => {
  const { page } = ann;
  await enter(ann);
  for (let line = 1; line <= 30; line++) await sendMessage(page, `line ${line}`);
  await seesMessage(page, 'line 30');
  const one = await heightOf(messageBox(page));
  const heights: number[] = [];
  for (let line = 2; line <= 12; line++) {
    await page.keyboard.press('Shift+Enter');
    heights.push(Math.round(((await heightOf(messageBox(page))) - one) / 23));
  }
  expect(heights).toEqual([1, 2, 3, 4, 5, 6, 7, 7, 7, 7, 7]);
  await eventually(async () => (await boxView(page)).below, 0);
  await page.fill('#message', '');
  await eventually(() => heightOf(messageBox(page)), one);
  await page.locator('#messages').hover();
  await page.mouse.wheel(0, -200);
  await page.locator('#below').waitFor();
  const before = await topOf(page, 'line 12');
  await page.fill('#message', 'x\n'.repeat(9));
  expect(await heightOf(messageBox(page))).toBeGreaterThan(one + 100);
  expect(await topOf(page, 'line 12')).toBe(before);
  await page.fill('#message', '');
  expect(await topOf(page, 'line 12')).toBe(before);
});

test('near the limit what is left is counted; what is too long is not sent, and nothing of it is lost', async () => {
  const { page } = ann;
  await enter(ann);
  const counter = page.locator('#composer-count');
  await page.fill('#message', 'x'.repeat(3_700));
  expect(await counter.isVisible()).toBe(false);
  await page.fill('#message', 'x'.repeat(3_900));
  expect(await counter.textContent()).toBe('100');
  const long = 'x'.repeat(4_012);
  await page.fill('#message', long);
  expect(await counter.textContent()).toBe('−12');
  await page.click('#send');
  await sees(page, '#composer-error', 'This message is too long: at most 4,000 characters.');
  expect(await messageBox(page).inputValue()).toBe(long);
  expect(await isMessageBoxFocused(page)).toBe(true);
  await page.fill('#message', 'short');
  expect(await counter.isVisible()).toBe(false);
  await page.click('#send');
  await seesTexts(page, ['short']);
  expect(await isMessageBoxFocused(page)).toBe(true);
});

test('arrow up in an empty box edits what one wrote last; Enter saves, Esc does not, and one writes on', async () => {
  const { page } = ann;
  await Promise.all([enter(ann), enter(bob)]);
  await page.keyboard.press('ArrowUp');
  expect(await isMessageBoxFocused(page)).toBe(true);
  await sendMessage(page, 'mine **first**');
  await sendMessage(page, 'mine');
  await seesTexts(bob.page, ['mine first', 'mine']);
  await sendMessage(bob.page, 'theirs');
  await seesMessage(page, 'theirs');
  const editor = page.locator('.editor textarea');
  await page.keyboard.press('ArrowUp');
  expect(await editor.inputValue()).toBe('mine');
  await page.keyboard.type(' given up');
  await page.keyboard.press('Escape');
  expect(await isMessageBoxFocused(page)).toBe(true);
  await page.keyboard.press('ArrowUp');
  await page.keyboard.type(', changed');
  await page.keyboard.press('Enter');
  for (const each of [page, bob.page]) await seesTexts(each, ['mine first', 'mine, changed', 'theirs']);
  await eventually(() => isMessageBoxFocused(page), true);

  // Opened by keyboard from its button, which comes with the row's focus, the focus goes back there.
  const first = messageRow(page, 'mine first');
  await first.focus();
  await first.locator('.edit').focus();
  await page.keyboard.press('Enter');
  expect(await editor.inputValue()).toBe('mine **first**');
  await page.keyboard.press('Escape');
  expect(await hasFocus(first.locator('.edit'))).toBe(true);
});

test('a message that is emptied is asked about, and deleted when that was meant', async () => {
  const { page } = ann;
  await enter(ann);
  for (const text of ['kept', 'regretted']) await sendMessage(page, text);
  await eventually(() => page.locator('#messages .message.waiting').count(), 0);
  await seesTexts(page, ['kept', 'regretted']);
  await page.keyboard.press('ArrowUp');
  await page.fill('.editor textarea', ' ');
  await page.keyboard.press('Enter');
  await sees(page, '.editor .error', 'The message is empty. Delete it?');
  expect(await page.textContent('.editor .save')).toBe('Really delete?');
  await page.keyboard.type('x');
  expect(await page.textContent('.editor .save')).toBe('Save');
  await page.fill('.editor textarea', '');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await seesTexts(page, ['kept']);
  await eventually(() => isMessageBoxFocused(page), true);
});

test('a message that is changed or deleted elsewhere while it is edited: the editor says so, and no word is lost', async () => {
  const { page } = ann;
  await enter(ann);
  await sendMessage(page, 'as it was');
  await page.locator('#messages .message[data-seq]').waitFor();
  const seq = Number(await lastRow(page).getAttribute('data-seq'));
  const elsewhere = await ann.person.open(room);
  const editor = page.locator('.editor textarea');
  await page.keyboard.press('ArrowUp');
  elsewhere.send({ type: 'edit', seq, message: 'changed there' });
  await eventually(() => editor.inputValue(), 'changed there');
  await page.fill('.editor textarea', 'changed here');
  elsewhere.send({ type: 'edit', seq, message: 'changed there again' });
  await sees(page, '.editor .error', 'This message was edited elsewhere. Saving overwrites that edit.');
  expect(await editor.inputValue()).toBe('changed here');
  elsewhere.send({ type: 'delete', seq });
  await sees(page, '#composer-error', 'The message you were editing is gone. Your text is here.');
  expect(await messageBox(page).inputValue()).toBe('changed here');
  expect(await isMessageBoxFocused(page)).toBe(true);
  await elsewhere.close();
});

test('@ and the beginning of a name offers who is here: chosen by keyboard or by mouse, waved away by Esc', async () => {
  const { page } = ann;
  await Promise.all([enter(ann), enter(bob)]);
  const third = await bob.person.open(room);
  const more = await Promise.all(
    ['Bert', 'Zoë Bell'].map(async (each) => (await newGuest(each, browser, server)).person.open(room)),
  );
  await seesPeople(page, 'Ann Lee', 'Bert', 'Béla', 'Zoë Bell');
  await page.keyboard.type('thanks @b');
  await eventually(() => offeredNames(page), ['[Bert]', 'Béla', 'Zoë Bell']);
  await page.keyboard.press('ArrowDown');
  expect(await offeredNames(page)).toEqual(['Bert', '[Béla]', 'Zoë Bell']);
  expect(await messageBox(page).getAttribute('aria-activedescendant')).toBe('name-choice-1');
  await page.keyboard.press('Enter');
  expect(await messageBox(page).inputValue()).toBe('thanks @Béla ');
  await page.keyboard.press('Control+z');
  expect(await messageBox(page).inputValue()).toBe('thanks @b');
  await page.keyboard.press('End');
  await page.keyboard.type('e');
  await eventually(() => offeredNames(page), ['[Bert]', 'Béla', 'Zoë Bell']);
  await page.locator('#name-choices [role="option"]').last().click();
  expect(await messageBox(page).inputValue()).toBe('thanks @Zoë Bell ');
  expect(await isMessageBoxFocused(page)).toBe(true);
  await page.keyboard.type('and @be');
  await eventually(() => offeredNames(page), ['[Bert]', 'Béla', 'Zoë Bell']);
  await page.keyboard.press('Escape');
  await page.keyboard.type('r');
  expect(await offeredNames(page)).toEqual([]);
  await page.keyboard.press('Enter');
  await seesTexts(bob.page, ['thanks @Zoë Bell and @ber']);
  await eventually(() => bob.page.locator('.mention').allTextContents(), ['@Zoë Bell']);
  await Promise.all([third, ...more].map((socket) => socket.close()));
});

test('marks are shown as what they mean, to others too; what looks like HTML or a script stays text', async () => {
  await Promise.all([enter(ann), enter(bob)]);
  const { page } = bob;
  const text =
    '**Bold** and *italic* and `code` by @béla: <b>no</b> javascript:alert(1) https://example.org/a_(b).\n> a *quote*\n```\nlet a = "<i>";\n```\nmailto:a@example.org';
  await sendMessage(ann.page, text);
  for (const each of [ann.page, page]) await each.locator('.message[data-seq] .code').waitFor();
  const row = lastRow(page).locator('.text');
  expect(await row.locator('strong, em, :not(pre) > code').allTextContents()).toEqual([
    'Bold',
    'italic',
    'code',
    'quote',
  ]);
  expect(await row.locator('blockquote').textContent()).toBe('a quote');
  expect(await row.locator('pre').textContent()).toBe('let a = "<i>";');
  expect(await row.locator('.mention.to-me').textContent()).toBe('@béla');
  expect(await lastRow(ann.page).locator('.mention:not(.to-me)').textContent()).toBe('@béla');
  expect(await row.locator('b, i, script').count()).toBe(0);
  const links = await row
    .locator('a')
    .evaluateAll((all) => all.map((a) => ['href', 'rel', 'target'].map((key) => a.getAttribute(key))));
  expect(links).toEqual([
    ['https://example.org/a_(b)', 'noopener noreferrer', '_blank'],
    ['mailto:a@example.org', 'noopener noreferrer', '_blank'],
  ]);
  // The own text comes back with its marks.
  await ann.page.keyboard.press('ArrowUp');
  expect(await ann.page.locator('.editor textarea').inputValue()).toBe(text);
  await ann.page.keyboard.press('Escape');
});

test('code may stand in a quote, and is a block of its own there', async () => {
  await Promise.all([enter(ann), enter(bob)]);
  await sendMessage(ann.page, '> look:\n> ~~~\n> a ``` b\n> ~~~\n> so\nyes');
  const quote = lastRow(bob.page).locator('blockquote');
  await quote.waitFor();
  expect(await quote.locator('> p').allTextContents()).toEqual(['look:', 'so']);
  expect(await quote.locator('> pre').allTextContents()).toEqual(['a ``` b']);
  expect(await lastRow(bob.page).locator('.text > p').allTextContents()).toEqual(['yes']);
  const gap = await quote.evaluate((node) => {
    const [first, second] = [...node.children].map((child) => child.getBoundingClientRect());
    return (second?.top ?? 0) - (first?.bottom ?? 0);
  });
  expect(gap).toBeGreaterThan(0);
});

test('in a window of 320 pixels code scrolls in itself, long words break, and from right to left it is the same', async () => {
  await withUserBrowser(
    browser,
    async (page, { context }) => {
      await addCookies(context, ann.person);
      await enterRoom(page, server, room);
      const long = 'x'.repeat(200);
      await sendMessage(
        page,
        `\`\`\`\n${long}\n\`\`\`\n> ${long}\n\`${long}\` https://example.org/${long}\n**שלום**, ${long}`,
      );
      const pre = page.locator('.message .code');
      await pre.waitFor();
      const [inside, wide] = await pre.evaluate((node) => [node.scrollWidth, node.clientWidth]);
      expect(inside).toBeGreaterThan(wide ?? 0);
      const widths = await page.evaluate(
        '[document.documentElement, document.querySelector("#messages")].map((each) => each.scrollWidth - each.clientWidth)',
      );
      expect(widths).toEqual([0, 0]);
      await sendMessage(page, 'שלום *לכולם*');
      await seesMessage(page, 'שלום לכולם');
      const shown = lastRow(page).locator('.text');
      expect(await shown.evaluate((node) => node.matches(':dir(rtl)'))).toBe(true);
    },
    { viewport: { width: 320, height: 560 } },
  );
});

test('on a telephone Enter breaks the line and the button sends, and the keyboard stays', async () => {
  await withUserBrowser(
    browser,
    async (page, { context }) => {
      await addCookies(context, ann.person);
      await enterRoom(page, server, room);
      await messageBox(page).tap();
      await page.keyboard.type('one');
      await page.keyboard.press('Enter');
      await page.keyboard.type('two');
      await page.tap('#send');
      await seesTexts(page, ['one\ntwo']);
      expect(await isMessageBoxFocused(page)).toBe(true);
      await page.keyboard.type('three');
      await page.keyboard.press('Control+Enter');
      await seesTexts(page, ['one\ntwo', 'three']);
    },
    { viewport: { width: 390, height: 700 }, hasTouch: true, isMobile: true },
  );
});

test('Enter that ends a word of an input method ends the word and sends nothing', async () => {
  const { page } = ann;
  await enter(ann);
  const line = await ann.context.newCDPSession(page);
  await line.send('Input.imeSetComposition', { text: 'にほん', selectionStart: 3, selectionEnd: 3 });
  await line.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', key: 'Enter', windowsVirtualKeyCode: 13 });
  await line.send('Input.insertText', { text: '日本' });
  expect(await messageBox(page).inputValue()).toBe('日本');
  expect(await texts(page)).toEqual([]);
  await page.keyboard.press('Enter');
  await seesTexts(page, ['日本']);
});
