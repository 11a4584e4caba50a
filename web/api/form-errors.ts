import { isRecord, isText } from '../../protocol/shape.ts';
import { messages } from '../locale/en.ts';
import { type ApiResponse, reasonOf } from './response.ts';

const WHOLE = '__all__';

/** S16: shows each error under its field; errors of no field, or of a field that is not in the form, above the button. */
export function showFormErrors(response: ApiResponse, form: JQuery): void {
  clearFormErrors(form);
  if (response.status === 200) return;
  const errors = errorsByField(response);
  const whole = errors.length === 0 ? [reasonOf(response)] : [];
  for (const [name, sentences] of errors) {
    const line = form.find('[data-error-of]').filter((_, each) => each.dataset.errorOf === name);
    if (name === WHOLE || line.length === 0) whole.push(...sentences);
    else showUnder(form, line, sentences);
  }
  form
    .find(`[data-error-of="${WHOLE}"]`)
    .text(whole.join(' '))
    .prop('hidden', whole.length === 0);
  showWait(response, form);
  form.find('[aria-invalid="true"]').first().trigger('focus');
}

export function clearFormErrors(form: JQuery): void {
  form.find('[data-error-of], [data-wait]').text('').prop('hidden', true);
  form.find('[aria-invalid]').removeAttr('aria-invalid');
}

function showUnder(form: JQuery, line: JQuery, sentences: readonly string[]): void {
  line.text(sentences.join(' ')).prop('hidden', false);
  form.find(`[aria-describedby~="${line.attr('id')}"]`).attr('aria-invalid', 'true');
}

function showWait({ status, retryAfterS = 0 }: ApiResponse, form: JQuery): void {
  if (status !== 429 || !(retryAfterS > 0)) return;
  const now = new Date();
  form
    .find('[data-wait]')
    .text(messages.tryAgain(new Date(now.getTime() + retryAfterS * 1_000), now))
    .prop('hidden', false);
}

function errorsByField({ body }: ApiResponse): Array<readonly [field: string, sentences: string[]]> {
  if (!isRecord(body) || !isRecord(body.errors)) return [];
  return Object.entries(body.errors).map(([name, list]) => [name, sentencesIn(list)]);
}

function sentencesIn(list: unknown): string[] {
  const all: unknown[] = Array.isArray(list) ? list : [];
  return all.map((each) => (isRecord(each) && isText(each.message) ? each.message : '')).filter(Boolean);
}
