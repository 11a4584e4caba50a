import $ from 'jquery';
import { type Place, placeOf } from './address.ts';
import { PageClock } from './clock.ts';
import { Composer, type Writing } from './composer.ts';
import { watchDays } from './day-watch.ts';
import { Drafts } from './drafts.ts';
import { face } from './face.ts';
import { Keepsakes } from './keepsakes.ts';
import { Kept } from './kept.ts';
import { KeptDatabase } from './kept-database.ts';
import { rewriteDays } from './list-picture.ts';
import { Lobby } from './lobby.ts';
import { LogOut } from './log-out.ts';
import { mentionBell } from './mention-bell.ts';
import { NamePicker } from './name-picker.ts';
import { Navigation } from './navigation.ts';
import { Notice } from './notice.ts';
import { pageOutboxes } from './page-outboxes.ts';
import { PageTitle } from './page-title.ts';
import { pageUser } from './page-user.ts';
import { PeopleList } from './people-list.ts';
import { RecentRooms } from './recent-rooms.ts';
import { roomAnswers } from './room-answers.ts';
import { RoomList } from './room-list.ts';
import { RoomVisit } from './room-visit.ts';
import { Rooms } from './rooms.ts';
import { Router } from './router.ts';
import { ScrollKeeper } from './scroll-keeper.ts';
import { leaveSignOutNote, takeSignOutNote } from './sign-out-note.ts';
import { StatusLine } from './status-line.ts';
import type { Visit, VisitParts } from './visit.ts';
import { words } from './words.ts';

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
