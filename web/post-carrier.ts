import type { MessageState } from '../protocol/frames.ts';
import { REFUSALS, type RefusalCode } from '../protocol/refusals.ts';
import { questionsOf } from './address.ts';
import { type Answer, codeOf, post, sentenceOf } from './ajax.ts';
import type { Carrier, Outbox, Parcel, Refused } from './outbox.ts';
import { MESSAGE } from './server-frame.ts';
import { hasKeys, isRecord } from './shape.ts';

const RETRY_MS = 3_000;

/** The road for messages of a room that one has left before they were acknowledged. */
export class PostCarrier implements Carrier {
  constructor(
    private readonly room: string,
    private readonly outbox: Outbox,
  ) {}

  carry(parcel: Parcel): void {
    const path = `${questionsOf(this.room)}/messages`;
    void post(path, { message: parcel.text, nonce: parcel.nonce }).then((answer) => this.#answered(parcel, answer));
  }

  #answered({ nonce }: Parcel, answer: Answer): void {
    if (answer.status === 200 && isMessage(answer.body)) this.outbox.acknowledge(nonce, answer.body.seq);
    else this.outbox.refuse(nonce, refusalOf(answer));
  }
}

export function refusalOf(answer: Answer): Refused {
  const code = knownCode(codeOf(answer));
  const final =
    code === null ? answer.status >= 400 && answer.status < 500 && answer.status !== 429 : REFUSALS[code].final;
  const message = sentenceOf(answer) || REFUSALS.busy.message;
  return { code: code ?? 'busy', message, final, retry_after: retryAfterMs(answer) };
}

function knownCode(code: string): RefusalCode | null {
  return isRefusalCode(code) ? code : null;
}

function isRefusalCode(code: string): code is RefusalCode {
  return Object.hasOwn(REFUSALS, code);
}

function retryAfterMs({ body }: Answer): number {
  const error = isRecord(body) ? body.error : null;
  const told = isRecord(error) ? error.retry_after : null;
  return typeof told === 'number' && told > 0 ? told : RETRY_MS;
}

function isMessage(value: unknown): value is MessageState {
  return hasKeys(MESSAGE)(value);
}
