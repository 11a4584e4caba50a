import $ from 'jquery';
import { isRecord, isText } from '../../protocol/shape.ts';
import { clearFormErrors, showFormErrors } from '../api/form-errors.ts';
import { post } from '../api/http.ts';
import { accountMessages } from '../locale/en-account.ts';
import { passwordField } from './password-field.ts';

const MODES = {
  login: {
    path: '/account/login',
    title: accountMessages.logIn,
    button: accountMessages.logIn,
    password: 'current-password',
  },
  signup: {
    path: '/account/signup',
    title: accountMessages.signUp,
    button: accountMessages.signUp,
    password: 'new-password',
  },
} as const;

/** One form for logging in and signing up. */
export class LogInForm {
  readonly #form = $('#account-form');
  readonly #name = $('#username');
  readonly #password = passwordField('#password');
  readonly #button = $('#log-in');
  readonly #setup = this.#form.attr('data-setup') ?? '';
  #mode: keyof typeof MODES = 'login';
  #isBusy = false;

  constructor(private readonly onLoggedIn: (user: string) => void) {
    this.#form.on('submit', (event) => {
      event.preventDefault();
      void this.#submit();
    });
    $('#other-way').on('click', (event) => {
      event.preventDefault();
      this.#setMode(this.#mode === 'login' ? 'signup' : 'login');
      this.#name.trigger('focus');
    });
    this.#setMode(this.#setup === '' ? 'login' : 'signup');
  }

  /** Shows the form empty, in log-in mode. `why`: the reason, shown above the button; may be empty. */
  start(why: string): void {
    this.#password.clear();
    this.#setMode('login');
    $('#form-error')
      .text(why)
      .prop('hidden', why === '');
    this.#name.trigger('focus');
  }

  async #submit(): Promise<void> {
    if (this.#isBusy) return;
    this.#password.hide();
    this.#setBusy('true');
    const response = await post(MODES[this.#mode].path, this.#fields());
    this.#setBusy('false');
    const { body } = response;
    if (response.status === 200 && isRecord(body) && isText(body.user)) this.#onSuccess(body.user);
    else showFormErrors(response, this.#form);
  }

  #fields(): Record<string, string> {
    const fields = { username: String(this.#name.val() ?? ''), password: this.#password.value };
    return this.#mode === 'signup' && this.#setup !== '' ? { ...fields, setup: this.#setup } : fields;
  }

  #onSuccess(user: string): void {
    clearFormErrors(this.#form);
    this.#password.clear();
    this.onLoggedIn(user);
  }

  #setBusy(busy: 'true' | 'false'): void {
    this.#isBusy = busy === 'true';
    this.#form.attr('aria-busy', busy);
    this.#button.attr('aria-disabled', busy).text(this.#isBusy ? accountMessages.inProgress : MODES[this.#mode].button);
  }

  #setMode(mode: keyof typeof MODES): void {
    this.#mode = mode;
    const { title, button, password } = MODES[mode];
    clearFormErrors(this.#form);
    $('#form-title').text(title);
    this.#button.text(button);
    this.#form.attr('data-way', mode);
    this.#password.autocomplete(password);
    $('#other-way-words').text(mode === 'login' ? accountMessages.newHere : accountMessages.haveAccount);
    $('#other-way').text(mode === 'login' ? accountMessages.signUp : accountMessages.logIn);
  }
}
