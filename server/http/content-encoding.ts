/** Does an Accept-Encoding header name this coding, and not only to refuse it? */
export function accepts(header: string, coding: string): boolean {
  const choice = header
    .toLowerCase()
    .split(',')
    .map((part) => part.trim().split(/\s*;\s*/))
    .find(([name]) => name === coding);
  return choice !== undefined && !choice.slice(1).some((parameter) => /^q=0(\.0*)?$/.test(parameter));
}
