import $ from 'jquery';
import { showFormErrors } from '../api/form-errors.ts';
import { postAsPresentUser } from '../api/http.ts';
import { Dialog } from '../browser/dialog.ts';
import { messages } from '../locale/en.ts';

export interface LogOutParts {
  /** Messages that the server has not acknowledged yet. */
  readonly waitingCount: () => number;
  /** They would still be there after the next log-in. */
  readonly isSafeToLeave: () => boolean;
  /** Called when the session has ended and the page stays. */
  readonly onLoggedOut: () => void;
}

/** The log-out button. It asks about unsent messages before the session ends, because after it they cannot be sent. */
export class LogOut {
  readonly #button = $('#log-out');
  readonly #dialog = new Dialog('#leaving');
  /** `ended`: the socket also reports the log-out requested here; what follows depends on the HTTP response alone. */
  #state: 'idle' | 'requested' | 'ended' = 'idle';

  constructor(private readonly parts: LogOutParts) {
    this.#button.on('click', (event) => {
      event.preventDefault();
      if (this.#state !== 'idle') return;
      if (parts.waitingCount() === 0) void this.#logOut();
      else this.#ask();
    });
    $('#leave-anyway').on('click', () => {
      this.#dialog.close();
      void this.#logOut();
    });
  }

  get isLeaving(): boolean {
    return this.#state !== 'idle';
  }

  /** The socket reports the end of the session during the log-out. */
  onSessionEnded(): void {
    this.#state = 'ended';
  }

  #ask(): void {
    $('#leaving-words').text(messages.notSentYet(this.parts.waitingCount(), this.parts.isSafeToLeave()));
    this.#dialog.open();
  }

  async #logOut(): Promise<void> {
    this.#state = 'requested';
    this.#button.attr('aria-disabled', 'true');
    const response = await postAsPresentUser('/account/logout', {});
    if (response.status === 200) return location.assign('/account');
    this.#onFailure();
    showFormErrors(response, $('.me'));
  }

  #onFailure(): void {
    const hasEnded = this.#state === 'ended';
    this.#state = 'idle';
    this.#button.removeAttr('aria-disabled');
    if (hasEnded) this.parts.onLoggedOut();
  }
}
