import $ from 'jquery';
import { accountMessages } from '../locale/en-account.ts';

/** A password field with a button that reveals the password, and a warning while Caps Lock is on. */
export class PasswordField {
  readonly #reveal: JQuery;
  readonly #caps: JQuery;

  constructor(private readonly input: JQuery) {
    this.#reveal = input.siblings('.reveal').prop('hidden', false);
    this.#caps = input.closest('.field').find('.caps');
    this.#reveal.on('click', (event) => {
      event.preventDefault();
      this.#show(this.#isShown ? 'hidden' : 'shown');
      this.input.trigger('focus');
    });
    input.on('keydown keyup', ({ originalEvent }) => {
      if (originalEvent instanceof KeyboardEvent) this.#showCapsLock(originalEvent.getModifierState('CapsLock'));
    });
    input.on('blur', () => this.#showCapsLock(false));
    this.#show('hidden');
  }

  get value(): string {
    return String(this.input.val() ?? '');
  }

  /** Hides the password during the request; password managers also look for a field of this type. */
  hide(): void {
    this.#show('hidden');
  }

  clear(): void {
    this.input.val('');
    this.hide();
  }

  autocomplete(kind: 'current-password' | 'new-password'): void {
    this.input.attr('autocomplete', kind);
  }

  get #isShown(): boolean {
    return this.input.attr('type') === 'text';
  }

  #show(what: 'shown' | 'hidden'): void {
    const [type, text, label] =
      what === 'shown'
        ? ['text', accountMessages.hide, accountMessages.hidePassword]
        : ['password', accountMessages.show, accountMessages.showPassword];
    this.input.attr('type', type);
    this.#reveal.text(text).attr('aria-label', label);
  }

  #showCapsLock(isOn: boolean): void {
    const text = isOn ? accountMessages.capsLock : '';
    if (this.#caps.text() !== text) this.#caps.text(text);
  }
}

export function passwordField(selector: string): PasswordField {
  return new PasswordField($(selector));
}
