import { afterAll, beforeAll, expect, test } from 'bun:test';
import type { Page } from 'playwright-core';
import { inState, type PageState } from '../pictures/page-state.ts';
import { PAGE_STATES } from '../pictures/page-states.ts';
import { openTestStage, type TestStage } from '../support/browser/test-stage.ts';

const AXE = Bun.file(Bun.resolveSync('axe-core/axe.min.js', import.meta.dir));
const [WIDE, NARROW] = [
  { width: 1200, height: 720 },
  { width: 320, height: 640 },
];
/** The rules whose result differs in the dark theme: the others were checked in the light one. */
const ABOUT_COLOUR = ['color-contrast', 'link-in-text-block'];

/** The size of touch targets: off in axe unless enabled. */
const LOOKED_AT_TOO = { 'target-size': { enabled: true } };

let stage: TestStage;
let axe: string;

beforeAll(async () => {
  [stage, axe] = await Promise.all([openTestStage(), AXE.text()]);
});

afterAll(() => stage?.close());

for (const state of PAGE_STATES) {
  test(`${state.name}: nothing keeps anybody out, by day and by night, wide and narrow`, async () => {
    const [first, second] = state.only === 'narrow' ? [NARROW, null] : [WIDE, state.only === 'wide' ? null : NARROW];
    const found: string[] = [];
    await inState(state, stage, { ...first, colorScheme: 'light' }, async (page) => {
      found.push(...(await violationsInLight(page, first.width)), ...(await violationsInDark(page)));
      if (second === null) return;
      await page.setViewportSize(second);
      found.push(...(await violationsInLight(page, second.width)));
    });
    expect(found).toEqual([]);
  });
}

test('what keeps users out is found', async () => {
  const state: PageState = {
    name: 'a bad page',
    as: 'nobody',
    path: ({ server }) => `${server.url}/account`,
    arrange: (page) => page.evaluate(`document.querySelector('label[for="username"]').remove()`),
  };
  await inState(state, stage, { ...WIDE, colorScheme: 'light' }, async (page) => {
    expect(await violationsIn(page)).toContainEqual(expect.stringContaining('label at #username'));
  });
});

async function violationsInLight(page: Page, width: number): Promise<string[]> {
  const found = [...(await violationsIn(page)), ...(await overflows(page))];
  return found.map((line) => `${width} px, by day: ${line}`);
}

/** Colours are the same at every width. */
async function violationsInDark(page: Page): Promise<string[]> {
  await page.emulateMedia({ colorScheme: 'dark' });
  const found = await violationsIn(page, ABOUT_COLOUR);
  await page.emulateMedia({ colorScheme: 'light' });
  return found.map((line) => `by night: ${line}`);
}

/** A page wider than its window scrolls sideways. */
async function overflows(page: Page): Promise<string[]> {
  const most = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
  return Number(most) > 0 ? [`the page is ${most} px wider than its window`] : [];
}

/** `rules`: those to check; all when there are none. It runs through the debugger, which the page's policy does not bind. */
async function violationsIn(page: Page, rules: readonly string[] = []): Promise<string[]> {
  if ((await page.evaluate('typeof axe')) === 'undefined') await page.evaluate(axe);
  const only = rules.length === 0 ? {} : { runOnly: { type: 'rule', values: rules } };
  const options = { resultTypes: ['violations'], rules: LOOKED_AT_TOO, ...only };
  const lines: unknown = await page.evaluate(`axe.run(document, ${JSON.stringify(options)}).then(({ violations }) =>
    violations.flatMap(({ id, help, nodes }) => nodes.map((node) =>
      id + ' at ' + node.target.join(' ') + ': ' + help + ' ' + node.any.map(({ message }) => message).join(' '))))`);
  if (!Array.isArray(lines)) throw new Error('axe did not answer');
  return lines.map(String);
}
