/** Positions of the lines that a user reads, to the fraction of a pixel. */
import { expect } from 'bun:test';
import type { Page } from 'playwright-core';

/** The line that the top of the box cuts, and the first one below it that is whole. */
interface LinePositions {
  readonly cut: LinePosition;
  readonly whole: LinePosition;
}

interface LinePosition {
  readonly seq: number;
  readonly top: number;
}

const LINES = `(() => {
  const box = document.querySelector('#messages').getBoundingClientRect();
  const all = [...document.querySelectorAll('#messages .message[data-seq]')].map((row) => {
    const { top, bottom } = row.querySelector('.body').getBoundingClientRect();
    return { seq: Number(row.dataset.seq), top, bottom };
  });
  const whole = all.findIndex(({ top }) => top >= box.top);
  return { cut: all[Math.max(0, whole - 1)], whole: all[whole] };
})()`;

const topOfSeq = (seq: number): string =>
  `document.querySelector('#messages .message[data-seq="${seq}"] .body')?.getBoundingClientRect().top ?? null`;

/** Fails if the lines that the user reads move in the window during `doing`. */
export async function expectLinesInPlace(page: Page, doing: () => Promise<void>): Promise<void> {
  const before = await linesOf(page);
  await doing();
  const pixel = Number(await page.evaluate('devicePixelRatio'));
  for (const [which, { seq, top }] of Object.entries(before)) {
    const after: unknown = await page.evaluate(topOfSeq(seq));
    if (typeof after !== 'number') throw new Error(`the ${which} line, ${seq}, is not there any more`);
    const moved = Math.abs(after - top);
    // A box scrolls by whole pixels of the screen: where they are no whole ones of the page, the rest is less than one.
    const most = pixel === 1 ? 0.5 : 1 / pixel + 0.01;
    expect({ which, seq, moved, isInPlace: moved < most }).toEqual({ which, seq, moved, isInPlace: true });
  }
}

async function linesOf(page: Page): Promise<LinePositions> {
  const found: unknown = await page.evaluate(LINES);
  return { cut: lineOf(found, 'cut'), whole: lineOf(found, 'whole') };
}

function lineOf(found: unknown, which: 'cut' | 'whole'): LinePosition {
  if (typeof found === 'object' && found !== null && which in found) {
    const line: unknown = Reflect.get(found, which);
    const [seq, top] =
      typeof line === 'object' && line !== null ? [Reflect.get(line, 'seq'), Reflect.get(line, 'top')] : [];
    if (typeof seq === 'number' && typeof top === 'number') return { seq, top };
  }
  throw new Error(`no line is ${which}`);
}

/** Scrolls so that the top of the box cuts this message in the middle. */
export async function scrollToCut(page: Page, seq: number): Promise<void> {
  await page.evaluate(`(() => {
    const box = document.querySelector('#messages');
    const row = box.querySelector('.message[data-seq="${seq}"] .body').getBoundingClientRect();
    box.scrollTop += row.top + row.height / 2 - box.getBoundingClientRect().top;
  })()`);
  await nextAnimationFrame(page);
}

/** Resolves when all that follows from an action is drawn. */
export async function nextAnimationFrame(page: Page): Promise<void> {
  await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => drawn(0))))');
}
