import $ from 'jquery';
import { clearFormErrors, showFormErrors } from '../api/form-errors.ts';
import { post } from '../api/http.ts';
import type { ApiResponse } from '../api/response.ts';
import { accountMessages } from '../locale/en-account.ts';
import { passwordField } from './password-field.ts';

/** A new password for who is signed in. The server ends their other sessions and gives this one a new token. */
export class PasswordForm {
  readonly #part = $('#password-part');
  readonly #form = $('#password-form');
  readonly #button = $('#change-password');
  readonly #done = $('#password-done');
  readonly #old = passwordField('#old-password');
  readonly #new = passwordField('#new-password');
  #isBusy = false;

  /** `isOurs`: false when the answer was not for the person on this page; then somebody else sees to it. */
  constructor(private readonly isAboutUser: (answer: ApiResponse) => boolean) {
    this.#form.on('submit', (event) => {
      event.preventDefault();
      if (!this.#isBusy) void this.#submit();
    });
  }

  start(user: string): void {
    $('#own-name').val(user);
    this.#clear();
    this.#done.text('');
    this.#part.prop('open', false);
  }

  async #submit(): Promise<void> {
    this.#done.text('');
    this.#old.hide();
    this.#new.hide();
    this.#setBusy('true');
    const answer = await post('/account/password', { old: this.#old.value, new: this.#new.value });
    this.#setBusy('false');
    if (!this.isAboutUser(answer)) return;
    if (answer.status !== 200) return showFormErrors(answer, this.#form);
    this.#clear();
    this.#done.text(accountMessages.passwordChanged);
  }

  #clear(): void {
    clearFormErrors(this.#form);
    this.#old.clear();
    this.#new.clear();
  }

  #setBusy(busy: 'true' | 'false'): void {
    this.#isBusy = busy === 'true';
    this.#form.attr('aria-busy', busy);
    this.#button.attr('aria-disabled', busy);
  }
}
