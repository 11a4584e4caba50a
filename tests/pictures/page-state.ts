/** A page in one of its states, and how to get there. */
import type { Page } from 'playwright-core';
import type { UserBrowser } from '../support/browser/browser.ts';
import type { UserName } from '../support/browser/stage-script.ts';
import { known, type TestStage, type View } from '../support/browser/test-stage.ts';
import type { Person } from '../support/person.ts';

export interface PageState {
  readonly name: string;
  /** `newcomer`: here for the first time. `cut off`: a user who is connected through the proxy. */
  readonly as: UserName | 'nobody' | 'newcomer' | 'cut off';
  /** From the server's address on. */
  path(stage: TestStage): string;
  /** What only one of the two widths shows. */
  readonly only?: 'wide' | 'narrow';
  /** Before the page is opened. */
  prepare?(page: Page, stage: TestStage): Promise<void>;
  /** Starts at the page as first shown; resolves when the state is reached. */
  arrange?(page: Page, stage: TestStage): Promise<void>;
  /** Undoes what was done to the stage. */
  tidy?(stage: TestStage): Promise<void> | void;
}

/** No step takes longer, on whatever machine. */
const STEP_MS = 20_000;

/** Opens the page, brings it into its state, runs `doing` and closes the browser. */
export async function inState(
  state: PageState,
  stage: TestStage,
  view: View,
  doing: (page: Page) => Promise<void>,
): Promise<void> {
  const user = await stage.openUserBrowser(personIn(state, stage), view);
  try {
    user.context.setDefaultTimeout(STEP_MS);
    await arrive(state, stage, user);
    await doing(user.page);
    await user.close();
  } catch (error) {
    throw new Error(`${state.name}: ${error instanceof Error ? error.message : error}`, { cause: error });
  } finally {
    await user.context.close();
    await state.tidy?.(stage);
  }
}

function personIn({ as }: PageState, stage: TestStage): Person | null {
  if (as === 'nobody') return null;
  if (as === 'newcomer') return stage.newcomer;
  return as === 'cut off' ? stage.behindProxy : known(stage.people, as);
}

async function arrive(state: PageState, stage: TestStage, { page }: UserBrowser): Promise<void> {
  await state.prepare?.(page, stage);
  await page.goto(state.path(stage));
  await state.arrange?.(page, stage);
}
