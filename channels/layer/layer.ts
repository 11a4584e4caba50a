/**
 * The channel layer: how one connection's events reach other connections, in this process and in others.
 *
 * - A channel is one receiver, here; its name is unique everywhere. A group is a set of channels, anywhere.
 * - What is sent to a channel or a group from one place arrives in the order in which it was sent.
 * - Inside a process nothing is dropped and members hear an event before `groupSend` returns. Between processes delivery
 *   is at most once: what must not be lost has to be stored, and fetched when a gap shows.
 * - Sending waits for no other process. What waits for the way out is bounded; past the bound, and while the others cannot
 *   be reached, an event is heard in this process only, and the others are told of a gap as soon as they can be.
 * - All members of a process hear the events of a group in one order. What a receiver sends to the group that it is just
 *   hearing is heard by all when they have heard that, too.
 * - A name that does not fit NAME is a TypeError.
 * - Adding twice is one membership; discarding who is no member, sending to nobody: no error.
 * - An event is JSON: an object with a `type`. Receivers share it and must not change it.
 */
export interface ChannelLayer {
  /** Opens a channel; `receive` must not throw. */
  newChannel(receive: Receive, prefix?: string): ChannelName;
  /** Closes a channel and takes it out of all its groups. */
  close(channel: ChannelName): void;
  send(channel: ChannelName, event: LayerEvent): Promise<void>;
  /**
   * The channel must be open in this process. Local membership begins at once, before the promise; the promise resolves
   * when events from other processes arrive as well, or when it is known that they cannot: then `up` will come.
   */
  groupAdd(group: string, channel: ChannelName): Promise<void>;
  groupDiscard(group: string, channel: ChannelName): Promise<void>;
  groupSend(group: string, event: LayerEvent): Promise<void>;
  /**
   * Puts a gate before the members of a group in this process: it hears each event once, and decides what the members
   * hear and when, by `Gated.pass`. At most one gate a group and process. Subscribes as a membership does.
   */
  intercept(group: string, receive: Receive): Promise<InterceptedGroup>;
  /**
   * Between the two events the layer may have missed what other processes sent; both come at once when it was another
   * process that could not send. Answers what ends the listening.
   */
  on(event: 'down' | 'up', listener: () => void): () => void;
  stop(): Promise<void>;
}

export interface InterceptedGroup {
  /** To the members of the group in this process, now. */
  deliver(event: LayerEvent): void;
  members(): number;
  /** Takes the gate away; events reach the members directly again. */
  remove(): Promise<void>;
}

export interface LayerEvent {
  readonly type: string;
  readonly [key: string]: unknown;
}

export type Receive = (event: LayerEvent) => void;

export type ChannelName = string;

/** Of groups and of channels' prefixes. */
export const NAME = /^[A-Za-z0-9._-]{1,99}$/;

export function requireName(name: string): void {
  if (!NAME.test(name))
    throw new TypeError(`a name on the layer is 1 to 99 of A-Z a-z 0-9 . _ -, not ${JSON.stringify(name)}`);
}
