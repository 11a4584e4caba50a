import $ from 'jquery';
import { PageClock } from '../client/clock.ts';
import { LogOut } from './account/log-out.ts';
import { leaveLoggedOutNote, takeLoggedOutNote } from './account/logged-out-note.ts';
import { currentUser } from './api/current-user.ts';
import { watchDayChange } from './browser/day-change.ts';
import { type RoomSlug, roomSlugIn } from './browser/urls.ts';
import { Composer, type Writing } from './composer/composer.ts';
import { Drafts } from './composer/drafts.ts';
import { MentionPicker } from './composer/mention-picker.ts';
import { StatusBar } from './connection/status-bar.ts';
import { messages } from './locale/en.ts';
import { rewriteDays } from './messages/list-renderer.ts';
import { ScrollAnchor } from './messages/scroll-anchor.ts';
import { Navigation } from './navigation/navigation.ts';
import { Router } from './navigation/router.ts';
import { Banner } from './notifications/banner.ts';
import { mentionAlerts } from './notifications/mention-bell.ts';
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
import type { PageParts, Screen } from './screens/screen.ts';
import { DeviceStore } from './storage/device-store.ts';
import { IndexedDbDevice } from './storage/indexed-db.ts';
import { Preferences } from './storage/preferences.ts';

const RELOAD_LOOK_MS = 500;

const page = $('body');
const me = currentUser();
const clock = new PageClock();
const keepsakes = new Preferences(me.name);
const recent = new RecentRooms(keepsakes);
const notice = new Banner(page.attr('data-version') ?? '', reload);
const rooms = new Rooms(clock, fetchRooms, showRoomsError);
let visit: Screen | null = null;
let here: RoomSlug | null = null;

const people = new PeopleList(me.name);
const kept = new DeviceStore(new IndexedDbDevice(me.name));
const drafts = new Drafts(kept, clock);
const writing: Writing = { send: (text) => visit?.post(text), editLast: () => visit?.editLast() ?? false };

const parts: PageParts = {
  me,
  clock,
  rooms,
  notice,
  title: new TitleBadge(rooms),
  people,
  status: new StatusBar(clock),
  composer: new Composer(writing, drafts, new MentionPicker(() => people.names.filter((name) => name !== me.name))),
  scroll: new ScrollAnchor($('#messages'), {
    reachedBottom: () => visit?.seen(),
    scrolled: () => visit?.scrolled(),
    toNewest: () => visit?.goTo(null),
  }),
  bell: mentionAlerts({ me: me.name, clock, rooms, notice, keepsakes }),
  signedOut,
  atPresent: () => router.leftMessage(),
  follow: (path) => router.follow(path),
};
const change = (doing: () => void): void => (visit === null ? doing() : visit.change(doing));
const outboxes = createOutboxes({ me: me.name, clock, store: kept, change });
const listed = {
  hasDraft: (slug: string): boolean => drafts.hasDraft(slug),
  tellAgain: () => rooms.tellAgain(),
};
const lists = [
  new RoomList('#rooms', '#room-template', listed),
  new RoomList('#all-rooms', '#room-card-template', listed),
];
$('.myself').prepend(avatar(me.name));
$('.my-name').text(me.name);
for (const view of [...lists, parts.title, parts.bell]) rooms.showTo(view);
drafts.watch((slug) => rooms.show(slug));

const logOut = new LogOut({ waiting: () => outboxes.waitingCount, areSafe: () => outboxes.isSafeToClose, signedOut });
const router = new Router(arrive);
const navigation = new Navigation(rooms, recent, (slug) => router.go(slug));

takeLoggedOutNote();
router.start();
outboxes.open();
void drafts.load();
watchDayChange(clock, () => new Date().toDateString(), rewriteDays);

$(window).on('online', () => visit?.retryNow());
$(window).on('pageshow', ({ originalEvent }) => {
  if (originalEvent instanceof PageTransitionEvent && originalEvent.persisted) outboxes.open();
  // Back, after logging out, to a page that the browser kept.
  if (logOut.isLeaving) location.reload();
  else visit?.retryNow();
});
$(window).on('pagehide', () => {
  drafts.save();
  outboxes.close();
});
$(window).on('offline', () => visit?.checkConnection());
$(document).on('visibilitychange', () => {
  if (document.hidden) {
    drafts.save();
    visit?.lookedAway();
  } else {
    visit?.retryNow();
    visit?.seen();
  }
});
$(window).on('beforeunload', (event) => {
  if (!outboxes.isSafeToClose && !logOut.isLeaving) event.preventDefault();
});

function arrive(place: RoomSlug | null, message: number | null): void {
  if (visit !== null && place === here) visit.goTo(message);
  else enter(place, message);
}

function enter(place: RoomSlug | null, message: number | null): void {
  visit?.close();
  here = place;
  visit = null;
  outboxes.setShownRoom(place);
  page.attr('data-room', place ?? '');
  $('#first-visit').prop('hidden', recent.slugs.length > 0);
  navigation.arrived(place);
  for (const list of lists) list.open(place);
  parts.people.open(place);
  parts.composer.open(place);
  visit = place === null ? arriveInLobby() : arriveInRoom(place, message);
}

function arriveInLobby(): Screen {
  parts.title.at(null, '');
  $('#room-name').text(messages.chooseRoom).removeAttr('title');
  $('#topic').text('');
  return new LobbyScreen(parts);
}

function arriveInRoom(slug: string, message: number | null): Screen {
  const room = new RoomScreen(slug, outboxes.outboxOf(slug), parts);
  room.start(message);
  if (matchMedia('(pointer: fine)').matches) parts.composer.focus();
  return room;
}

function showRoomsError(why: string): void {
  $('.rooms-error')
    .text(why)
    .prop('hidden', why === '');
}

/** What is not sent yet is not made to wait for another page. */
function reload(): void {
  if (outboxes.isIdle) {
    location.reload();
  } else {
    notice.reloading();
    clock.after(RELOAD_LOOK_MS, reload);
  }
}

/** Nothing that was written is thrown away by leaving the page. */
function signedOut(): void {
  if (logOut.isLeaving) logOut.ended();
  else if (outboxes.isIdle && parts.composer.isEmpty) askWhoIsHere();
  else notice.signedOut(roomSlugIn(location.pathname));
}

/** To be asked to sign in, and told why, or to be here as whoever has signed in. */
function askWhoIsHere(): void {
  leaveLoggedOutNote();
  location.reload();
}
