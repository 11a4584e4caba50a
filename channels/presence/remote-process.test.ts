import { expect, test } from 'bun:test';
import { RecordingLog } from '../testing/recording-log.ts';
import { RemoteProcess } from './remote-process.ts';
import { Roster } from './roster.ts';

function createRemote() {
  const roster = new Roster(new RecordingLog());
  const events: string[] = [];
  roster.watch('room', {
    onJoined: (person) => events.push(`joined ${person}`),
    onLeft: (person) => events.push(`left ${person}`),
    onListChanged: () => {},
  });
  return { remote: new RemoteProcess(roster, 0), roster, events };
}

test('changes are taken in order, each once, however often they are sent', () => {
  const { remote, roster, events } = createRemote();
  expect(
    remote.applyChanges(1, [
      ['room', 'alice', 'joined'],
      ['room', 'bob', 'unannounced'],
    ]),
  ).toBe(true);
  expect(
    remote.applyChanges(1, [
      ['room', 'alice', 'joined'],
      ['room', 'bob', 'unannounced'],
      ['room', 'alice', 'left'],
    ]),
  ).toBe(true);
  expect(remote.applyChanges(2, [['room', 'bob', 'unannounced']])).toBe(true);
  expect(roster.people('room')).toEqual(['bob']);
  expect(events).toEqual(['joined alice', 'left alice']);
  expect(remote.lastChange).toBe(3);
});

test('when one is missing nothing is taken, until all has been read', () => {
  const { remote, roster, events } = createRemote();
  expect(remote.applyChanges(3, [['room', 'carol', 'joined']])).toBe(false);
  expect(roster.people('room')).toEqual([]);
  remote.applySnapshot({ number: 3, groups: [['room', ['alice', 'carol']]] });
  expect(roster.people('room')).toEqual(['alice', 'carol']);
  expect(events).toEqual([]);
  expect(remote.applyChanges(4, [['room', 'alice', 'left']])).toBe(true);
  expect(events).toEqual(['left alice']);
});

test('what was written before the last change we know is not believed', () => {
  const { remote, roster } = createRemote();
  remote.applyChanges(1, [
    ['room', 'alice', 'joined'],
    ['room', 'alice', 'left'],
  ]);
  remote.applySnapshot({ number: 1, groups: [['room', ['alice']]] });
  expect(roster.people('room')).toEqual([]);
});

test('a person twice in the messages of a process is present once', () => {
  const { remote, roster } = createRemote();
  remote.applyChanges(1, [
    ['room', 'alice', 'joined'],
    ['room', 'alice', 'joined'],
    ['room', 'alice', 'left'],
  ]);
  expect(roster.people('room')).toEqual([]);
  remote.applySnapshot({
    number: 3,
    groups: [
      ['room', ['bob', 'bob']],
      ['__proto__', ['eve']],
    ],
  });
  expect(roster.people('__proto__')).toEqual(['eve']);
  remote.removeEveryone();
  expect([roster.count('room'), roster.count('__proto__')]).toEqual([0, 0]);
});
