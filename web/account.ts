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

// A page restored from the browser's cache may be older than the session.
$(window).on('pageshow', ({ originalEvent }) => {
  if (originalEvent instanceof PageTransitionEvent && originalEvent.persisted) void refreshUser('');
});

$(window).on('pagehide', () => outboxes.stop());

const { name } = currentUser();
if (name !== '') showUser(name);
if (takeLoggedOutNote() && name === '') form.start(accountMessages.loggedOutElsewhere);

/** Ends the present session, also if another user has logged in meanwhile in another tab. */
async function logOut(): Promise<void> {
  logOutButton.attr('aria-disabled', 'true');
  const response = await postAsPresentUser('/account/logout', {});
  logOutButton.removeAttr('aria-disabled');
  showFormErrors(response, $('#signed-in > .ways-on'));
  if (response.status === 200) showForm('');
}

/** False when the session has ended or another user has logged in in another tab; the page is then updated. */
function isAboutUser(response: ApiResponse): boolean {
  const isLost = response.status === 401 || (response.status === 403 && codeOf(response) === 'csrf');
  const isOtherUser =
    isRecord(response.body) && isText(response.body.user) && response.body.user !== currentUser().name;
  if (isLost || isOtherUser) void refreshUser(accountMessages.sessionOver);
  return !isLost && !isOtherUser;
}

async function refreshUser(why: string): Promise<void> {
  const response = await get('/account/me');
  const { status, body } = response;
  if (status !== 200 || !isRecord(body)) return;
  if (isText(body.user)) showLoggedIn(body.user);
  else showForm(why);
  storeCsrfToken(response);
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

/** `why`: the reason; empty when the user has logged out here. */
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
