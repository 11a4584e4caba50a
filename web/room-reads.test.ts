import { expect, test } from 'bun:test';
import { RoomReads } from './room-reads.ts';

test('how far one has read only rises', () => {
  const reads = new RoomReads();
  reads.move('general', 7);
  reads.in('first');
  reads.move('general', 5);
  reads.in('first');
  expect([reads.of('general'), reads.of('random')]).toEqual([7, 0]);
});

test('after a backup was put back, what was read counts anew', () => {
  const reads = new RoomReads();
  reads.in('first');
  reads.move('general', 7);
  reads.in('restored');
  reads.move('general', 3);
  expect(reads.of('general')).toBe(3);
});
