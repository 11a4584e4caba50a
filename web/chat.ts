import $ from 'jquery';
import { type Place, placeOf } from './address.ts';
import { post } from './ajax.ts';
import { PageClock } from './clock.ts';
import { Composer } from './composer.ts';
import { showRefusal } from './form-errors.ts';
import { Lobby } from './lobby.ts';
import { NewRoom } from './new-room.ts';
import { Notice, signInAddress } from './notice.ts';
import { Outboxes } from './outboxes.ts';
import { PeopleList } from './people-list.ts';
import { RoomList } from './room-list.ts';
import { RoomVisit } from './room-visit.ts';
import { Router } from './router.ts';
import { ScrollKeeper } from './scroll-keeper.ts';
import { StatusLine } from './status-line.ts';
import type { Visit, VisitParts } from './visit.ts';
import { words } from './words.ts';

const page = $('body');
const me = page.attr('data-user') ?? '';
let visit: Visit | null = null;
let isLeaving = false;

const parts: VisitParts = {
  me,
  clock: new PageClock(),
  rooms: new RoomList(),
  people: new PeopleList(me),
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
void parts.rooms.load();

$(window).on('online pageshow', () => visit?.hurry());
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
  if (isLeaving) return;
  isLeaving = true;
  logOut.attr('aria-disabled', 'true');
  const answer = await post('/account/logout', {});
  if (answer.status === 200) return location.assign('/account');
  isLeaving = false;
  logOut.removeAttr('aria-disabled');
  showRefusal(answer, $('.me'));
});

function arrive(place: Place): void {
  visit?.close();
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
  if (isLeaving) return;
  // Who logs out here hears of it by the socket, too: only the answer says where to go.
  if (logOut.attr('aria-disabled') === 'true') return;
  const place = placeOf(location.pathname);
  if (outboxes.areEmpty && parts.composer.isEmpty) location.assign(signInAddress(place));
  else parts.notice.signedOut(place);
}
