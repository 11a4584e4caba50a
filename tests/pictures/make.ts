/**
 * `npm run pictures [-- FOLDER [NAME…]]`: every page in every state, wide and narrow, light and dark, as
 * `<state>-<width>-<theme>.png` in docs/pictures or the folder given; of the states so named, if any are.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openTestStage, type TestStage } from '../support/browser/test-stage.ts';
import { inState, type PageState } from './page-state.ts';
import { PAGE_STATES } from './page-states.ts';

const WIDE = { width: 1200, height: 720 };
const NARROW = [
  { width: 390, height: 844 },
  { width: 320, height: 640 },
];

const [folder = join(import.meta.dir, '../../docs/pictures'), ...names] = process.argv.slice(2);

await mkdir(folder, { recursive: true });
const stage = await openTestStage();
try {
  for (const state of wanted()) await picture(state, stage).then(() => console.log(state.name), failed);
} finally {
  await stage.close();
}

/** The other pictures are still taken. */
function failed(error: unknown): void {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

function wanted(): readonly PageState[] {
  const unknown = names.find((name) => !PAGE_STATES.some((state) => state.name === name));
  if (unknown !== undefined) throw new Error(`no such state: ${unknown}`);
  return PAGE_STATES.filter(({ name }) => names.length === 0 || names.includes(name));
}

/** A page is opened at each width, so that it is laid out as it would be there. */
async function picture(state: PageState, stage: TestStage): Promise<void> {
  const sizes = [...(state.only === 'narrow' ? [] : [WIDE]), ...(state.only === 'wide' ? [] : NARROW)];
  for (const size of sizes) {
    await inState(state, stage, { ...size, colorScheme: 'light' }, async (page) => {
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        const path = join(folder, `${state.name}-${size.width}-${colorScheme}.png`);
        await page.screenshot({ path, caret: 'hide', animations: 'disabled' });
      }
    });
  }
}
