import $ from 'jquery';
import { isRecord, isText } from '../protocol/shape.ts';
import { LogInForm } from './account/log-in-form.ts';
import { takeLoggedOutNote } from './account/logged-out-note.ts';
import { PasswordForm } from './account/password-form.ts';
import { SessionList } from './account/session-list.ts';
import { currentUser, setCurrentUser } from './api/current-user.ts';
import { showFormErrors } from './api/form-errors.ts';
import { get, postAsPresentUser, storeCsrfToken } from './api/http.ts';
import { type ApiResponse, codeOf } from './api/response.ts';
import { accountMessages } from './locale/en-account.ts';
import { BackgroundOutboxes } from './outbox/open-outboxes.ts';
import { avatar } from './people/avatar.ts';

const form = new LogInForm(onLoggedIn);
const password = new PasswordForm(isAboutUser);
const sessions = new SessionList({ isAboutUser, logOut });
const outboxes = new BackgroundOutboxes();
const logOutButton = $('#log-out');

logOutButton.on('click', (event) => {
  event.preventDefault();
  if (logOutButton.attr('aria-disabled') !== 'true') void logOut();
});

// A page that comes back from the browser's memory may be older than the session.
$(window).on('pageshow', ({ originalEvent }) => {
  if (originalEvent instanceof PageTransitionEvent && originalEvent.persisted) void refreshUser('');
});

$(window).on('pagehide', () => outboxes.stop());

const { name } = currentUser();
if (name !== '') showUser(name);
if (takeLoggedOutNote() && name === '') form.start(accountMessages.loggedOutElsewhere);

/** Out means out: whoever else signed in meanwhile, in another tab, is signed out as well. */
async function logOut(): Promise<void> {
  logOutButton.attr('aria-disabled', 'true');
  const answer = await postAsPresentUser('/account/logout', {});
  logOutButton.removeAttr('aria-disabled');
  showFormErrors(answer, $('#signed-in > .ways-on'));
  if (answer.status === 200) showForm('');
}

/** An answer to nobody, or to somebody else: the session ended, or another tab signed in. */
function isAboutUser(answer: ApiResponse): boolean {
  const isLost = answer.status === 401 || (answer.status === 403 && codeOf(answer) === 'csrf');
  const isOthers = isRecord(answer.body) && isText(answer.body.user) && answer.body.user !== currentUser().name;
  if (isLost || isOthers) void refreshUser(accountMessages.sessionOver);
  return !isLost && !isOthers;
}

async function refreshUser(why: string): Promise<void> {
  const answer = await get('/account/me');
  const { status, body } = answer;
  if (status !== 200 || !isRecord(body)) return;
  if (isText(body.user)) showLoggedIn(body.user);
  else showForm(why);
  storeCsrfToken(answer);
}

function onLoggedIn(user: string): void {
  const next = $('body').attr('data-next') ?? '';
  if (isOnThisHost(next)) location.assign(next);
  else showLoggedIn(user);
}

function showLoggedIn(user: string): void {
  setCurrentUser(user);
  showUser(user);
  $('#who').text(accountMessages.loggedAs(user));
  $('#signed-out').addClass('hidden');
  $('#signed-in').removeClass('hidden');
  $('#to-rooms').trigger('focus');
}

function showUser(user: string): void {
  $('#my-face').empty().append(avatar(user));
  password.start(user);
  sessions.start(user);
  outboxes.start(user);
}

/** `why`: empty when they wanted to. */
function showForm(why: string): void {
  setCurrentUser('');
  showUser('');
  $('#signed-in').addClass('hidden');
  $('#signed-out').removeClass('hidden');
  form.start(why);
}

function isOnThisHost(address: string): boolean {
  return /^\/(?![/\\])/.test(address) && new URL(address, location.href).origin === location.origin;
}
