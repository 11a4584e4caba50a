import $ from 'jquery';
import { currentUser, isAboutCurrentUser } from './current-user.ts';
import { type ApiResponse, codeOf, textIn } from './response.ts';

export type Fields = Readonly<Record<string, string>>;

const RESPONSE_TIMEOUT_MS = 15_000;

export function get(path: string): Promise<ApiResponse> {
  return request(path, { method: 'GET' });
}

/** Posts with the page's CSRF token. A token that another tab has replaced is fetched again once, never another user's. */
export function post(path: string, fields: Fields): Promise<ApiResponse> {
  return postWithTokenRetry(path, fields, isAboutCurrentUser);
}

/** Posts as this user and no other, whoever is logged in by the time of the response. */
export async function postAs(user: string, path: string, fields: Fields): Promise<ApiResponse> {
  if (currentUser().name !== user) return { status: 0, body: undefined };
  return postWithTokenRetry(path, fields, (me) => textIn(me, 'user') === user);
}

/** Posts as the user who is logged in at that moment. */
export function postAsPresentUser(path: string, fields: Fields): Promise<ApiResponse> {
  return postWithTokenRetry(path, fields, () => true);
}

async function postWithTokenRetry(
  path: string,
  fields: Fields,
  isAllowedUser: (me: unknown) => boolean,
): Promise<ApiResponse> {
  const response = await postOnce(path, fields, token().attr('content') ?? '');
  if (response.status !== 403 || codeOf(response) !== 'csrf') return response;
  const me = await get('/account/me');
  return me.status === 200 && isAllowedUser(me.body) ? postOnce(path, fields, textIn(me.body, 'csrf')) : response;
}

/** jQuery cannot encode a text with lone surrogates, so they are replaced. */
function postOnce(path: string, fields: Fields, csrf: string): Promise<ApiResponse> {
  const data = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, value.toWellFormed()]));
  return request(path, { method: 'POST', data, headers: { 'X-CSRFToken': csrf } });
}

function request(path: string, settings: JQuery.AjaxSettings): Promise<ApiResponse> {
  return new Promise((resolve) => {
    $.ajax(path, { ...settings, dataType: 'json', timeout: RESPONSE_TIMEOUT_MS })
      .done((body: unknown, _, request) => resolve(storeCsrfToken({ status: request.status, body })))
      .fail((request, kind) => {
        const status = kind === 'parsererror' ? 0 : request.status;
        const retryAfterS = Number(request.getResponseHeader('retry-after') ?? 0);
        resolve(storeCsrfToken({ status, body: request.responseJSON, retryAfterS }));
      });
  });
}

/** S14: the page takes over a new token for its user from any response. */
export function storeCsrfToken(response: ApiResponse): ApiResponse {
  const csrf = textIn(response.body, 'csrf');
  if (csrf !== '' && isAboutCurrentUser(response.body)) token().attr('content', csrf);
  return response;
}

function token(): JQuery {
  return $('meta[name="csrf-token"]');
}
