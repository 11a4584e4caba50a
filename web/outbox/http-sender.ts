import { isMessage } from '../../protocol/server-frames.ts';
import { postAs } from '../api/http.ts';
import type { ApiResponse } from '../api/response.ts';
import { roomApiPath } from '../browser/urls.ts';
import type { Outbox, Sender } from './outbox.ts';
import type { OutgoingMessage } from './outgoing-message.ts';
import { isLoggedOut, refusalOf } from './send-failure.ts';

/** What the answers tell about the session. */
export interface SessionListener {
  onLoggedOut(): void;
  onLoggedIn(): void;
}

/** Sends the messages of a room that this page does not show. */
export class HttpSender implements Sender {
  /** Consecutive answers that the user is logged out. */
  #loggedOutTries = 0;

  constructor(
    private readonly room: string,
    private readonly outbox: Outbox,
    private readonly author: string,
    private readonly session: SessionListener,
  ) {}

  send(message: OutgoingMessage): void {
    const path = `${roomApiPath(this.room)}/messages`;
    const fields = { message: message.text, nonce: message.nonce };
    void postAs(this.author, path, fields).then((response) => this.#onResponse(message, response));
  }

  #onResponse({ nonce }: OutgoingMessage, response: ApiResponse): void {
    if (response.status === 200 && isMessage(response.body)) this.outbox.acknowledge(nonce, response.body.seq);
    else this.outbox.refuse(nonce, refusalOf(response, this.#loggedOutTries));
    this.#loggedOutTries = isLoggedOut(response) ? this.#loggedOutTries + 1 : 0;
    if (isLoggedOut(response)) this.session.onLoggedOut();
    else if (response.status === 200) this.session.onLoggedIn();
  }
}
