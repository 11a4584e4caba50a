import { expect, test } from 'bun:test';
import { join } from 'node:path';

/** WCAG 2.2, AA: for text, and for what one must see to use a thing. */
const TEXT = 4.5;
const EDGES = 3;

const INKS = ['ink', 'ink-2', 'ink-3', 'accent', 'warn'];
const GROUNDS = ['paper', 'panel', 'raised', 'accent-soft'];

const css = (name: string): Promise<string> => Bun.file(join(import.meta.dir, name)).text();

/** From token to its two colours. */
async function tokens(): Promise<Map<string, { light: string; dark: string }>> {
  const found = (await css('tokens.css')).matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g);
  const first = new Map<string, { light: string; dark: string }>();
  for (const [, name = '', light = '', dark = ''] of found) if (!first.has(name)) first.set(name, { light, dark });
  return first;
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** The pairs that are too much alike, by day or by night. */
async function tooFaint(inks: readonly string[], grounds: readonly string[], least: number): Promise<string[]> {
  const all = await tokens();
  const pairs = inks.flatMap((ink) => grounds.map((ground) => [ink, ground] as const));
  return pairs.flatMap(([ink, ground]) => {
    const [above, below] = [all.get(ink), all.get(ground)];
    if (above === undefined || below === undefined) throw new Error(`no token for ${ink} on ${ground}`);
    const [day, night] = [contrast(above.light, below.light), contrast(above.dark, below.dark)];
    return Math.min(day, night) >= least ? [] : [`${ink} on ${ground}: ${day.toFixed(2)}, ${night.toFixed(2)}`];
  });
}

test('contrast is reckoned as WCAG does', () => {
  expect(contrast('#000000', '#ffffff')).toBe(21);
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
});

test('every ink can be read on every ground, by day and by night', async () => {
  expect(await tooFaint(INKS, GROUNDS, TEXT)).toEqual([]);
  expect(await tooFaint(['accent-ink'], ['accent'], TEXT)).toEqual([]);
});

test('the edge of a field, and the mark of what has the focus, can be seen on every ground', async () => {
  expect(await tooFaint(['edge', 'accent', 'warn'], GROUNDS, EDGES)).toEqual([]);
});

test('initials can be read on every face', async () => {
  const faces = [...(await css('avatar.css')).matchAll(/--face: (#\w{6})/g)].map(([, colour]) => colour ?? '');
  expect(faces.length).toBeGreaterThan(5);
  expect(faces.filter((colour) => contrast('#ffffff', colour) < TEXT)).toEqual([]);
});
