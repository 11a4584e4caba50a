import { expect, test } from 'bun:test';
import { RecordingLog } from '../testing/recording-log.ts';
import { RemoteProcess } from './remote-process.ts';
import { Roster } from './roster.ts';

function neighbour() {
  const roll = new Roster(new RecordingLog());
  const told: string[] = [];
  roll.watch('room', {
    onJoined: (person) => told.push(`joined ${person}`),
    onLeft: (person) => told.push(`left ${person}`),
    onListChanged: () => {},
  });
  return { one: new RemoteProcess(roll, 0), roll, told };
}

test('changes are taken in order, each once, however often they are told', () => {
  const { one, roll, told } = neighbour();
  expect(
    one.applyChanges(1, [
      ['room', 'alice', 'came'],
      ['room', 'bob', 'quiet'],
    ]),
  ).toBe(true);
  expect(
    one.applyChanges(1, [
      ['room', 'alice', 'came'],
      ['room', 'bob', 'quiet'],
      ['room', 'alice', 'went'],
    ]),
  ).toBe(true);
  expect(one.applyChanges(2, [['room', 'bob', 'quiet']])).toBe(true);
  expect(roll.people('room')).toEqual(['bob']);
  expect(told).toEqual(['joined alice', 'left alice']);
  expect(one.number).toBe(3);
});

test('when one is missing nothing is taken, until all has been read', () => {
  const { one, roll, told } = neighbour();
  expect(one.applyChanges(3, [['room', 'carol', 'came']])).toBe(false);
  expect(roll.people('room')).toEqual([]);
  one.applySnapshot({ number: 3, groups: [['room', ['alice', 'carol']]] });
  expect(roll.people('room')).toEqual(['alice', 'carol']);
  expect(told).toEqual([]);
  expect(one.applyChanges(4, [['room', 'alice', 'went']])).toBe(true);
  expect(told).toEqual(['left alice']);
});

test('what was written before the last change we know is not believed', () => {
  const { one, roll } = neighbour();
  one.applyChanges(1, [
    ['room', 'alice', 'came'],
    ['room', 'alice', 'went'],
  ]);
  one.applySnapshot({ number: 1, groups: [['room', ['alice']]] });
  expect(roll.people('room')).toEqual([]);
});

test('a person twice in what a process says is there once', () => {
  const { one, roll } = neighbour();
  one.applyChanges(1, [
    ['room', 'alice', 'came'],
    ['room', 'alice', 'came'],
    ['room', 'alice', 'went'],
  ]);
  expect(roll.people('room')).toEqual([]);
  one.applySnapshot({
    number: 3,
    groups: [
      ['room', ['bob', 'bob']],
      ['__proto__', ['eve']],
    ],
  });
  expect(roll.people('__proto__')).toEqual(['eve']);
  one.removeEveryone();
  expect([roll.count('room'), roll.count('__proto__')]).toEqual([0, 0]);
});
