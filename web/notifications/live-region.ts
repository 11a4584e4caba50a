import $ from 'jquery';
import { messages } from '../locale/en.ts';
import type { LiveRegion, Sentences } from './announcer.ts';

/** A place that nobody sees: what is put there is read aloud. */
export const liveRegion: LiveRegion = {
  speak: (text) => void $('#announcer').append($('<p>', { dir: 'auto' }).text(text)),
  clear: () => void $('#announcer').empty(),
};

/** `name`: of the room. */
export function sentencesIn(name: () => string): Sentences {
  return { one: messages.spoken, many: (count) => messages.spokenMany(count, name()) };
}
