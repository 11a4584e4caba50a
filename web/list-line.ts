import $ from 'jquery';
import { messages } from './locale/en.ts';

/** Where another day begins. */
export function dayLine(at: number): JQuery {
  const line = $('<p>', { class: 'day', 'data-at': at }).append($('<span>'));
  writeDay(line);
  return line;
}

/** Today is tomorrow's yesterday. */
export function rewriteDays(): void {
  for (const line of $('#lines > .day')) writeDay($(line));
}

function writeDay(line: JQuery): void {
  const text = messages.day(new Date(Number(line.attr('data-at'))), new Date());
  line.find('span').text(text);
}

/** Above what is new. */
export function newMessagesLine(): JQuery {
  return $('<p>', { class: 'new-line' }).append($('<span>'));
}
