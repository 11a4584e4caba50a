import { createLog, faultLine, type Log } from '../log.ts';
import {
  type ChannelLayer,
  type ChannelName,
  type InterceptedGroup,
  type LayerEvent,
  type Receive,
  requireName,
} from './layer.ts';

/** For one process. Promises resolve at once; `down` and `up` never come. */
export function createMemoryLayer(log: Log = createLog(1)): ChannelLayer {
  return new MemoryLayer(log);
}

/** Who hears which groups have somebody in this process: a member or a gate. */
export interface GroupObserver {
  /** Of this process, in the names of its channels. */
  readonly process: string;
  occupied(group: string): void;
  vacated(group: string): void;
}

interface Channel {
  readonly name: ChannelName;
  readonly receive: Receive;
  /** A few, as a rule: a list costs a connection a third of what a map does. */
  memberships: Membership[];
}

interface Membership {
  readonly receive: Receive;
  readonly group: Group;
  /** Where it stands in its group; -1 once it ended. */
  place: number;
}

/** The part of any layer that is in this process. */
export class MemoryLayer implements ChannelLayer {
  readonly #log: Log;
  readonly #landlord: GroupObserver;
  readonly #channels = new Map<ChannelName, Channel>();
  readonly #groups = new Map<string, Group>();
  #opened = 0;

  constructor(log: Log, landlord: GroupObserver = indifferent()) {
    this.#log = log;
    this.#landlord = landlord;
  }

  newChannel(receive: Receive, prefix = 'channel'): ChannelName {
    requireName(prefix);
    this.#opened += 1;
    const name = `${prefix}.${this.#landlord.process}!${this.#opened.toString(36)}`;
    this.#channels.set(name, { name, receive, memberships: NONE });
    return name;
  }

  close(name: ChannelName): void {
    const channel = this.#channels.get(name);
    if (channel === undefined) return;
    this.#channels.delete(name);
    for (const membership of channel.memberships) this.#end(membership);
  }

  async send(name: ChannelName, event: LayerEvent): Promise<void> {
    const channel = this.#channels.get(name);
    if (channel !== undefined) hand(event, channel.receive, this.#log);
  }

  async groupAdd(group: string, name: ChannelName): Promise<void> {
    requireName(group);
    const channel = this.#channels.get(name);
    if (channel === undefined) throw new Error(`channel ${name} is not open in this process`);
    if (membershipIn(group, channel) !== undefined) return;
    const membership = this.#group(group).add(channel);
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
    this.#end(membership);
  }

  async groupSend(name: string, event: LayerEvent): Promise<void> {
    const group = this.#groups.get(name);
    if (group === undefined) return requireName(name);
    group.take(event);
  }

  async intercept(name: string, receive: Receive): Promise<InterceptedGroup> {
    requireName(name);
    const group = this.#group(name);
    if (group.gate !== null) throw new Error(`group ${name} has a gate already`);
    group.gate = receive;
    let removed = false;
    return {
      deliver: (event) => {
        if (!removed) group.pass(event);
      },
      members: () => group.size,
      remove: async () => {
        if (removed) return;
        removed = true;
        group.gate = null;
        this.#forgetIfEmpty(group);
      },
    };
  }

  on(): () => void {
    return () => {};
  }

  async stop(): Promise<void> {
    for (const name of [...this.#channels.keys()]) this.close(name);
    for (const name of this.#groups.keys()) this.#landlord.vacated(name);
    this.#groups.clear();
  }

  #group(name: string): Group {
    const known = this.#groups.get(name);
    if (known !== undefined) return known;
    const group = new Group(name, this.#log);
    this.#groups.set(name, group);
    this.#landlord.occupied(name);
    return group;
  }

  #end(membership: Membership): void {
    membership.group.remove(membership);
    this.#forgetIfEmpty(membership.group);
  }

  #forgetIfEmpty(group: Group): void {
    if (group.size > 0 || group.gate !== null || this.#groups.get(group.name) !== group) return;
    this.#groups.delete(group.name);
    this.#landlord.vacated(group.name);
  }
}

function membershipIn(group: string, { memberships }: Channel): Membership | undefined {
  return memberships.find((membership) => membership.group.name === group);
}

/** Of who is nowhere yet. Never pushed to. */
const NONE: never[] = [];

function indifferent(): GroupObserver {
  return { process: crypto.randomUUID().replaceAll('-', ''), occupied: () => {}, vacated: () => {} };
}

class Group {
  readonly name: string;
  gate: Receive | null = null;
  readonly #log: Log;
  readonly #members: Membership[] = [];
  #passing = false;
  #ended = 0;
  /** What members sent to their own group while they were hearing something: heard after it, so that all hear one order. */
  readonly #after: LayerEvent[] = [];

  constructor(name: string, log: Log) {
    this.name = name;
    this.#log = log;
  }

  get size(): number {
    return this.#members.length - this.#ended;
  }

  add(channel: Channel): Membership {
    const membership = { receive: channel.receive, group: this, place: this.#members.length };
    this.#members.push(membership);
    return membership;
  }

  remove(membership: Membership): void {
    const place = membership.place;
    membership.place = -1;
    if (this.#passing) this.#ended += 1;
    else this.#vacate(place);
  }

  take(event: LayerEvent): void {
    if (this.gate === null) this.pass(event);
    else hand(event, this.gate, this.#log);
  }

  pass(event: LayerEvent): void {
    if (this.#passing) {
      this.#after.push(event);
      return;
    }
    this.#passing = true;
    this.#tell(event);
    for (let next = this.#after.shift(); next !== undefined; next = this.#after.shift()) this.#tell(next);
    this.#passing = false;
    if (this.#ended > 0) this.#compact();
  }

  /** Those who come meanwhile stand behind `count`, those who go have place -1. */
  #tell(event: LayerEvent): void {
    const count = this.#members.length;
    for (let place = 0; place < count; place += 1) {
      const member = this.#members[place];
      if (member !== undefined && member.place >= 0) hand(event, member.receive, this.#log);
    }
  }

  #vacate(place: number): void {
    const last = this.#members.pop();
    if (last === undefined || place === this.#members.length) return;
    last.place = place;
    this.#members[place] = last;
  }

  #compact(): void {
    let kept = 0;
    for (const member of this.#members) {
      if (member.place < 0) continue;
      member.place = kept;
      this.#members[kept] = member;
      kept += 1;
    }
    this.#members.length = kept;
    this.#ended = 0;
  }
}

function hand(event: LayerEvent, receive: Receive, log: Log): void {
  try {
    receive(event);
  } catch (error) {
    log.error(`a receiver of ${event.type} failed: ${faultLine(error)}`);
  }
}
