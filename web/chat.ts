import $ from 'jquery';
import { PageClock } from '../client/clock.ts';
import { LogOut } from './account/log-out.ts';
import { leaveLoggedOutNote, takeLoggedOutNote } from './account/logged-out-note.ts';
import { currentUser } from './api/current-user.ts';
import { watchDayChange } from './browser/day-change.ts';
import { type RoomSlug, roomSlugIn } from './browser/urls.ts';
import { Composer } from './composer/composer.ts';
import { Drafts } from './composer/drafts.ts';
import { MentionPicker } from './composer/mention-picker.ts';
import { StatusBar } from './connection/status-bar.ts';
import { messages } from './locale/en.ts';
import { rewriteDays } from './messages/list-renderer.ts';
import { ScrollAnchor } from './messages/scroll-anchor.ts';
import type { TimelineView } from './messages/timeline-view.ts';
import { Navigation } from './navigation/navigation.ts';
import { Router } from './navigation/router.ts';
import { Banner } from './notifications/banner.ts';
import { createMentionAlerts } from './notifications/mention-alerts.ts';
import { TitleBadge } from './notifications/title-badge.ts';
import { createOutboxes } from './outbox/open-outboxes.ts';
import { avatar } from './people/avatar.ts';
import { PeopleList } from './people/people-list.ts';
import { RecentRooms } from './rooms/recent-rooms.ts';
import { fetchRooms } from './rooms/room-api.ts';
import { RoomList } from './rooms/room-list.ts';
import { Rooms } from './rooms/rooms.ts';
import { LobbyScreen } from './screens/lobby-screen.ts';
import { RoomScreen } from './screens/room-screen.ts';
import type { Screen, ScreenParts } from './screens/screen.ts';
import { CopiedDevice } from './storage/copied-device.ts';
import { DeviceStore } from './storage/device-store.ts';
import { IndexedDbDevice } from './storage/indexed-db.ts';
import { Preferences } from './storage/preferences.ts';

const RELOAD_LOOK_MS = 500;

const page = $('body');
const me = currentUser();
const clock = new PageClock();
const preferences = new Preferences(me.name);
const recent = new RecentRooms(preferences);
const banner = new Banner(page.attr('data-version') ?? '', reload);
const rooms = new Rooms(clock, fetchRooms, showRoomsError);
let screen: Screen | null = null;
let shownRoom: RoomSlug | null = null;
let timeline: TimelineView | null = null;

const people = new PeopleList(me.name);
const device = new IndexedDbDevice(me.name);
const store = new DeviceStore(device);
const drafts = new Drafts(new DeviceStore(new CopiedDevice(device, preferences)), clock);

const router = new Router(onNavigate);

const parts: ScreenParts = {
  me,
  clock,
  rooms,
  title: new TitleBadge(rooms),
  people,
  status: new StatusBar(clock),
  composer: new Composer(drafts, new MentionPicker(() => people.names.filter((name) => name !== me.name))),
  scroll: new ScrollAnchor($('#messages')),
  mentionAlerts: createMentionAlerts({ me: me.name, clock, rooms, banner, preferences }),
  router,
  onLoggedOut,
  onWelcome,
};
const change = (apply: () => void): void => (timeline === null ? apply() : timeline.change(apply));
const outboxes = createOutboxes({ me: me.name, clock, store, change, onPageOpened: () => screen?.retryNow() });
const listed = {
  hasDraft: (slug: string): boolean => drafts.hasDraft(slug),
  updateAll: () => rooms.updateAllViews(),
};
const lists = [
  new RoomList('#rooms', '#room-template', listed),
  new RoomList('#all-rooms', '#room-card-template', listed),
];
$('.myself').prepend(avatar(me.name));
$('.my-name').text(me.name);
for (const view of [...lists, parts.title, parts.mentionAlerts]) rooms.addView(view);
drafts.watch((slug) => rooms.updateViews(slug));

const logOut = new LogOut({
  waitingCount: () => outboxes.waitingCount,
  isSafeToLeave: () => outboxes.isSafeToClose,
  onLoggedOut,
});
const navigation = new Navigation(rooms, recent, (slug) => router.go(slug));

takeLoggedOutNote();
router.start();
outboxes.open();
void drafts.load();
watchDayChange(clock, () => new Date().toDateString(), rewriteDays);

$(window).on('online', () => {
  screen?.retryNow();
  rooms.retryNow();
});
$(window).on('pageshow', ({ originalEvent }) => {
  if (originalEvent instanceof PageTransitionEvent && originalEvent.persisted) outboxes.open();
  // After logging out, Back has restored the page from the browser's cache.
  if (logOut.isLeaving) location.reload();
  else screen?.retryNow();
});
$(window).on('pagehide', () => {
  drafts.save();
  outboxes.close();
});
$(window).on('offline', () => screen?.checkConnection());
$(document).on('visibilitychange', () => {
  if (document.hidden) drafts.save();
  else screen?.retryNow();
});
$(window).on('beforeunload', (event) => {
  if (!outboxes.isSafeToClose && !logOut.isLeaving) event.preventDefault();
});

function onNavigate(room: RoomSlug | null, message: number | null): void {
  if (screen === null || room !== shownRoom) open(room, message);
  else timeline?.goTo(message);
}

function open(room: RoomSlug | null, message: number | null): void {
  screen?.close();
  screen = null;
  timeline = null;
  shownRoom = room;
  outboxes.setShownRoom(room);
  page.attr('data-room', room ?? '');
  $('#first-visit').prop('hidden', recent.slugs.length > 0);
  navigation.onArrive(room);
  for (const list of lists) list.setCurrent(room);
  people.open(room);
  parts.composer.open(room);
  if (room === null) openLobby();
  else openRoom(room, message);
}

function openLobby(): void {
  parts.title.setRoom(null, '');
  $('#room-name').text(messages.chooseRoom).removeAttr('title');
  $('#topic').text('');
  screen = new LobbyScreen(parts);
}

function openRoom(slug: string, message: number | null): void {
  const room = new RoomScreen(slug, outboxes.outboxOf(slug), parts);
  room.start(message);
  if (matchMedia('(pointer: fine)').matches) parts.composer.focus();
  screen = room;
  timeline = room.view;
}

function showRoomsError(why: string): void {
  // A text that stays is not read aloud again at every attempt.
  for (const line of $('.rooms-error')) if ($(line).text() !== why) $(line).text(why);
  $('.rooms-error').prop('hidden', why === '');
}

/** Waits until all messages are sent, so that they do not have to wait for the next page. */
function reload(): void {
  if (outboxes.isIdle) {
    location.reload();
  } else {
    banner.showReloading();
    clock.after(RELOAD_LOOK_MS, reload);
  }
}

/** Reloads only if the user loses no text by it. */
function onLoggedOut(): void {
  if (logOut.isLeaving) logOut.onSessionEnded();
  else if (outboxes.isIdle && parts.composer.isEmpty) reloadLoggedOut();
  else stayLoggedOut();
}

function stayLoggedOut(): void {
  outboxes.pause();
  banner.showLoggedOut(roomSlugIn(location.pathname));
}

function onWelcome(version: string): void {
  outboxes.resume();
  banner.showServerVersion(version);
}

/** The server answers with the log-in page and the reason, or with the chat of the user who has logged in meanwhile. */
function reloadLoggedOut(): void {
  leaveLoggedOutNote();
  location.reload();
}
