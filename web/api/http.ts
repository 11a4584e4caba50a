import $ from 'jquery';
import { currentUser, isAboutCurrentUser } from './current-user.ts';
import { type ApiResponse, codeOf, textIn } from './response.ts';

export type Fields = Readonly<Record<string, string>>;

const ANSWER_WITHIN_MS = 15_000;

export function get(path: string): Promise<ApiResponse> {
  return request(path, { method: 'GET' });
}

/** With the page's token. One that was replaced meanwhile, by another tab say, is asked for anew, once; never another's. */
export function post(path: string, fields: Fields): Promise<ApiResponse> {
  return postWithTokenRetry(path, fields, isAboutCurrentUser);
}

/** In this person's name and in no other, whomever the page serves by the time it is answered. */
export async function postAs(user: string, path: string, fields: Fields): Promise<ApiResponse> {
  if (currentUser().name !== user) return { status: 0, body: undefined };
  return postWithTokenRetry(path, fields, (me) => textIn(me, 'user') === user);
}

/** In the name of whoever is signed in by now. */
export function postAsPresentUser(path: string, fields: Fields): Promise<ApiResponse> {
  return postWithTokenRetry(path, fields, () => true);
}

async function postWithTokenRetry(path: string, fields: Fields, mayBe: (me: unknown) => boolean): Promise<ApiResponse> {
  const answer = await postOnce(path, fields, token().attr('content') ?? '');
  if (answer.status !== 403 || codeOf(answer) !== 'csrf') return answer;
  const me = await get('/account/me');
  return me.status === 200 && mayBe(me.body) ? postOnce(path, fields, textIn(me.body, 'csrf')) : answer;
}

/** A field that is not well-formed could not be encoded. */
function postOnce(path: string, fields: Fields, csrf: string): Promise<ApiResponse> {
  const data = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, value.toWellFormed()]));
  return request(path, { method: 'POST', data, headers: { 'X-CSRFToken': csrf } });
}

function request(path: string, settings: JQuery.AjaxSettings): Promise<ApiResponse> {
  return new Promise((resolve) => {
    $.ajax(path, { ...settings, dataType: 'json', timeout: ANSWER_WITHIN_MS })
      .done((body: unknown, _, request) => resolve(storeCsrfToken({ status: request.status, body })))
      .fail((request, kind) => {
        const status = kind === 'parsererror' ? 0 : request.status;
        const retryAfterS = Number(request.getResponseHeader('retry-after') ?? 0);
        resolve(storeCsrfToken({ status, body: request.responseJSON, retryAfterS }));
      });
  });
}

/** S14: whichever answer carries a new token for this page's user, the page goes on with it. */
export function storeCsrfToken(answer: ApiResponse): ApiResponse {
  const csrf = textIn(answer.body, 'csrf');
  if (csrf !== '' && isAboutCurrentUser(answer.body)) token().attr('content', csrf);
  return answer;
}

function token(): JQuery {
  return $('meta[name="csrf-token"]');
}
