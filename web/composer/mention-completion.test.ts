import { expect, test } from 'bun:test';
import { namesBeginning, partialMentionAt } from './mention-completion.ts';

/** `|` is the caret. */
function begun(text: string): string | null {
  const caret = text.indexOf('|');
  const found = partialMentionAt(text.replace('|', ''), caret);
  return found === null ? null : `${found.from} ${found.text}`;
}

test('a name is begun by an @ and a letter, up to the caret', () => {
  expect(begun('@a|')).toBe('0 a');
  expect(begun('hi (@an|n)')).toBe('4 an');
  expect(begun('@ann lee|')).toBe('0 ann lee');
  expect(begun('@ann and @b|')).toBe('9 b');
  expect(begun('😀@ж|')).toBe('2 ж');
});

test('no name is begun in the middle of a word, behind a space or on another line', () => {
  for (const text of ['@|', '@ a|', 'me@home|', '|@ann', '@ann\nb|', 'ann|', `@${'x'.repeat(200)}|`]) {
    expect([text, begun(text)]).toEqual([text, null]);
  }
});

const PEOPLE = ['Ann Lee', 'Anna', 'Béatrice', 'leo', 'Marie-Léa', 'Zoë Ännson'];

test('a name that is written without its accents is still offered, as it would mention nobody', () => {
  expect(namesBeginning('jose', ['José'])).toEqual(['José']);
  expect(namesBeginning('JOSÉ', ['José'])).toEqual([]);
});

test('every name is offered a word of which begins so, accents and case aside, those that begin with it first', () => {
  expect(namesBeginning('an', PEOPLE)).toEqual(['Ann Lee', 'Anna', 'Zoë Ännson']);
  expect(namesBeginning('LÉ', PEOPLE)).toEqual(['leo', 'Ann Lee', 'Marie-Léa']);
  expect(namesBeginning('bea', PEOPLE)).toEqual(['Béatrice']);
  expect(namesBeginning('ann l', PEOPLE)).toEqual(['Ann Lee']);
  expect(namesBeginning('eatrice', PEOPLE)).toEqual([]);
  expect(namesBeginning('ış', ['Işık'])).toEqual(['Işık']);
  expect(namesBeginning('Jose\u0301', ['José Arcadio', 'Strauß'])).toEqual(['José Arcadio']);
  expect(namesBeginning('STRAUSS', ['José', 'Strauß Ann'])).toEqual(['Strauß Ann']);
});

test('a name that is written out is not offered, so that Enter sends', () => {
  expect(namesBeginning('anna', PEOPLE)).toEqual([]);
  expect(namesBeginning('ann lee', PEOPLE)).toEqual([]);
});

test('at most eight are offered', () => {
  const many = Array.from({ length: 1_000 }, (_, at) => `person ${at}`);
  expect(namesBeginning('p', many)).toEqual(many.slice(0, 8));
});
