import { expect, test } from 'bun:test';
import type { ClientFrame } from '../../protocol/frames.ts';
import { PendingEdits } from './pending-edits.ts';

function scene() {
  const sent: ClientFrame[] = [];
  const told: string[] = [];
  let nonces = 0;
  const road = { isOpen: true };
  const send = (frame: ClientFrame): boolean => {
    if (road.isOpen) sent.push(frame);
    return road.isOpen;
  };
  const revised = (seq: number): void => void told.push(`revised ${seq}`);
  const notRevised = (seq: number, why: string): void => void told.push(`${seq}: ${why}`);
  return { sent, told, road, revisions: new PendingEdits(() => `n${++nonces}`, send, { revised, notRevised }) };
}

test('an edit is done when the message comes back changed', () => {
  const { revisions, sent, told } = scene();
  revisions.ask(7, { type: 'edit', message: 'better' }, 'offline');
  expect(sent).toEqual([{ type: 'edit', seq: 7, message: 'better', nonce: 'n1' }]);
  revisions.seen(6);
  revisions.seen(7);
  revisions.seen(7);
  expect(told).toEqual(['revised 7']);
});

test('a refusal is told at the message it belongs to, once', () => {
  const { revisions, told } = scene();
  revisions.ask(7, { type: 'delete' }, 'offline');
  expect(revisions.refuse('foreign', 'no')).toBe(false);
  expect(revisions.refuse('n1', 'forbidden')).toBe(true);
  expect(revisions.refuse('n1', 'forbidden')).toBe(false);
  expect(told).toEqual(['7: forbidden']);
});

test('what could not be sent, or was not answered when the connection was lost, is told', () => {
  const { revisions, road, told } = scene();
  revisions.ask(7, { type: 'delete' }, 'offline');
  revisions.lost('lost');
  revisions.lost('lost');
  road.isOpen = false;
  revisions.ask(8, { type: 'delete' }, 'offline');
  expect(told).toEqual(['7: lost', '8: offline']);
});
