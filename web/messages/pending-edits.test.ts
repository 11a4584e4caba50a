import { expect, test } from 'bun:test';
import type { ClientFrame } from '../../protocol/frames.ts';
import { PendingEdits } from './pending-edits.ts';

function scene() {
  const sent: ClientFrame[] = [];
  const results: string[] = [];
  let nonces = 0;
  const link = { isOpen: true };
  const send = (frame: ClientFrame): boolean => {
    if (link.isOpen) sent.push(frame);
    return link.isOpen;
  };
  const onEditApplied = (seq: number): void => void results.push(`applied ${seq}`);
  const onEditFailed = (seq: number, why: string): void => void results.push(`${seq}: ${why}`);
  return { sent, results, link, edits: new PendingEdits(() => `n${++nonces}`, send, { onEditApplied, onEditFailed }) };
}

test('an edit is done when the message comes back changed', () => {
  const { edits, sent, results } = scene();
  edits.sendEdit(7, { type: 'edit', message: 'better' }, 'offline');
  expect(sent).toEqual([{ type: 'edit', seq: 7, message: 'better', nonce: 'n1' }]);
  edits.onMessageChanged(6);
  edits.onMessageChanged(7);
  edits.onMessageChanged(7);
  expect(results).toEqual(['applied 7']);
});

test('a refusal is told at the message it belongs to, once', () => {
  const { edits, results } = scene();
  edits.sendEdit(7, { type: 'delete' }, 'offline');
  expect(edits.refuse('foreign', 'no')).toBe(false);
  expect(edits.refuse('n1', 'forbidden')).toBe(true);
  expect(edits.refuse('n1', 'forbidden')).toBe(false);
  expect(results).toEqual(['7: forbidden']);
});

test('what could not be sent, or was not answered when the connection was lost, is told', () => {
  const { edits, link, results } = scene();
  edits.sendEdit(7, { type: 'delete' }, 'offline');
  edits.failAll('lost');
  edits.failAll('lost');
  link.isOpen = false;
  edits.sendEdit(8, { type: 'delete' }, 'offline');
  expect(results).toEqual(['7: lost', '8: offline']);
});
