/** Is this person meant by an @ in the text? */
export function mentions(text: string, name: string): boolean {
  const lower = text.toLowerCase();
  const wanted = `@${name.toLowerCase()}`;
  for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, at + 1)) {
    if (isEdge(lower.charAt(at - 1)) && isEdge(lower.charAt(at + wanted.length))) return true;
  }
  return false;
}

function isEdge(letter: string): boolean {
  return !/[\p{L}\p{N}_]/u.test(letter);
}
