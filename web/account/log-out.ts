import $ from 'jquery';
import { showFormErrors } from '../api/form-errors.ts';
import { postAsPresentUser } from '../api/http.ts';
import { Dialog } from '../browser/dialog.ts';
import { messages } from '../locale/en.ts';

export interface LogOutParts {
  /** Messages that no server has taken yet. */
  readonly waitingCount: () => number;
  /** Would they still be there after signing in again? */
  readonly isSafeToLeave: () => boolean;
  /** The session ended, and the page stays. */
  readonly onLoggedOut: () => void;
}

/** Leaving for good. What is not sent yet is asked about before the session ends: after it, it cannot be sent. */
export class LogOut {
  readonly #button = $('#log-out');
  readonly #dialog = new Dialog('#leaving');
  /** `ended`: who logs out here hears of it by the socket, too; only the answer says where to go. */
  #state: 'here' | 'asked' | 'ended' = 'here';

  constructor(private readonly parts: LogOutParts) {
    this.#button.on('click', (event) => {
      event.preventDefault();
      if (this.#state !== 'here') return;
      if (parts.waitingCount() === 0) void this.#logOut();
      else this.#ask();
    });
    $('#leave-anyway').on('click', () => {
      this.#dialog.close();
      void this.#logOut();
    });
  }

  get isLeaving(): boolean {
    return this.#state !== 'here';
  }

  /** The session ended while it was asked to. */
  onSessionEnded(): void {
    this.#state = 'ended';
  }

  #ask(): void {
    $('#leaving-words').text(messages.notSentYet(this.parts.waitingCount(), this.parts.isSafeToLeave()));
    this.#dialog.open();
  }

  async #logOut(): Promise<void> {
    this.#state = 'asked';
    this.#button.attr('aria-disabled', 'true');
    const answer = await postAsPresentUser('/account/logout', {});
    if (answer.status === 200) return location.assign('/account');
    this.#onFailure();
    showFormErrors(answer, $('.me'));
  }

  #onFailure(): void {
    const hasEnded = this.#state === 'ended';
    this.#state = 'here';
    this.#button.removeAttr('aria-disabled');
    if (hasEnded) this.parts.onLoggedOut();
  }
}
