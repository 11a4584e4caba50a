import $ from 'jquery';
import { messages } from '../locale/en.ts';
import type { LiveRegion, Sentences } from './announcer.ts';

/** An invisible element: screen readers speak what is added to it. */
export const liveRegion: LiveRegion = {
  speak: (text) => void $('#announcer').append($('<p>', { dir: 'auto' }).text(text)),
  clear: () => void $('#announcer').empty(),
};

/** `name`: the name of the room. */
export function sentencesIn(name: () => string): Sentences {
  return { one: messages.spoken, many: (count) => messages.spokenCount(count, name()) };
}
