import { createLog, faultLine, type Log } from '../log.ts';
import {
  type ChannelLayer,
  type ChannelName,
  type InterceptedGroup,
  type LayerEvent,
  type Receive,
  requireName,
} from './layer.ts';

/** For one process. Promises resolve at once; `down` and `up` are never emitted. */
export function createMemoryLayer(log: Log = createLog(1)): ChannelLayer {
  return new MemoryLayer(log);
}

/** Learns which groups are occupied in this process: have a member or an interceptor. */
export interface GroupObserver {
  /** Part of the names of this process's channels. */
  readonly processId: string;
  onGroupOccupied(group: string): void;
  onGroupVacated(group: string): void;
}

interface Channel {
  readonly name: ChannelName;
  readonly receive: Receive;
  /** Usually a few: a list takes a third of the memory of a map for each connection. */
  memberships: Membership[];
}

interface Membership {
  readonly receive: Receive;
  readonly group: Group;
  /** Its index in the group's members; -1 once it has ended. */
  index: number;
}

/** The part of any layer that is in this process. */
export class MemoryLayer implements ChannelLayer {
  readonly #log: Log;
  readonly #observer: GroupObserver;
  readonly #channels = new Map<ChannelName, Channel>();
  readonly #groups = new Map<string, Group>();
  #channelCount = 0;

  constructor(log: Log, observer: GroupObserver = ignoringObserver()) {
    this.#log = log;
    this.#observer = observer;
  }

  newChannel(receive: Receive, prefix = 'channel'): ChannelName {
    requireName(prefix);
    this.#channelCount += 1;
    const name = `${prefix}.${this.#observer.processId}!${this.#channelCount.toString(36)}`;
    this.#channels.set(name, { name, receive, memberships: NONE });
    return name;
  }

  close(name: ChannelName): void {
    const channel = this.#channels.get(name);
    if (channel === undefined) return;
    this.#channels.delete(name);
    for (const membership of channel.memberships) this.#endMembership(membership);
  }

  async send(name: ChannelName, event: LayerEvent): Promise<void> {
    const channel = this.#channels.get(name);
    if (channel !== undefined) receiveSafely(event, channel.receive, this.#log);
  }

  async groupAdd(group: string, name: ChannelName): Promise<void> {
    requireName(group);
    const channel = this.#channels.get(name);
    if (channel === undefined) throw new Error(`channel ${name} is not open in this process`);
    if (membershipIn(group, channel) !== undefined) return;
    const membership = this.#groupNamed(group).addMember(channel);
    if (channel.memberships === NONE) channel.memberships = [membership];
    else channel.memberships.push(membership);
  }

  async groupDiscard(group: string, name: ChannelName): Promise<void> {
    requireName(group);
    const channel = this.#channels.get(name);
    if (channel === undefined) return;
    const membership = membershipIn(group, channel);
    if (membership === undefined) return;
    channel.memberships.splice(channel.memberships.indexOf(membership), 1);
    this.#endMembership(membership);
  }

  async groupSend(name: string, event: LayerEvent): Promise<void> {
    const group = this.#groups.get(name);
    if (group === undefined) return requireName(name);
    group.receive(event);
  }

  async intercept(name: string, receive: Receive): Promise<InterceptedGroup> {
    requireName(name);
    const group = this.#groupNamed(name);
    if (group.interceptor !== null) throw new Error(`group ${name} has an interceptor already`);
    group.interceptor = receive;
    let isRemoved = false;
    return {
      deliver: (event) => {
        if (!isRemoved) group.deliver(event);
      },
      memberCount: () => group.size,
      remove: async () => {
        if (isRemoved) return;
        isRemoved = true;
        group.interceptor = null;
        this.#forgetIfEmpty(group);
      },
    };
  }

  onConnectionChange(): () => void {
    return () => {};
  }

  async stop(): Promise<void> {
    for (const name of [...this.#channels.keys()]) this.close(name);
    for (const name of this.#groups.keys()) this.#observer.onGroupVacated(name);
    this.#groups.clear();
  }

  #groupNamed(name: string): Group {
    const known = this.#groups.get(name);
    if (known !== undefined) return known;
    const group = new Group(name, this.#log);
    this.#groups.set(name, group);
    this.#observer.onGroupOccupied(name);
    return group;
  }

  #endMembership(membership: Membership): void {
    membership.group.removeMember(membership);
    this.#forgetIfEmpty(membership.group);
  }

  #forgetIfEmpty(group: Group): void {
    if (group.size > 0 || group.interceptor !== null || this.#groups.get(group.name) !== group) return;
    this.#groups.delete(group.name);
    this.#observer.onGroupVacated(group.name);
  }
}

function membershipIn(group: string, { memberships }: Channel): Membership | undefined {
  return memberships.find((membership) => membership.group.name === group);
}

/** The memberships of a channel without a group. Never pushed to. */
const NONE: never[] = [];

function ignoringObserver(): GroupObserver {
  return { processId: crypto.randomUUID().replaceAll('-', ''), onGroupOccupied: () => {}, onGroupVacated: () => {} };
}

class Group {
  readonly name: string;
  interceptor: Receive | null = null;
  readonly #log: Log;
  readonly #members: Membership[] = [];
  #isDelivering = false;
  #endedCount = 0;
  /** Events that members sent to their own group during a delivery: delivered after it, so that all get one order. */
  readonly #deferred: LayerEvent[] = [];

  constructor(name: string, log: Log) {
    this.name = name;
    this.#log = log;
  }

  get size(): number {
    return this.#members.length - this.#endedCount;
  }

  addMember(channel: Channel): Membership {
    const membership = { receive: channel.receive, group: this, index: this.#members.length };
    this.#members.push(membership);
    return membership;
  }

  removeMember(membership: Membership): void {
    const { index } = membership;
    membership.index = -1;
    if (this.#isDelivering) this.#endedCount += 1;
    else this.#removeAt(index);
  }

  receive(event: LayerEvent): void {
    if (this.interceptor === null) this.deliver(event);
    else receiveSafely(event, this.interceptor, this.#log);
  }

  deliver(event: LayerEvent): void {
    if (this.#isDelivering) {
      this.#deferred.push(event);
      return;
    }
    this.#isDelivering = true;
    this.#deliverOnce(event);
    for (let next = this.#deferred.shift(); next !== undefined; next = this.#deferred.shift()) this.#deliverOnce(next);
    this.#isDelivering = false;
    if (this.#endedCount > 0) this.#compact();
  }

  /** Members that join meanwhile stand behind `count`; those that leave have the index -1. */
  #deliverOnce(event: LayerEvent): void {
    const count = this.#members.length;
    for (let index = 0; index < count; index += 1) {
      const member = this.#members[index];
      if (member !== undefined && member.index >= 0) receiveSafely(event, member.receive, this.#log);
    }
  }

  #removeAt(index: number): void {
    const last = this.#members.pop();
    if (last === undefined || index === this.#members.length) return;
    last.index = index;
    this.#members[index] = last;
  }

  #compact(): void {
    let count = 0;
    for (const member of this.#members) {
      if (member.index < 0) continue;
      member.index = count;
      this.#members[count] = member;
      count += 1;
    }
    this.#members.length = count;
    this.#endedCount = 0;
  }
}

function receiveSafely(event: LayerEvent, receive: Receive, log: Log): void {
  try {
    receive(event);
  } catch (error) {
    log.error(`a receiver of ${event.type} failed: ${faultLine(error)}`);
  }
}
