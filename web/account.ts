import $ from 'jquery';
import { AccountForm } from './account-form.ts';
import { get, post } from './ajax.ts';
import { showRefusal } from './form-errors.ts';
import { isRecord, isText } from './shape.ts';
import { words } from './words.ts';

const form = new AccountForm(signedIn);
const logOut = $('#log-out');

logOut.on('click', async (event) => {
  event.preventDefault();
  if (logOut.attr('aria-disabled') === 'true') return;
  logOut.attr('aria-disabled', 'true');
  const answer = await post('/account/logout', {});
  logOut.removeAttr('aria-disabled');
  showRefusal(answer, $('#signed-in'));
  if (answer.status === 200) showForm();
});

// A page that comes back from the browser's memory may be older than the session.
$(window).on('pageshow', async ({ originalEvent }) => {
  if (!(originalEvent instanceof PageTransitionEvent) || !originalEvent.persisted) return;
  const { status, body } = await get('/account/me');
  if (status !== 200 || !isRecord(body)) return;
  if (isText(body.user)) showVisitor(body.user);
  else showForm();
});

function signedIn(user: string): void {
  const next = $('body').attr('data-next') ?? '';
  if (isOurs(next)) location.assign(next);
  else showVisitor(user);
}

function showVisitor(user: string): void {
  $('#who').text(words.loggedAs(user));
  $('#signed-out').addClass('hidden');
  $('#signed-in').removeClass('hidden');
  $('#to-rooms').trigger('focus');
}

function showForm(): void {
  $('#signed-in').addClass('hidden');
  $('#signed-out').removeClass('hidden');
  form.begin();
}

function isOurs(address: string): boolean {
  return /^\/(?![/\\])/.test(address) && new URL(address, location.href).origin === location.origin;
}
