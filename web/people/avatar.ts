import $ from 'jquery';
import { hueOf, initialsOf } from './initials.ts';

/** A user's initials in the user's colour. Hidden from screen readers, which read the name beside it. */
export function avatar(name: string): JQuery {
  return $('<span>', { class: 'face', 'aria-hidden': 'true', 'data-hue': hueOf(name) }).text(initialsOf(name));
}
