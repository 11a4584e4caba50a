import $ from 'jquery';
import { hueOf, initialsOf } from './initials.ts';

/** A person's initials, in the colour that is theirs everywhere. Says nothing that the name beside it does not say. */
export function avatar(name: string): JQuery {
  return $('<span>', { class: 'face', 'aria-hidden': 'true', 'data-hue': hueOf(name) }).text(initialsOf(name));
}
