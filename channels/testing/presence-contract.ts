import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import type { Presence } from '../presence/presence.ts';
import { recordChanges } from './recording-watcher.ts';

/** The promises of presence.ts, for any backend. `make` returns a fresh presence with this grace. */
export function presenceContract(name: string, make: (options: { graceMs: number }) => Promise<Presence>): void {
  describe(`${name} keeps the promise of presence`, () => {
    let presence: Presence;
    beforeEach(async () => {
      presence = await make({ graceMs: GRACE_MS });
    });
    afterEach(() => presence.stop());

    joins(() => presence);
    leaves(() => presence);
    lists(() => presence);
  });
}

const GRACE_MS = 40;

function joins(presence: () => Presence): void {
  test('S44: a person with several connections joins once and is listed once', async () => {
    const recorded = recordChanges(presence(), 'room');
    await presence().enter('room', 'alice', 'tab-1');
    await presence().enter('room', 'alice', 'tab-2');
    await presence().enter('room', 'alice', 'tab-2');
    expect(recorded.events).toEqual(['joined alice', 'list alice']);
    expect(presence().people('room')).toEqual(['alice']);
    expect(presence().count('room')).toBe(1);
  });

  test('who was here before we could know it is listed, without a word', async () => {
    const recorded = recordChanges(presence(), 'room');
    await presence().enter('room', 'alice', 'tab-1', { announce: false });
    expect(recorded.events).toEqual(['list alice']);
  });

  test('changes of one group do not reach watchers of another', async () => {
    const elsewhere = recordChanges(presence(), 'elsewhere');
    await presence().enter('room', 'alice', 'tab-1');
    expect(elsewhere.events).toEqual([]);
    expect(presence().people('elsewhere')).toEqual([]);
    expect(presence().count('elsewhere')).toBe(0);
  });
}

function leaves(presence: () => Presence): void {
  test('S44: a person leaves with the last connection, when the grace has passed', async () => {
    const recorded = recordChanges(presence(), 'room');
    await presence().enter('room', 'alice', 'tab-1');
    await presence().enter('room', 'alice', 'tab-2');
    await presence().leave('room', 'alice', 'tab-1');
    await presence().leave('room', 'alice', 'tab-2');
    expect(presence().people('room')).toEqual(['alice']);
    await recorded.until('left alice');
    expect(recorded.events).toEqual(['joined alice', 'list alice', 'left alice', 'list ']);
    expect(presence().count('room')).toBe(0);
  });

  test('who returns within the grace neither left nor joined', async () => {
    const recorded = recordChanges(presence(), 'room');
    await presence().enter('room', 'alice', 'tab-1');
    await presence().enter('room', 'bob', 'tab-2');
    await presence().leave('room', 'alice', 'tab-1');
    await presence().enter('room', 'alice', 'tab-3');
    await presence().leave('room', 'bob', 'tab-2');
    await recorded.until('left bob');
    expect(recorded.events.filter((line) => line.includes(' alice') && !line.startsWith('list'))).toEqual([
      'joined alice',
    ]);
    expect(presence().people('room')).toEqual(['alice']);
  });

  test('one tab closed, reopened and closed again is one leave', async () => {
    const recorded = recordChanges(presence(), 'room');
    for (const tab of ['1', '2', '3']) {
      await presence().enter('room', 'alice', tab);
      await presence().leave('room', 'alice', tab);
    }
    await recorded.until('left alice');
    expect(recorded.events).toEqual(['joined alice', 'list alice', 'left alice', 'list ']);
  });

  test('leaving twice, or without having come, is nothing', async () => {
    const recorded = recordChanges(presence(), 'room');
    await presence().leave('room', 'alice', 'tab-1');
    await presence().enter('room', 'alice', 'tab-1');
    await presence().enter('room', 'alice', 'tab-2');
    await presence().leave('room', 'alice', 'tab-1');
    await presence().leave('room', 'alice', 'tab-1');
    await presence().leave('room', 'alice', 'never');
    await presence().enter('room', 'bob', 'tab-3');
    await presence().leave('room', 'bob', 'tab-3');
    await recorded.until('left bob');
    expect(presence().people('room')).toEqual(['alice']);
  });
}

function lists(presence: () => Presence): void {
  test('S38: the list is complete and sorted by code point', async () => {
    const names = ['zoé', 'Alice', 'bob', 'émile', '\u{1f600}', '\ue000', '__proto__', 'constructor'];
    for (const [at, person] of names.entries()) await presence().enter('room', person, `tab-${at}`);
    const sorted = ['Alice', '__proto__', 'bob', 'constructor', 'zoé', 'émile', '\ue000', '\u{1f600}'];
    expect(presence().people('room')).toEqual(sorted);
  });

  test('S40: watchers receive changes in the order in which the list took them, even changes that a watcher makes', async () => {
    presence().watch('room', {
      onJoined: (person) => {
        if (person === 'alice') void presence().enter('room', 'bot', 'bot-1');
      },
      onLeft: () => {},
      onListChanged: () => {},
    });
    const recorded = recordChanges(presence(), 'room');
    await presence().enter('room', 'alice', 'tab-1');
    expect(recorded.events.filter((line) => line.startsWith('joined'))).toEqual(['joined alice', 'joined bot']);
  });

  test('a removed watcher receives nothing more', async () => {
    const recorded = recordChanges(presence(), 'room');
    recorded.stop();
    await presence().enter('room', 'alice', 'tab-1');
    expect(recorded.events).toEqual([]);
  });

  test('a watcher of all groups receives the name of the group that changed', async () => {
    const changed: string[] = [];
    const stop = presence().watchAll((group) => changed.push(group));
    await presence().enter('room', 'alice', 'tab-1');
    await presence().enter('room', 'alice', 'tab-2');
    await presence().enter('elsewhere', 'bob', 'tab-3', { announce: false });
    stop();
    await presence().enter('room', 'carol', 'tab-4');
    expect(changed).toEqual(['room', 'elsewhere']);
  });

  test('a watcher that fails does not keep the others from hearing', async () => {
    const fail = (): never => {
      throw new Error('on purpose');
    };
    presence().watch('room', { onJoined: fail, onLeft: fail, onListChanged: fail });
    const recorded = recordChanges(presence(), 'room');
    await presence().enter('room', 'alice', 'tab-1');
    expect(recorded.events).toEqual(['joined alice', 'list alice']);
  });
}
