import { isComposing } from '../browser/composition.ts';

export type SwitcherAction = 'open' | 'next' | 'previous';

export interface SwitcherKey {
  readonly key: string;
  readonly keyCode: number;
  readonly isComposing: boolean;
}

const ACTIONS: ReadonlyMap<string, SwitcherAction> = new Map([
  ['Enter', 'open'],
  ['ArrowDown', 'next'],
  ['ArrowUp', 'previous'],
]);

/** Null: the key belongs to the search box, or to an input method. */
export function switcherActionOf(press: SwitcherKey): SwitcherAction | null {
  return isComposing(press) ? null : (ACTIONS.get(press.key) ?? null);
}
