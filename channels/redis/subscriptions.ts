/** The part of a connection that subscribing needs. */
export interface Subscriber {
  subscribe(topics: string[], hear: TopicListener): Promise<void>;
  unsubscribe(topics: string[]): Promise<void>;
}

export type TopicListener = (text: string, topic: string) => void;

/**
 * What this process wants to hear, and what the connection of the moment has: made equal, with one command under way for
 * a topic at a time, so that however fast somebody comes and goes the last wish holds.
 */
export class Subscriptions {
  readonly #hear: TopicListener;
  readonly #topics = new Map<string, Topic>();
  #connection: Subscriber | null = null;

  constructor(hear: TopicListener) {
    this.#hear = hear;
  }

  /** Resolves when what is sent to the topic arrives; without a connection at once: the next one begins with it. */
  want(name: string): Promise<void> {
    return this.#wish(name, true);
  }

  unwant(name: string): Promise<void> {
    return this.#wish(name, false);
  }

  /** Resolves when all that is wanted is subscribed on this new connection; rejects when that ends before. */
  async begin(connection: Subscriber): Promise<void> {
    this.#connection = connection;
    const topics = [...this.#topics];
    for (const [, topic] of topics) topic.busy = true;
    for (let at = 0; at < topics.length; at += TOPICS_A_COMMAND) {
      await this.#beginSome(connection, topics.slice(at, at + TOPICS_A_COMMAND));
    }
  }

  /** The connection is gone: nobody waits for it any longer. */
  end(): void {
    this.#connection = null;
    for (const [name, topic] of this.#topics) {
      topic.held = false;
      topic.busy = false;
      this.#rest(name, topic);
    }
  }

  async #beginSome(connection: Subscriber, topics: readonly (readonly [string, Topic])[]): Promise<void> {
    await connection.subscribe(
      topics.map(([name]) => name),
      this.#hear,
    );
    if (this.#connection !== connection) return;
    for (const [name, topic] of topics) this.#done(name, topic, true);
  }

  async #wish(name: string, wanted: boolean): Promise<void> {
    const topic = this.#topics.get(name) ?? { wanted, held: false, busy: false, waiting: [] };
    topic.wanted = wanted;
    this.#topics.set(name, topic);
    if (this.#connection === null || (wanted === topic.held && !topic.busy)) return this.#rest(name, topic);
    const settled = new Promise<void>((resolve) => topic.waiting.push(resolve));
    this.#reconcile(name, topic);
    return settled;
  }

  #reconcile(name: string, topic: Topic): void {
    const connection = this.#connection;
    if (connection === null || topic.busy) return;
    if (topic.wanted === topic.held) return void this.#rest(name, topic);
    topic.busy = true;
    const { wanted } = topic;
    const work = wanted ? connection.subscribe([name], this.#hear) : connection.unsubscribe([name]);
    const done = (): void => {
      if (this.#connection === connection) this.#done(name, topic, wanted);
    };
    // A failure ends the connection, and `end` sees to the rest.
    work.then(done, () => {});
  }

  #done(name: string, topic: Topic, held: boolean): void {
    topic.busy = false;
    topic.held = held;
    this.#reconcile(name, topic);
  }

  #rest(name: string, topic: Topic): void {
    if (!topic.wanted && !topic.held) this.#topics.delete(name);
    for (const resolve of topic.waiting.splice(0)) resolve();
  }
}

interface Topic {
  wanted: boolean;
  held: boolean;
  /** A command for it is under way. */
  busy: boolean;
  readonly waiting: (() => void)[];
}

const TOPICS_A_COMMAND = 1_000;
