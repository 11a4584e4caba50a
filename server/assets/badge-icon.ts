/** The icon of a page with unread messages: their count, large enough to be read at 16 px. */

/** `many` stands for more than 99. */
const PATH = /^\/icon-([1-9]\d?|many)\.svg$/;

interface FontMetrics {
  readonly size: number;
  /** From the top of the tile to the baseline of the digits. */
  readonly baseline: number;
}

const METRICS: readonly FontMetrics[] = [
  { size: 27, baseline: 25.5 },
  { size: 23, baseline: 24.2 },
  { size: 16, baseline: 21.7 },
];

/** Null for a path that is none of these icons. */
export function badgeIcon(path: string): string | null {
  const count = PATH.exec(path)?.[1];
  return count === undefined ? null : svgWith(count === 'many' ? '99+' : count);
}

function svgWith(text: string): string {
  const { size, baseline } = METRICS[text.length - 1] ?? { size: 16, baseline: 21.7 };
  const font = `font-family="system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif" font-weight="800" font-size="${size}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" role="img" aria-label="Salon: ${text} new">
  <rect width="32" height="32" rx="9" fill="#9a4a12"/>
  <text x="16" y="${baseline}" text-anchor="middle" fill="#ffffff" ${font} letter-spacing="-1">${text}</text>
</svg>
`;
}
