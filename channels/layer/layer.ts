/**
 * The channel layer: how one connection's events reach other connections, in this process and in others.
 *
 * - A channel is one receiver in this process; its name is unique everywhere. A group is a set of channels in any process.
 * - Events sent from one place to a channel or a group arrive in the order in which they were sent.
 * - Inside a process nothing is dropped, and members receive an event before `groupSend` returns. Between processes
 *   delivery is at most once: an event that must not be lost has to be stored, and fetched when a gap shows.
 * - Sending waits for no other process. Outgoing events are bounded; above the bound, and while the other processes cannot
 *   be reached, an event is delivered in this process only, and the others learn of a gap as soon as possible.
 * - All members of a process receive the events of a group in one order. An event that a receiver sends to the group whose
 *   event it is just receiving is delivered to all after that event.
 * - A name that does not fit NAME is a TypeError.
 * - Adding twice is one membership; discarding a channel that is no member and sending to no member are no errors.
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
   * when events from other processes arrive as well, or when it is known that they cannot: then `up` will follow.
   */
  groupAdd(group: string, channel: ChannelName): Promise<void>;
  groupDiscard(group: string, channel: ChannelName): Promise<void>;
  groupSend(group: string, event: LayerEvent): Promise<void>;
  /**
   * Puts an interceptor before the members of a group in this process: it receives each event once, and decides what the
   * members receive and when, by `InterceptedGroup.deliver`. At most one interceptor for a group in each process.
   * Subscribes as a membership does.
   */
  intercept(group: string, receive: Receive): Promise<InterceptedGroup>;
  /**
   * Between `down` and `up` the layer may have missed events of other processes; both come at once when another process
   * could not send. Returns a function that removes the listener.
   */
  onConnectionChange(event: 'down' | 'up', listener: () => void): () => void;
  stop(): Promise<void>;
}

export interface InterceptedGroup {
  /** Delivers to the members of the group in this process, at once. */
  deliver(event: LayerEvent): void;
  memberCount(): number;
  /** Removes the interceptor; events reach the members directly again. */
  remove(): Promise<void>;
}

export interface LayerEvent {
  readonly type: string;
  readonly [key: string]: unknown;
}

export type Receive = (event: LayerEvent) => void;

export type ChannelName = string;

/** Names of groups and prefixes of channels. */
export const NAME = /^[A-Za-z0-9._-]{1,99}$/;

export function requireName(name: string): void {
  if (!NAME.test(name))
    throw new TypeError(`a name on the layer is 1 to 99 of A-Z a-z 0-9 . _ -, not ${JSON.stringify(name)}`);
}
