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

/** Signing in and signing up: one form, two ways. */
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

  /** `why`: what to say first, if anything. */
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
    const answer = await post(MODES[this.#mode].path, this.#fields());
    this.#setBusy('false');
    const { body } = answer;
    if (answer.status === 200 && isRecord(body) && isText(body.user)) this.#onSuccess(body.user);
    else showFormErrors(answer, this.#form);
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

  #setMode(way: keyof typeof MODES): void {
    this.#mode = way;
    const { title, button, password } = MODES[way];
    clearFormErrors(this.#form);
    $('#form-title').text(title);
    this.#button.text(button);
    this.#form.attr('data-way', way);
    this.#password.autocomplete(password);
    $('#other-way-words').text(way === 'login' ? accountMessages.newHere : accountMessages.haveAccount);
    $('#other-way').text(way === 'login' ? accountMessages.signUp : accountMessages.logIn);
  }
}
