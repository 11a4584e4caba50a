import $ from 'jquery';
import type { MessageState } from '../protocol/frames.ts';
import type { ConversationView } from './conversation.ts';
import { MessageRow, systemLine } from './message-row.ts';
import { namesSeen } from './names-seen.ts';
import type { OutboxView, Parcel, Refused } from './outbox.ts';
import type { PageUser } from './page-user.ts';
import { placeIn } from './sorted-place.ts';
import { words } from './words.ts';

/** The messages of one room, in the order of their numbers; what is not acknowledged yet stands below them. */
export class MessageList implements ConversationView, OutboxView {
  readonly #box = $('#messages');
  readonly #rows = new Map<number, MessageRow>();
  /** Numbers of the rows, rising. */
  readonly #order: number[] = [];
  /** Own ones that have no number yet, in the order of writing. */
  readonly #unplaced = new Map<string, MessageRow>();
  /** Stored, says the server; their place has not come yet. */
  readonly #sent = new Map<string, number>();

  constructor(
    private readonly me: PageUser,
    private readonly arrived: () => void,
  ) {
    this.#box.find('.message, .system').remove();
  }

  row(seq: number): MessageRow | undefined {
    return this.#rows.get(seq);
  }

  /** Of one's own that are stored. */
  get newestOwn(): number | undefined {
    return this.#order.findLast((seq) => this.#rows.get(seq)?.isOwn);
  }

  /** Who is known by name can be mentioned, in what stands here already too. */
  met(names: Iterable<string>): void {
    const strangers = namesSeen.add(names);
    if (strangers.length === 0) return;
    for (const row of [...this.#rows.values(), ...this.#unplaced.values()]) row.met(strangers);
  }

  cleared(): void {
    this.#box.find('.system').remove();
    for (const row of this.#rows.values()) row.node.remove();
    this.#rows.clear();
    this.#order.length = 0;
  }

  shown(message: MessageState): void {
    const known = this.#rows.get(message.seq);
    if (known !== undefined) known.show(message);
    else this.#showNew(message);
  }

  taken(seq: number): void {
    this.#rows.get(seq)?.node.remove();
    this.#rows.delete(seq);
    const at = this.#placeOf(seq);
    if (this.#order[at] === seq) this.#order.splice(at, 1);
  }

  say(text: string): void {
    this.#beforeUnplaced(systemLine(text));
  }

  waiting(parcel: Parcel): void {
    const row = new MessageRow(this.me, this.me.name);
    row.waiting(parcel);
    this.#unplaced.set(parcel.nonce, row);
    this.#box.append(row.node);
  }

  delayed(parcel: Parcel, code: Refused['code']): void {
    this.#unplaced.get(parcel.nonce)?.fate(words.delayed(code));
  }

  sent(parcel: Parcel, seq: number): void {
    this.#unplaced.get(parcel.nonce)?.normal();
    this.#sent.set(parcel.nonce, seq);
  }

  refused(parcel: Parcel, why: Refused): void {
    this.#unplaced.get(parcel.nonce)?.refused(words.notSent(why.message));
  }

  discarded(nonce: string): void {
    this.#unplaced.get(nonce)?.node.remove();
    this.#unplaced.delete(nonce);
  }

  /** What was stored before `position` and is not shown has its place above, or was deleted since. */
  dropStored(position: number): void {
    for (const [nonce, seq] of this.#sent) {
      if (seq > position) continue;
      this.#sent.delete(nonce);
      this.discarded(nonce);
    }
  }

  #showNew(message: MessageState): void {
    this.met([message.user]);
    const row = this.#takeOwn(message) ?? new MessageRow(this.me, message.user);
    const isNewest = message.seq > (this.#order.at(-1) ?? 0);
    row.show(message);
    this.#place(message.seq, row);
    if (isNewest && message.user !== this.me.name) this.arrived();
  }

  #takeOwn(message: MessageState): MessageRow | undefined {
    if (message.nonce === undefined || message.user !== this.me.name) return undefined;
    const row = this.#unplaced.get(message.nonce);
    this.#unplaced.delete(message.nonce);
    this.#sent.delete(message.nonce);
    return row;
  }

  #place(seq: number, row: MessageRow): void {
    const at = this.#placeOf(seq);
    const next = this.#rows.get(this.#order[at] ?? Number.NaN);
    this.#order.splice(at, 0, seq);
    this.#rows.set(seq, row);
    if (next !== undefined) row.node.insertBefore(next.node);
    else this.#beforeUnplaced(row.node);
  }

  /** A node that stands where it belongs is not touched. */
  #beforeUnplaced(node: JQuery): void {
    const [first] = this.#unplaced.values();
    const next = first?.node ?? $();
    if (node[0]?.isConnected && node.next()[0] === next[0]) return;
    if (first === undefined) this.#box.append(node);
    else node.insertBefore(next);
  }

  /** The index of the first number that is not below `seq`; nearly always that of the end. */
  #placeOf(seq: number): number {
    if (seq > (this.#order.at(-1) ?? 0)) return this.#order.length;
    return placeIn(this.#order, (each) => each < seq);
  }
}
