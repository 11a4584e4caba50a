import { type Answer, sentenceOf } from './ajax.ts';
import { isRecord, isText } from './shape.ts';
import { words } from './words.ts';

/** S16: each error under the field it belongs to; what belongs to none, or to no field here, above the button. */
export function showRefusal(answer: Answer, form: JQuery): void {
  clearErrors(form);
  if (answer.status === 200) return;
  const fields = errorsByField(answer);
  const whole: string[] = [];
  for (const [name, sentences] of fields) {
    const place = form.find('[data-error-of]').filter((_, each) => each.dataset.errorOf === name);
    if (place.length === 0) whole.push(...sentences);
    else showUnder(form, place, sentences);
  }
  if (fields.size === 0) whole.push(sentenceOf(answer) || (answer.status === 0 ? words.noAnswer : words.fault));
  form
    .find('[data-error-of="__all__"]')
    .text(whole.join(' '))
    .prop('hidden', whole.length === 0);
  form.find('[aria-invalid="true"]').first().trigger('focus');
}

export function clearErrors(form: JQuery): void {
  form.find('[data-error-of]').text('').prop('hidden', true);
  form.find('[aria-invalid]').removeAttr('aria-invalid');
}

function showUnder(form: JQuery, place: JQuery, sentences: readonly string[]): void {
  place.text(sentences.join(' ')).prop('hidden', false);
  form.find(`[aria-describedby~="${place.attr('id')}"]`).attr('aria-invalid', 'true');
}

function errorsByField({ body }: Answer): Map<string, string[]> {
  if (!isRecord(body) || !isRecord(body.errors)) return new Map();
  const { __all__, ...fields } = body.errors;
  const named: Array<[string, unknown]> = Object.entries(fields);
  return new Map([...(__all__ === undefined ? [] : [['', __all__] as const]), ...named].map(sentencesOf));
}

function sentencesOf([name, list]: readonly [string, unknown]): [string, string[]] {
  const all: unknown[] = Array.isArray(list) ? list : [];
  return [name, all.map((each) => (isRecord(each) && isText(each.message) ? each.message : '')).filter(Boolean)];
}
