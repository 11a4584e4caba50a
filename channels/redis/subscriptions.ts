/** The part of a connection that subscriptions need. */
export interface Subscriber {
  subscribe(topics: string[], onMessage: TopicListener): Promise<void>;
  unsubscribe(topics: string[]): Promise<void>;
}

export type TopicListener = (text: string, topic: string) => void;

/**
 * Reconciles the topics that this process wants with those that the current connection has subscribed. Each topic has at
 * most one command under way, so however fast a topic is subscribed and unsubscribed, the last call wins.
 */
export class Subscriptions {
  readonly #onMessage: TopicListener;
  readonly #topics = new Map<string, Topic>();
  #connection: Subscriber | null = null;

  constructor(onMessage: TopicListener) {
    this.#onMessage = onMessage;
  }

  /** Resolves when messages of the topic arrive; without a connection at once: the next one subscribes it first. */
  subscribe(name: string): Promise<void> {
    return this.#setWanted(name, true);
  }

  unsubscribe(name: string): Promise<void> {
    return this.#setWanted(name, false);
  }

  /** Resolves when every wanted topic is subscribed on this new connection; rejects when it closes before. */
  async attach(connection: Subscriber): Promise<void> {
    this.#connection = connection;
    const topics = [...this.#topics];
    for (const [, topic] of topics) topic.isBusy = true;
    for (let at = 0; at < topics.length; at += TOPICS_PER_COMMAND) {
      await this.#subscribeBatch(connection, topics.slice(at, at + TOPICS_PER_COMMAND));
    }
  }

  /** The connection is lost: every waiting caller is released. */
  detach(): void {
    this.#connection = null;
    for (const [name, topic] of this.#topics) {
      topic.isSubscribed = false;
      topic.isBusy = false;
      this.#settle(name, topic);
    }
  }

  async #subscribeBatch(connection: Subscriber, topics: readonly (readonly [string, Topic])[]): Promise<void> {
    await connection.subscribe(
      topics.map(([name]) => name),
      this.#onMessage,
    );
    if (this.#connection !== connection) return;
    for (const [name, topic] of topics) this.#onCommandDone(name, topic, true);
  }

  async #setWanted(name: string, isWanted: boolean): Promise<void> {
    const topic = this.#topics.get(name) ?? { isWanted, isSubscribed: false, isBusy: false, waiters: [] };
    topic.isWanted = isWanted;
    this.#topics.set(name, topic);
    const isSettled = isWanted === topic.isSubscribed && !topic.isBusy;
    if (this.#connection === null || isSettled) return this.#settle(name, topic);
    const settled = new Promise<void>((resolve) => topic.waiters.push(resolve));
    this.#reconcile(name, topic);
    return settled;
  }

  #reconcile(name: string, topic: Topic): void {
    const connection = this.#connection;
    if (connection === null || topic.isBusy) return;
    if (topic.isWanted === topic.isSubscribed) return void this.#settle(name, topic);
    topic.isBusy = true;
    const { isWanted } = topic;
    const work = isWanted ? connection.subscribe([name], this.#onMessage) : connection.unsubscribe([name]);
    const onDone = (): void => {
      if (this.#connection === connection) this.#onCommandDone(name, topic, isWanted);
    };
    // A failure closes the connection, and `detach` settles the topic.
    work.then(onDone, () => {});
  }

  #onCommandDone(name: string, topic: Topic, isSubscribed: boolean): void {
    topic.isBusy = false;
    topic.isSubscribed = isSubscribed;
    this.#reconcile(name, topic);
  }

  #settle(name: string, topic: Topic): void {
    if (!topic.isWanted && !topic.isSubscribed) this.#topics.delete(name);
    for (const resolve of topic.waiters.splice(0)) resolve();
  }
}

interface Topic {
  isWanted: boolean;
  isSubscribed: boolean;
  /** A command for the topic is under way. */
  isBusy: boolean;
  readonly waiters: (() => void)[];
}

const TOPICS_PER_COMMAND = 1_000;
