import $ from 'jquery';
import type { ScrollAnchor } from './scroll-anchor.ts';

/** At most this many rows are in the document; while one of them is being edited, none is removed. */
const ROWS_MOST = 300;
const ROWS_MOST_WHILE_EDITING = 900;
/** During a burst, rows beyond those that fit into the box, as some are lower than others. */
const ROWS_BESIDE = 6;

/** During a burst only the rows in view are drawn: others would be replaced before the user can read them. */
export function rowLimit(isBurst: boolean, rowCount: number, scroll: ScrollAnchor): number {
  if ($('#lines .editing').length > 0) return ROWS_MOST_WHILE_EDITING;
  if (!isBurst || !scroll.isBottomSeen) return ROWS_MOST;
  return ROWS_BESIDE + scroll.rowsInView(rowCount);
}
