import { PASSWORD_MAX, PASSWORD_MIN } from '../../protocol/limits.ts';
import { FormErrors, requiredText } from './form-errors.ts';
import { hasNameLength, userNameKey } from './user-name.ts';

const COMMON_FILE = new URL('./common-passwords.txt', import.meta.url);

/** One character repeated, and the product's name with digits and signs around it. */
const ONE_CHARACTER = /^(.)\1*$/su;
const PRODUCT = /^(?=.*salon)(?:salon|chat|\P{L})+$/su;

let common: Promise<ReadonlySet<string>> | undefined;

/**
 * The password of a log-in attempt. Refused before it is hashed when no account can have it: hashing a megabyte is work,
 * too.
 */
export function parsePassword(field: string, value: unknown): string {
  const password = requiredText(field, value);
  if (password.length > 2 * PASSWORD_MAX || characters(password) > PASSWORD_MAX) throw tooLong(field);
  return password.toWellFormed().normalize('NFC');
}

/** A new password: long enough, and not among the first that an attacker would try. */
export function parseNewPassword(field: string, value: unknown, common: ReadonlySet<string>): string {
  const password = parsePassword(field, value);
  if (characters(password) < PASSWORD_MIN) throw tooShort(field);
  const plain = password.toLowerCase();
  if (common.has(plain) || ONE_CHARACTER.test(plain) || PRODUCT.test(plain)) throw tooCommon(field);
  return password;
}

export function refuseNameAsPassword(field: string, password: string, name: string): void {
  if (hasNameLength(password) && userNameKey(password) === userNameKey(name)) throw likeName(field);
}

/** Read on first use, so that the start does not wait for it. */
export function commonPasswords(): Promise<ReadonlySet<string>> {
  common ??= Bun.file(COMMON_FILE)
    .text()
    .then((text) => new Set(text.split('\n')));
  return common;
}

function characters(text: string): number {
  return [...text].length;
}

function tooLong(field: string): FormErrors {
  return FormErrors.of(field, 'password_too_long', `A password has at most ${PASSWORD_MAX} characters.`);
}

function tooShort(field: string): FormErrors {
  return FormErrors.of(
    field,
    'password_too_short',
    `A password has at least ${PASSWORD_MIN} characters; 15 and more are better.`,
  );
}

function tooCommon(field: string): FormErrors {
  return FormErrors.of(field, 'password_too_common', 'This password is among the first that anybody would try.');
}

function likeName(field: string): FormErrors {
  return FormErrors.of(field, 'password_like_name', 'This password is the user name.');
}
