import $ from 'jquery';
import { type Place, placeOf } from './address.ts';
import { postAsAnybody } from './ajax.ts';
import { PageClock } from './clock.ts';
import { Composer } from './composer.ts';
import { watchDays } from './day-watch.ts';
import { showRefusal } from './form-errors.ts';
import { Lobby } from './lobby.ts';
import { rewriteTimes } from './message-row.ts';
import { NewRoom } from './new-room.ts';
import { Notice } from './notice.ts';
import { Outboxes } from './outboxes.ts';
import { pageUser } from './page-user.ts';
import { PeopleList } from './people-list.ts';
import { RoomList } from './room-list.ts';
import { RoomVisit } from './room-visit.ts';
import { Router } from './router.ts';
import { ScrollKeeper } from './scroll-keeper.ts';
import { StatusLine } from './status-line.ts';
import type { Visit, VisitParts } from './visit.ts';
import { words } from './words.ts';

const page = $('body');
const me = pageUser();
let visit: Visit | null = null;
/** `ended`: who logs out here hears of it by the socket, too; only the answer says where to go. */
let leaving: 'no' | 'asked' | 'ended' = 'no';

const parts: VisitParts = {
  me,
  clock: new PageClock(),
  rooms: new RoomList(),
  people: new PeopleList(me.name),
  status: new StatusLine(),
  notice: new Notice(page.attr('data-version') ?? ''),
  composer: new Composer((text) => visit?.post(text)),
  scroll: new ScrollKeeper($('#messages'), () => visit?.seen()),
  signedOut,
};
const outboxes = new Outboxes(parts.clock);
const router = new Router(arrive);
new NewRoom((slug) => router.go(slug));

router.start();
watchDays(parts.clock, () => new Date().toDateString(), rewriteTimes);

$(window).on('online', () => visit?.hurry());
$(window).on('pageshow', () => {
  // Back, after logging out, to a page that the browser kept.
  if (leaving !== 'no') location.reload();
  else visit?.hurry();
});
$(window).on('offline', () => visit?.doubt());
$(document).on('visibilitychange', () => {
  if (document.hidden) return;
  visit?.hurry();
  visit?.seen();
});
$(window).on('beforeunload', (event) => {
  if (outboxes.areWaiting) event.preventDefault();
});

const logOut = $('#log-out');
logOut.on('click', async (event) => {
  event.preventDefault();
  if (leaving !== 'no') return;
  leaving = 'asked';
  logOut.attr('aria-disabled', 'true');
  const answer = await postAsAnybody('/account/logout', {});
  if (answer.status === 200) return location.assign('/account');
  stay();
  showRefusal(answer, $('.me'));
});

function stay(): void {
  const hasEnded = leaving === 'ended';
  leaving = 'no';
  logOut.removeAttr('aria-disabled');
  if (hasEnded) signedOut();
}

function arrive(place: Place): void {
  visit?.close();
  visit = null;
  page.attr('data-room', place ?? '');
  parts.rooms.open(place);
  parts.composer.open(place);
  visit = place === null ? arriveInLobby() : arriveInRoom(place);
}

function arriveInLobby(): Visit {
  document.title = words.noRoomTitle;
  $('#room-name').text(words.chooseRoom);
  $('#topic').text('');
  return new Lobby(parts);
}

function arriveInRoom(slug: string): Visit {
  const room = new RoomVisit(slug, outboxes.of(slug), parts);
  room.start();
  if (matchMedia('(pointer: fine)').matches) parts.composer.focus();
  return room;
}

/** Nothing that was written is thrown away by leaving the page. */
function signedOut(): void {
  if (leaving !== 'no') leaving = 'ended';
  // To be asked to sign in, or to be here as whoever has signed in.
  else if (outboxes.areEmpty && parts.composer.isEmpty) location.reload();
  else parts.notice.signedOut(placeOf(location.pathname));
}
