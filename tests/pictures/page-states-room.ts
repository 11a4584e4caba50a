/** The lobby, and a room in all its states. */
import type { Page } from 'playwright-core';
import { isLive, sendMessage } from '../support/browser/browser-user.ts';
import {
  interceptFrames,
  NEWER_VERSION,
  REFUSE_MESSAGES,
  WITHHOLD_MESSAGES,
} from '../support/browser/frame-interception.ts';
import { seesOffline, seesPeople } from '../support/browser/room-page.ts';
import { MAIN_USER, type UserName } from '../support/browser/stage-script.ts';
import { known, type TestStage } from '../support/browser/test-stage.ts';
import type { RoomSocket } from '../support/room-socket.ts';
import type { PageState } from './page-state.ts';

/** Resolves when all that a room's page loads by itself has arrived. */
export async function isThere(page: Page): Promise<void> {
  await isLive(page);
  await page.locator('#rooms .room').nth(4).waitFor({ state: 'attached' });
}

/** As the main user sees it. */
export const inRoom = (room: string): Pick<PageState, 'as' | 'path' | 'prepare'> => ({
  as: MAIN_USER,
  path: (stage) => `${stage.server.url}/chat/${encodeURIComponent(stage.slugOf(room))}`,
  prepare: (page) => interceptFrames(page, {}),
});

export const ROOM_STATES: readonly PageState[] = [
  { ...inRoom('general'), name: 'rooms', arrange: comesBackToRooms },
  { name: 'rooms-first-visit', as: 'newcomer', path: allRooms, arrange: seesRooms },
  { ...inRoom('general'), name: 'room-talk', arrange: isThere },
  { ...inRoom('random'), name: 'room-unread', arrange: isThere },
  { ...inRoom('lecture à voix haute'), name: 'room-empty', arrange: isThere },
  { ...inRoom('help'), name: 'room-joins', arrange: othersCome, tidy: othersLeave },
  {
    ...inRoom('general'),
    name: 'room-waiting',
    prepare: (page) => interceptFrames(page, WITHHOLD_MESSAGES),
    arrange: failsToSend,
  },
  {
    ...inRoom('general'),
    name: 'room-refused',
    prepare: (page) => interceptFrames(page, REFUSE_MESSAGES),
    arrange: isRefused,
  },
  { ...inRoom('general'), name: 'room-actions', arrange: (page) => overOwn(page, '.actions') },
  { ...inRoom('general'), name: 'room-deleting', arrange: deletesHalf },
  { ...inRoom('general'), name: 'room-editor', arrange: edits },
  { ...inRoom('the archive'), name: 'room-below', arrange: readsAbove },
  {
    ...inRoom('general'),
    name: 'room-new-version',
    prepare: (page) => interceptFrames(page, NEWER_VERSION),
    arrange: isNoticed,
  },
  { ...inRoom('general'), name: 'room-signed-out', arrange: isLoggedOut },
  { ...inRoom('general'), name: 'room-names', arrange: asksForNames },
  { ...inRoom('general'), name: 'room-near-the-limit', arrange: writesMuch },
  {
    name: 'room-offline',
    as: 'cut off',
    path: behindProxy,
    arrange: isOffline,
    tidy: ({ proxy: cable }) => cable.restore(),
  },
];

/** Sockets of the users who were added for a state. */
const guests: RoomSocket[] = [];
const GUESTS: readonly UserName[] = ['Benoît', 'Łukasz Nowak-Wiśniewski', 'edith'];

function allRooms({ server }: TestStage): string {
  return `${server.url}/chat`;
}

async function seesRooms(page: Page): Promise<void> {
  await page.locator('#all-rooms .room').nth(4).waitFor();
}

/** The lobby greets only users who were never in a room on this device. */
async function comesBackToRooms(page: Page, stage: TestStage): Promise<void> {
  await isThere(page);
  await page.goto(allRooms(stage));
  await seesRooms(page);
}

async function othersCome(page: Page, stage: TestStage): Promise<void> {
  await isThere(page);
  await seesPeople(page, MAIN_USER);
  for (const name of GUESTS) guests.push(await known(stage.people, name).open('help'));
  await page.locator('#people .name').nth(GUESTS.length).waitFor({ state: 'attached' });
}

async function othersLeave(): Promise<void> {
  await Promise.all(guests.splice(0).map((socket) => socket.close()));
}

async function failsToSend(page: Page): Promise<void> {
  await isThere(page);
  await sendMessage(page, 'Is there still a seat near the window?');
  await page.locator('.message.waiting').waitFor();
}

async function isRefused(page: Page): Promise<void> {
  await isThere(page);
  await sendMessage(page, 'Everything that I know about windows, and about the seats near them …');
  await page.locator('.message.refused').waitFor();
}

async function overOwn(page: Page, selector: string): Promise<void> {
  await isThere(page);
  const own = page.locator('.message').filter({ hasText: 'near the window' }).last();
  await own.hover();
  await own.locator(selector).waitFor();
}

async function deletesHalf(page: Page): Promise<void> {
  await overOwn(page, '.delete');
  await page.locator('.message').filter({ hasText: 'near the window' }).last().locator('.delete').click();
  await page.locator('.delete.sure').waitFor();
}

async function edits(page: Page): Promise<void> {
  await overOwn(page, '.edit');
  await page.locator('.message').filter({ hasText: 'near the window' }).last().locator('.edit').click();
  await page.locator('.editor').waitFor();
}

async function readsAbove(page: Page, stage: TestStage): Promise<void> {
  await isThere(page);
  await page.locator('#messages').press('Home');
  await page.locator('#below').waitFor();
  await known(stage.people, 'edith').post(`/api/rooms/${stage.slugOf('the archive')}/messages`, {
    message: 'Box 7 is back.',
  });
  await page
    .locator('#below')
    .filter({ hasText: /new message/ })
    .waitFor();
}

async function isNoticed(page: Page): Promise<void> {
  await page.locator('#notice').waitFor();
  await isThere(page);
}

function behindProxy({ proxy: cable }: TestStage): string {
  return `${cable.url}/chat/general`;
}

async function isOffline(page: Page, { proxy: cable }: TestStage): Promise<void> {
  await isThere(page);
  cable.cut();
  await seesOffline(page);
}

/** An unsent message keeps the page from going to the log-in form by itself. */
async function isLoggedOut(page: Page): Promise<void> {
  await isThere(page);
  await page.fill('#message', 'One moment, I was just about to');
  await page.context().clearCookies();
  await page.evaluate(`void (window.dispatchEvent(new Event('offline')), window.dispatchEvent(new Event('online')))`);
  await page.locator('#notice').waitFor();
}

async function asksForNames(page: Page): Promise<void> {
  await isThere(page);
  await page.fill('#message', '');
  await page.locator('#message').pressSequentially('Ask @e');
  await page.locator('#name-choices').waitFor();
}

async function writesMuch(page: Page): Promise<void> {
  await isThere(page);
  await page.fill('#message', `${'All that I know about windows. '.repeat(133)}And more.`);
  await page.locator('#composer-count').waitFor();
}
