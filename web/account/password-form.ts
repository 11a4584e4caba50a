import $ from 'jquery';
import { clearFormErrors, showFormErrors } from '../api/form-errors.ts';
import { post } from '../api/http.ts';
import type { ApiResponse } from '../api/response.ts';
import { accountMessages } from '../locale/en-account.ts';
import { passwordField } from './password-field.ts';

/** Changes the user's password. The server ends their other sessions and gives this one a new token. */
export class PasswordForm {
  readonly #part = $('#password-part');
  readonly #form = $('#password-form');
  readonly #button = $('#change-password');
  readonly #done = $('#password-done');
  readonly #old = passwordField('#old-password');
  readonly #new = passwordField('#new-password');
  #isBusy = false;

  /** `isAboutUser`: false when the response is not about this page's user; the callback then updates the page. */
  constructor(private readonly isAboutUser: (response: ApiResponse) => boolean) {
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
    const response = await post('/account/password', { old: this.#old.value, new: this.#new.value });
    this.#setBusy('false');
    if (!this.isAboutUser(response)) return;
    if (response.status !== 200) return showFormErrors(response, this.#form);
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
