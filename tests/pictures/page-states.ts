/**
 * Every page in every state: for the pictures and for the accessibility checks. A new state is a line in
 * one of the tables.
 */
import type { PageState } from './page-state.ts';
import { ACCOUNT_STATES } from './page-states-account.ts';
import { DIALOG_STATES } from './page-states-dialog.ts';
import { ROOM_STATES } from './page-states-room.ts';

export const PAGE_STATES: readonly PageState[] = [...ACCOUNT_STATES, ...ROOM_STATES, ...DIALOG_STATES];
