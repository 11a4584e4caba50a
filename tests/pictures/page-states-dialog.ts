/** What opens over a room: dialogs, and the drawers of a narrow window. */
import type { Page } from 'playwright-core';
import { sendMessage } from '../support/browser/browser-user.ts';
import { interceptFrames, WITHHOLD_MESSAGES } from '../support/browser/frame-interception.ts';
import type { PageState } from './page-state.ts';
import { inRoom, isThere } from './page-states-room.ts';

export const DIALOG_STATES: readonly PageState[] = [
  { ...inRoom('general'), name: 'drawer-rooms', only: 'narrow', arrange: opens('#show-rooms', '#rooms-pane.open') },
  { ...inRoom('general'), name: 'drawer-people', only: 'narrow', arrange: opens('#show-people', '#people-pane.open') },
  { ...inRoom('general'), name: 'dialog-switcher', arrange: switches('') },
  { ...inRoom('general'), name: 'dialog-switcher-none', arrange: switches('zzz') },
  { ...inRoom('lecture à voix haute'), name: 'dialog-room', arrange: opens('#about-room', '#room-form') },
  { ...inRoom('general'), name: 'dialog-room-of-others', arrange: opens('#about-room', '#room-about') },
  { ...inRoom('general'), name: 'dialog-new-room', arrange: presses('.open-new-room', '#new-room-dialog') },
  { ...inRoom('general'), name: 'dialog-new-room-errors', arrange: failsToMakeRoom },
  { ...inRoom('general'), name: 'dialog-mentions', arrange: presses('.open-alerts', '#alerts') },
  { ...inRoom('general'), name: 'dialog-keys', arrange: presses('.open-shortcuts', '#shortcuts') },
  {
    ...inRoom('general'),
    name: 'dialog-leaving',
    prepare: (page) => interceptFrames(page, WITHHOLD_MESSAGES),
    arrange: leavesTooEarly,
  },
];

type Arrange = (page: Page) => Promise<void>;

function opens(button: string, what: string): Arrange {
  return async (page) => {
    await isThere(page);
    await page.click(button);
    await page.locator(what).waitFor();
  };
}

/** What stands in the pane of the rooms, wherever that is now. */
function presses(button: string, what: string): Arrange {
  return async (page) => {
    await isThere(page);
    await inRoomsPane(page, button);
    await page.locator(what).waitFor();
  };
}

async function inRoomsPane(page: Page, button: string): Promise<void> {
  if (await page.locator('#show-rooms').isVisible()) await page.click('#show-rooms');
  await page.locator(`#rooms-pane ${button}`).click();
}

function switches(text: string): Arrange {
  return async (page) => {
    await isThere(page);
    await page.keyboard.press('Control+k');
    await page.fill('#switcher-box', text);
    await page.locator(text === '' ? '#switcher-list .option >> nth=3' : '#switcher-none').waitFor();
  };
}

async function failsToMakeRoom(page: Page): Promise<void> {
  await presses('.open-new-room', '#new-room-dialog')(page);
  await page.click('#make-room');
  await page.locator('#new-room .error:visible').waitFor();
}

async function leavesTooEarly(page: Page): Promise<void> {
  await isThere(page);
  await sendMessage(page, 'One last thing');
  await page.locator('.message.waiting').waitFor();
  await inRoomsPane(page, '#log-out');
  await page.locator('#leaving').waitFor();
}
