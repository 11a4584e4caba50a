import $ from 'jquery';
import { isRecord, isText } from './shape.ts';

/** `status` 0: no answer, or none that could be read. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export type Fields = Readonly<Record<string, string>>;

const ANSWER_WITHIN_MS = 15_000;

export function get(path: string): Promise<Answer> {
  return ask(path, { method: 'GET' });
}

/** With the page's token. One that has been replaced meanwhile, by another tab say, is asked for anew, once. */
export async function post(path: string, fields: Fields): Promise<Answer> {
  const answer = await postOnce(path, fields);
  if (answer.status !== 403 || codeOf(answer) !== 'csrf') return answer;
  const me = await get('/account/me');
  return me.status === 200 ? postOnce(path, fields) : answer;
}

/** The code of a refusal in either of the server's two forms; empty when there is none. */
export function codeOf({ body }: Answer): string {
  return textIn(refusalIn(body), 'code');
}

/** The server's own sentence about it; empty when there is none. */
export function sentenceOf({ body }: Answer): string {
  return textIn(refusalIn(body), 'message');
}

function postOnce(path: string, fields: Fields): Promise<Answer> {
  return ask(path, { method: 'POST', data: fields, headers: { 'X-CSRFToken': token().attr('content') ?? '' } });
}

function ask(path: string, settings: JQuery.AjaxSettings): Promise<Answer> {
  return new Promise((resolve) => {
    $.ajax(path, { ...settings, dataType: 'json', timeout: ANSWER_WITHIN_MS })
      .done((body: unknown, _, request) => resolve(learned({ status: request.status, body })))
      .fail((request, kind) => {
        resolve(learned({ status: kind === 'parsererror' ? 0 : request.status, body: request.responseJSON }));
      });
  });
}

/** S14: whichever answer carries a new token, the page goes on with it. */
function learned(answer: Answer): Answer {
  const csrf = textIn(answer.body, 'csrf');
  if (csrf !== '') token().attr('content', csrf);
  return answer;
}

function token(): JQuery {
  return $('meta[name="csrf-token"]');
}

function refusalIn(body: unknown): unknown {
  if (!isRecord(body)) return null;
  if (!isRecord(body.errors)) return body.error;
  return Array.isArray(body.errors.__all__) ? body.errors.__all__[0] : null;
}

function textIn(value: unknown, key: string): string {
  const text = isRecord(value) ? value[key] : null;
  return isText(text) ? text : '';
}
