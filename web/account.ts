import $ from 'jquery';
import { isRecord, isText } from '../protocol/shape.ts';
import { AccountForm } from './account/log-in-form.ts';
import { takeSignOutNote } from './account/logged-out-note.ts';
import { PasswordForm } from './account/password-form.ts';
import { OwnSessions } from './account/session-list.ts';
import { becomePageOf, pageUser } from './api/current-user.ts';
import { showRefusal } from './api/form-errors.ts';
import { get, learn, postAsAnybody } from './api/http.ts';
import { type Answer, codeOf } from './api/response.ts';
import { accountWords } from './locale/en-account.ts';
import { Courier } from './outbox/courier.ts';
import { face } from './people/avatar.ts';

const form = new AccountForm(signedIn);
const password = new PasswordForm(isOurs);
const sessions = new OwnSessions({ isOurs, logOut });
const courier = new Courier();
const logOutButton = $('#log-out');

logOutButton.on('click', (event) => {
  event.preventDefault();
  if (logOutButton.attr('aria-disabled') !== 'true') void logOut();
});

// A page that comes back from the browser's memory may be older than the session.
$(window).on('pageshow', ({ originalEvent }) => {
  if (originalEvent instanceof PageTransitionEvent && originalEvent.persisted) void lookAgain('');
});

$(window).on('pagehide', () => courier.stop());

const { name } = pageUser();
if (name !== '') furnish(name);
if (takeSignOutNote() && name === '') form.begin(accountWords.signedOutElsewhere);

/** Out means out: whoever else signed in meanwhile, in another tab, is signed out as well. */
async function logOut(): Promise<void> {
  logOutButton.attr('aria-disabled', 'true');
  const answer = await postAsAnybody('/account/logout', {});
  logOutButton.removeAttr('aria-disabled');
  showRefusal(answer, $('#signed-in > .ways-on'));
  if (answer.status === 200) showForm('');
}

/** An answer to nobody, or to somebody else: the session ended, or another tab signed in. */
function isOurs(answer: Answer): boolean {
  const isLost = answer.status === 401 || (answer.status === 403 && codeOf(answer) === 'csrf');
  const isOthers = isRecord(answer.body) && isText(answer.body.user) && answer.body.user !== pageUser().name;
  if (isLost || isOthers) void lookAgain(accountWords.sessionOver);
  return !isLost && !isOthers;
}

async function lookAgain(why: string): Promise<void> {
  const answer = await get('/account/me');
  const { status, body } = answer;
  if (status !== 200 || !isRecord(body)) return;
  if (isText(body.user)) showVisitor(body.user);
  else showForm(why);
  learn(answer);
}

function signedIn(user: string): void {
  const next = $('body').attr('data-next') ?? '';
  if (isOnThisHost(next)) location.assign(next);
  else showVisitor(user);
}

function showVisitor(user: string): void {
  becomePageOf(user);
  furnish(user);
  $('#who').text(accountWords.loggedAs(user));
  $('#signed-out').addClass('hidden');
  $('#signed-in').removeClass('hidden');
  $('#to-rooms').trigger('focus');
}

function furnish(user: string): void {
  $('#my-face').empty().append(face(user));
  password.begin(user);
  sessions.begin(user);
  courier.serve(user);
}

/** `why`: empty when they wanted to. */
function showForm(why: string): void {
  becomePageOf('');
  furnish('');
  $('#signed-in').addClass('hidden');
  $('#signed-out').removeClass('hidden');
  form.begin(why);
}

function isOnThisHost(address: string): boolean {
  return /^\/(?![/\\])/.test(address) && new URL(address, location.href).origin === location.origin;
}
