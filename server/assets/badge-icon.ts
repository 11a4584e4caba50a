/** The icon of a page with something new: how much of it, large enough to be read at 16 px. */

/** `many` stands for more than 99. */
const PATH = /^\/icon-([1-9]\d?|many)\.svg$/;

interface Lettering {
  readonly size: number;
  /** From the tile's top to the line the digits stand on. */
  readonly foot: number;
}

const LETTERINGS: readonly Lettering[] = [
  { size: 27, foot: 25.5 },
  { size: 23, foot: 24.2 },
  { size: 16, foot: 21.7 },
];

/** Null for a path that is none of these icons. */
export function badgeIcon(path: string): string | null {
  const count = PATH.exec(path)?.[1];
  return count === undefined ? null : drawn(count === 'many' ? '99+' : count);
}

function drawn(text: string): string {
  const { size, foot } = LETTERINGS[text.length - 1] ?? { size: 16, foot: 21.7 };
  const font = `font-family="system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif" font-weight="800" font-size="${size}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" role="img" aria-label="Salon: ${text} new">
  <rect width="32" height="32" rx="9" fill="#9a4a12"/>
  <text x="16" y="${foot}" text-anchor="middle" fill="#ffffff" ${font} letter-spacing="-1">${text}</text>
</svg>
`;
}
