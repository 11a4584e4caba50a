/** More than any browser sends; a longer header is not looked at. */
const HEADER_CHARACTERS = 1_000;

/** Does an Accept-Encoding header name this coding, and not only to refuse it? */
export function accepts(header: string, coding: string): boolean {
  if (header.length > HEADER_CHARACTERS) return false;
  const choice = header
    .toLowerCase()
    .split(',')
    .map((part) => part.split(';').map((piece) => piece.trim()))
    .find(([name]) => name === coding);
  return choice !== undefined && !choice.slice(1).some((parameter) => /^q=0(\.0*)?$/.test(parameter));
}
