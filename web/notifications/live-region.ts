import $ from 'jquery';
import { words } from '../locale/en.ts';
import type { Sentences, Voice } from './announcer.ts';

/** A place that nobody sees: what is put there is read aloud. */
export const pageVoice: Voice = {
  speak: (text) => void $('#announcer').append($('<p>', { dir: 'auto' }).text(text)),
  hush: () => void $('#announcer').empty(),
};

/** `name`: of the room. */
export function sentencesIn(name: () => string): Sentences {
  return { one: words.spoken, many: (count) => words.spokenMany(count, name()) };
}
