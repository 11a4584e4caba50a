import { isMessage } from '../../protocol/server-frames.ts';
import { postAs } from '../api/http.ts';
import type { ApiResponse } from '../api/response.ts';
import { apiOf } from '../browser/urls.ts';
import type { Outbox, Sender } from './outbox.ts';
import type { OutgoingMessage } from './outgoing-message.ts';
import { isLoggedOut, refusalOf } from './send-failure.ts';

/** The road for messages of a room that this page does not show. */
export class HttpSender implements Sender {
  #signedOut = 0;

  constructor(
    private readonly room: string,
    private readonly outbox: Outbox,
    private readonly author: string,
  ) {}

  send(message: OutgoingMessage): void {
    const path = `${apiOf(this.room)}/messages`;
    const fields = { message: message.text, nonce: message.nonce };
    void postAs(this.author, path, fields).then((answer) => this.#answered(message, answer));
  }

  #answered({ nonce }: OutgoingMessage, answer: ApiResponse): void {
    if (answer.status === 200 && isMessage(answer.body)) this.outbox.acknowledge(nonce, answer.body.seq);
    else this.outbox.refuse(nonce, refusalOf(answer, this.#signedOut));
    this.#signedOut = isLoggedOut(answer) ? this.#signedOut + 1 : 0;
  }
}
