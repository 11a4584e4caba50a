import { beforeEach, expect, test } from 'bun:test';
import { type ChangeStep, StreamPosition } from './stream-position.ts';

let position: StreamPosition;

beforeEach(() => {
  position = new StreamPosition();
});

function enter({ epoch = 'e', head = 0, resumed = false } = {}): 'resumed' | 'fresh' {
  return position.onWelcome({ epoch, head, resumed });
}

function goLive(head: number): void {
  enter({ head });
  position.onLive(head);
}

const changes = (...numbers: readonly number[]): ChangeStep[] => numbers.map((seq) => position.onChange({ seq }));

test('a client that never was live has nothing to resume from, whatever it was shown', () => {
  expect(position.resumePoint).toBeNull();
  expect(enter({ head: 9 })).toBe('fresh');
  expect(changes(7, 8, 9)).toEqual(['apply', 'apply', 'apply']);
  expect([position.resumePoint, position.last, position.isLive]).toEqual([null, null, false]);
  position.onLive(9);
  expect([position.resumePoint, position.isLive]).toEqual([{ after: 9, epoch: 'e' }, true]);
});

test('live, the next change is applied, a known one is ignored and a skipped one is a gap', () => {
  goLive(3);
  expect(changes(4, 4, 2, 5)).toEqual(['apply', 'ignore', 'ignore', 'apply']);
  expect(changes(7)).toEqual(['gap']);
  expect(position.last).toBe(5);
});

test('a change counts by the number of the change, not by that of its message', () => {
  goLive(3);
  expect(position.onChange({ seq: 1, changed: 4 })).toBe('apply');
  expect(position.onChange({ seq: 5, changed: undefined })).toBe('apply');
});

test('after a gap everything is ignored until the next welcome', () => {
  goLive(3);
  expect(changes(5, 4, 6)).toEqual(['gap', 'ignore', 'ignore']);
  position.onReplay();
  position.onLive(6);
  expect([position.onHeartbeat(9), position.hasGap, position.isLive, position.last]).toEqual([
    'ignore',
    true,
    false,
    3,
  ]);
  expect(enter({ head: 6, resumed: true })).toBe('resumed');
  expect(position.hasGap).toBe(false);
});

test('what a gap hid is brought by a resumed replay, in which numbers may be skipped', () => {
  goLive(3);
  changes(5);
  enter({ head: 8, resumed: true });
  expect(position.missingCount).toBe(5);
  expect(changes(4, 7)).toEqual(['apply', 'apply']);
  expect([position.missingCount, position.resumePoint]).toEqual([1, { after: 7, epoch: 'e' }]);
  position.onLive(8);
  expect([position.missingCount, position.isLive]).toEqual([0, true]);
});

test('rows of a replay may share a number; those before it are known', () => {
  goLive(3);
  position.onReplay();
  expect(position.isLive).toBe(false);
  expect(changes(6, 6, 5)).toEqual(['apply', 'apply', 'ignore']);
});

test('a replay in the middle of things may skip numbers, and only until live', () => {
  goLive(1);
  position.onReplay();
  expect(changes(5)).toEqual(['apply']);
  position.onLive(6);
  expect(changes(8)).toEqual(['gap']);
});

test('a live head below the position does not move it back', () => {
  goLive(5);
  position.onReplay();
  position.onLive(4);
  expect(position.last).toBe(5);
});

test('a heartbeat with a higher head is a gap once the client is live; one without a head never is', () => {
  enter({ head: 3 });
  expect(position.onHeartbeat(9)).toBe('ignore');
  position.onLive(3);
  expect([position.onHeartbeat(undefined), position.onHeartbeat(3), position.onHeartbeat(4)]).toEqual([
    'ignore',
    'ignore',
    'gap',
  ]);
});

test('a repeat is ignored, wherever it comes', () => {
  goLive(3);
  expect(position.onChange({ seq: 4, repeat: true })).toBe('ignore');
  expect(position.onChange({ seq: 9, repeat: true })).toBe('ignore');
  expect(position.last).toBe(3);
});

test('another history, or a refused resume, begins anew', () => {
  goLive(3);
  expect(enter({ epoch: 'f', head: 2, resumed: false })).toBe('fresh');
  expect([position.resumePoint, position.epoch]).toEqual([null, 'f']);
});

test('a fresh entry that broke off before live is not resumed, though the server says so', () => {
  enter({ head: 9 });
  changes(8);
  expect(enter({ head: 9, resumed: true })).toBe('fresh');
});
