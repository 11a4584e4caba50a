/** The rooms: all of them, and one in whatever may befall it. */
import type { Page } from 'playwright-core';
import type { PageState } from './page-state.ts';
import { isCutOff, seesPeople } from './room-page.ts';
import type { RoomSocket } from './room-socket.ts';
import { known, type Stage } from './stage.ts';
import { type Actor, HEROINE } from './stage-script.ts';
import { isLive, say } from './visitor.ts';

const inRoom = (room: string): Pick<PageState, 'as' | 'path' | 'prepare'> => ({
  as: HEROINE,
  path: (stage) => `${stage.server.url}/chat/${encodeURIComponent(stage.slugOf(room))}`,
  prepare: (page) => between(page, {}),
});

export const ROOM_STATES: readonly PageState[] = [
  { name: 'rooms', as: HEROINE, path: ({ server }) => `${server.url}/chat`, arrange: seesRooms },
  { ...inRoom('general'), name: 'room-talk', arrange: isLive },
  { ...inRoom('random'), name: 'room-unread', arrange: isLive },
  { ...inRoom('lecture à voix haute'), name: 'room-empty', arrange: isLive },
  { ...inRoom('help'), name: 'room-joins', arrange: othersCome, tidy: othersLeave },
  { ...inRoom('general'), name: 'room-waiting', prepare: (page) => between(page, HOLDS), arrange: writesInVain },
  { ...inRoom('general'), name: 'room-refused', prepare: (page) => between(page, REFUSES), arrange: isRefused },
  { ...inRoom('general'), name: 'room-actions', arrange: (page) => overOwn(page, '.actions') },
  { ...inRoom('general'), name: 'room-deleting', arrange: deletesHalf },
  { ...inRoom('general'), name: 'room-editor', arrange: edits },
  { ...inRoom('the archive'), name: 'room-below', arrange: readsAbove },
  { ...inRoom('general'), name: 'room-new-version', prepare: (page) => between(page, NEWER), arrange: isNoticed },
  { name: 'room-offline', as: 'cut off', path: atCable, arrange: isOffline, tidy: ({ cable }) => cable.putIn() },
  { ...inRoom('general'), name: 'room-people-drawer', only: 'narrow', arrange: opensPeople },
];

/** What becomes of the frames on their way. Nothing is marked as read, so that a room looks the same to the next visit. */
interface Meddling {
  readonly up?: (frame: string, answer: (frame: string) => void) => string | null;
  readonly down?: (frame: string) => string;
}

const HOLDS: Meddling = { up: (frame) => (isMessage(frame) ? null : frame) };
const NEWER: Meddling = { down: (frame) => frame.replace(/"version":"[^"]*"/, '"version":"99.0.0"') };
const REFUSES: Meddling = {
  up: (frame, answer) => {
    if (!isMessage(frame)) return frame;
    const nonce = /"nonce":"([^"]*)"/.exec(frame)?.[1] ?? '';
    const message = 'This message is too long: at most 4,000 characters.';
    answer(JSON.stringify({ type: 'error', code: 'too_long', message, final: true, nonce }));
    return null;
  },
};

function isMessage(frame: string): boolean {
  return frame.includes('"chat_message"');
}

async function between(page: Page, { up, down }: Meddling): Promise<void> {
  await page.routeWebSocket(/\/ws\//, (near) => {
    const far = near.connectToServer();
    near.onMessage((data) => {
      const frame = String(data);
      if (frame.includes('"type":"read"')) return;
      const passed = up === undefined ? frame : up(frame, (answer) => near.send(answer));
      if (passed !== null) far.send(passed);
    });
    far.onMessage((data) => near.send(down === undefined ? data : down(String(data))));
  });
}

/** Sockets of those who came for a visit. */
const guests: RoomSocket[] = [];
const GUESTS: readonly Actor[] = ['Benoît', 'Łukasz Nowak-Wiśniewski', 'edith'];

async function seesRooms(page: Page): Promise<void> {
  await page.locator('#rooms .room').nth(4).waitFor();
}

async function othersCome(page: Page, stage: Stage): Promise<void> {
  await isLive(page);
  await seesPeople(page, HEROINE);
  for (const name of GUESTS) guests.push(await known(stage.people, name).open('help'));
  await page.locator('#people .name').nth(GUESTS.length).waitFor({ state: 'attached' });
}

async function othersLeave(): Promise<void> {
  await Promise.all(guests.splice(0).map((socket) => socket.close()));
}

async function writesInVain(page: Page): Promise<void> {
  await isLive(page);
  await say(page, 'Is there still a seat near the window?');
  await page.locator('.message.waiting').waitFor();
}

async function isRefused(page: Page): Promise<void> {
  await isLive(page);
  await say(page, 'Everything that I know about windows, and about the seats near them …');
  await page.locator('.message.refused').waitFor();
}

async function overOwn(page: Page, selector: string): Promise<void> {
  await isLive(page);
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

async function readsAbove(page: Page, stage: Stage): Promise<void> {
  await isLive(page);
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
  await isLive(page);
}

function atCable({ cable }: Stage): string {
  return `${cable.url}/chat/general`;
}

async function isOffline(page: Page, { cable }: Stage): Promise<void> {
  await isLive(page);
  cable.pull();
  await isCutOff(page);
}

async function opensPeople(page: Page): Promise<void> {
  await isLive(page);
  await page.click('#show-people');
  await page.locator('#people-pane.open').waitFor();
}
