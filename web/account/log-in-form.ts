import $ from 'jquery';
import { isRecord, isText } from '../../protocol/shape.ts';
import { clearFormErrors, showFormErrors } from '../api/form-errors.ts';
import { post } from '../api/http.ts';
import { accountMessages } from '../locale/en-account.ts';
import { passwordField } from './password-field.ts';

const WAYS = {
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
  #way: keyof typeof WAYS = 'login';
  #isBusy = false;

  constructor(private readonly signedIn: (user: string) => void) {
    this.#form.on('submit', (event) => {
      event.preventDefault();
      void this.#submit();
    });
    $('#other-way').on('click', (event) => {
      event.preventDefault();
      this.#choose(this.#way === 'login' ? 'signup' : 'login');
      this.#name.trigger('focus');
    });
    this.#choose(this.#setup === '' ? 'login' : 'signup');
  }

  /** `why`: what to say first, if anything. */
  begin(why: string): void {
    this.#password.clear();
    this.#choose('login');
    $('#form-error')
      .text(why)
      .prop('hidden', why === '');
    this.#name.trigger('focus');
  }

  async #submit(): Promise<void> {
    if (this.#isBusy) return;
    this.#password.hide();
    this.#busy('true');
    const answer = await post(WAYS[this.#way].path, this.#fields());
    this.#busy('false');
    const { body } = answer;
    if (answer.status === 200 && isRecord(body) && isText(body.user)) this.#welcome(body.user);
    else showFormErrors(answer, this.#form);
  }

  #fields(): Record<string, string> {
    const fields = { username: String(this.#name.val() ?? ''), password: this.#password.value };
    return this.#way === 'signup' && this.#setup !== '' ? { ...fields, setup: this.#setup } : fields;
  }

  #welcome(user: string): void {
    clearFormErrors(this.#form);
    this.#password.clear();
    this.signedIn(user);
  }

  #busy(busy: 'true' | 'false'): void {
    this.#isBusy = busy === 'true';
    this.#form.attr('aria-busy', busy);
    this.#button.attr('aria-disabled', busy).text(this.#isBusy ? accountMessages.signingIn : WAYS[this.#way].button);
  }

  #choose(way: keyof typeof WAYS): void {
    this.#way = way;
    const { title, button, password } = WAYS[way];
    clearFormErrors(this.#form);
    $('#form-title').text(title);
    this.#button.text(button);
    this.#form.attr('data-way', way);
    this.#password.autocomplete(password);
    $('#other-way-words').text(way === 'login' ? accountMessages.newHere : accountMessages.knownHere);
    $('#other-way').text(way === 'login' ? accountMessages.signUp : accountMessages.logIn);
  }
}
