import $ from 'jquery';
import { PageClock } from '../client/clock.ts';
import { LogOut } from './account/log-out.ts';
import { leaveSignOutNote, takeSignOutNote } from './account/logged-out-note.ts';
import { pageUser } from './api/current-user.ts';
import { watchDays } from './browser/day-change.ts';
import { type Place, placeOf } from './browser/urls.ts';
import { Composer, type Writing } from './composer/composer.ts';
import { Drafts } from './composer/drafts.ts';
import { NamePicker } from './composer/mention-picker.ts';
import { StatusLine } from './connection/status-bar.ts';
import { words } from './locale/en.ts';
import { rewriteDays } from './messages/list-renderer.ts';
import { ScrollKeeper } from './messages/scroll-anchor.ts';
import { Navigation } from './navigation/navigation.ts';
import { Router } from './navigation/router.ts';
import { Notice } from './notifications/banner.ts';
import { mentionBell } from './notifications/mention-bell.ts';
import { PageTitle } from './notifications/title-badge.ts';
import { pageOutboxes } from './outbox/open-outboxes.ts';
import { face } from './people/avatar.ts';
import { PeopleList } from './people/people-list.ts';
import { RecentRooms } from './rooms/recent-rooms.ts';
import { roomAnswers } from './rooms/room-api.ts';
import { RoomList } from './rooms/room-list.ts';
import { Rooms } from './rooms/rooms.ts';
import { Lobby } from './screens/lobby-screen.ts';
import { RoomVisit } from './screens/room-screen.ts';
import type { Visit, VisitParts } from './screens/screen.ts';
import { Kept } from './storage/device-store.ts';
import { KeptDatabase } from './storage/indexed-db.ts';
import { Keepsakes } from './storage/preferences.ts';

const RELOAD_LOOK_MS = 500;

const page = $('body');
const me = pageUser();
const clock = new PageClock();
const keepsakes = new Keepsakes(me.name);
const recent = new RecentRooms(keepsakes);
const notice = new Notice(page.attr('data-version') ?? '', reload);
const rooms = new Rooms(clock, roomAnswers, showRoomsError);
let visit: Visit | null = null;
let here: Place = null;

const people = new PeopleList(me.name);
const kept = new Kept(new KeptDatabase(me.name));
const drafts = new Drafts(kept, clock);
const writing: Writing = { send: (text) => visit?.post(text), editLast: () => visit?.editLast() ?? false };

const parts: VisitParts = {
  me,
  clock,
  rooms,
  notice,
  title: new PageTitle(rooms),
  people,
  status: new StatusLine(clock),
  composer: new Composer(writing, drafts, new NamePicker(() => people.names.filter((name) => name !== me.name))),
  scroll: new ScrollKeeper($('#messages'), {
    reachedBottom: () => visit?.seen(),
    scrolled: () => visit?.scrolled(),
    toNewest: () => visit?.goTo(null),
  }),
  bell: mentionBell({ me: me.name, clock, rooms, notice, keepsakes }),
  signedOut,
  atPresent: () => router.leftMessage(),
  follow: (path) => router.follow(path),
};
const change = (doing: () => void): void => (visit === null ? doing() : visit.change(doing));
const outboxes = pageOutboxes({ me: me.name, clock, kept, change });
const listed = {
  hasDraft: (slug: string): boolean => drafts.hasDraft(slug),
  tellAgain: () => rooms.tellAgain(),
};
const lists = [
  new RoomList('#rooms', '#room-template', listed),
  new RoomList('#all-rooms', '#room-card-template', listed),
];
$('.myself').prepend(face(me.name));
$('.my-name').text(me.name);
for (const view of [...lists, parts.title, parts.bell]) rooms.showTo(view);
drafts.watch((slug) => rooms.show(slug));

const logOut = new LogOut({ waiting: () => outboxes.waiting, areSafe: () => outboxes.areSafe, signedOut });
const router = new Router(arrive);
const navigation = new Navigation(rooms, recent, (slug) => router.go(slug));

takeSignOutNote();
router.start();
outboxes.begin();
void drafts.load();
watchDays(clock, () => new Date().toDateString(), rewriteDays);

$(window).on('online', () => visit?.hurry());
$(window).on('pageshow', ({ originalEvent }) => {
  if (originalEvent instanceof PageTransitionEvent && originalEvent.persisted) outboxes.begin();
  // Back, after logging out, to a page that the browser kept.
  if (logOut.isLeaving) location.reload();
  else visit?.hurry();
});
$(window).on('pagehide', () => {
  drafts.save();
  outboxes.end();
});
$(window).on('offline', () => visit?.doubt());
$(document).on('visibilitychange', () => {
  if (document.hidden) {
    drafts.save();
    visit?.lookedAway();
  } else {
    visit?.hurry();
    visit?.seen();
  }
});
$(window).on('beforeunload', (event) => {
  if (!outboxes.areSafe && !logOut.isLeaving) event.preventDefault();
});

function arrive(place: Place, message: number | null): void {
  if (visit !== null && place === here) visit.goTo(message);
  else enter(place, message);
}

function enter(place: Place, message: number | null): void {
  visit?.close();
  here = place;
  visit = null;
  outboxes.show(place);
  page.attr('data-room', place ?? '');
  $('#first-visit').prop('hidden', recent.slugs.length > 0);
  navigation.arrived(place);
  for (const list of lists) list.open(place);
  parts.people.open(place);
  parts.composer.open(place);
  visit = place === null ? arriveInLobby() : arriveInRoom(place, message);
}

function arriveInLobby(): Visit {
  parts.title.at(null, '');
  $('#room-name').text(words.chooseRoom).removeAttr('title');
  $('#topic').text('');
  return new Lobby(parts);
}

function arriveInRoom(slug: string, message: number | null): Visit {
  const room = new RoomVisit(slug, outboxes.of(slug), parts);
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
  if (outboxes.areDone) {
    location.reload();
  } else {
    notice.reloading();
    clock.after(RELOAD_LOOK_MS, reload);
  }
}

/** Nothing that was written is thrown away by leaving the page. */
function signedOut(): void {
  if (logOut.isLeaving) logOut.ended();
  else if (outboxes.areDone && parts.composer.isEmpty) askWhoIsHere();
  else notice.signedOut(placeOf(location.pathname));
}

/** To be asked to sign in, and told why, or to be here as whoever has signed in. */
function askWhoIsHere(): void {
  leaveSignOutNote();
  location.reload();
}
