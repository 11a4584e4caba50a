/** Errors of a form (S11), by the name of the field; `__all__` for the form as a whole. */
import { OperatorError } from '../operator-error.ts';

export interface FieldError {
  readonly message: string;
  readonly code: string;
}
export type FieldErrors = Readonly<Record<string, readonly FieldError[]>>;

export class FormErrors extends OperatorError {
  constructor(
    readonly errors: FieldErrors,
    /** 400; 429 when throttled and 503 when busy, both with the seconds until the next try. */
    readonly status: 400 | 429 | 503 = 400,
    readonly retryAfterS: number | null = null,
  ) {
    super(
      Object.values(errors)
        .flat()
        .map((error) => error.message)
        .join(' '),
    );
  }

  static of(field: string, code: string, message: string): FormErrors {
    return new FormErrors({ [field]: [{ message, code }] });
  }

  static whole(code: string, message: string): FormErrors {
    return FormErrors.of('__all__', code, message);
  }

  static wait(status: 429 | 503, code: string, message: string, retryAfterMs: number): FormErrors {
    return new FormErrors({ __all__: [{ message, code }] }, status, Math.max(1, Math.ceil(retryAfterMs / 1_000)));
  }
}

export function busy(retryAfterMs: number): FormErrors {
  return FormErrors.wait(503, 'busy', 'Too many people log in at once. Try again in a moment.', retryAfterMs);
}

/** One text for a wrong password, an unknown and a disabled user: it must not reveal which names exist. */
export function invalidLogin(): FormErrors {
  return FormErrors.whole(
    'invalid_login',
    'Please enter a correct username and password. Note that both fields may be case-sensitive.',
  );
}

export function nameTaken(): FormErrors {
  return FormErrors.of('username', 'taken', 'This name is taken, or looks like one that is.');
}

export function wrongOldPassword(): FormErrors {
  return FormErrors.of('old', 'wrong_password', 'This is not your password.');
}

export function signupClosed(): FormErrors {
  return FormErrors.whole('signup_closed', 'Signing up is closed here. Ask the host for an account.');
}

export function setupInvalid(): FormErrors {
  return FormErrors.whole(
    'setup_invalid',
    'This set-up link was used or replaced. Start the server again for a new one.',
  );
}

/** Runs all checks, and throws all their errors at once. */
export function checked<Fields extends Readonly<Record<string, () => unknown>>>(
  fields: Fields,
): { [Name in keyof Fields]: ReturnType<Fields[Name]> };
export function checked(fields: Readonly<Record<string, () => unknown>>): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  let errors: FieldErrors = {};
  for (const [name, check] of Object.entries(fields)) {
    try {
      values[name] = check();
    } catch (error) {
      if (!(error instanceof FormErrors)) throw error;
      errors = { ...errors, ...error.errors };
    }
  }
  if (Object.keys(errors).length > 0) throw new FormErrors(errors);
  return values;
}

/** A required text; anything but a string is refused, not converted. */
export function requiredText(field: string, value: unknown): string {
  if (value === undefined || value === null || value === '') {
    throw FormErrors.of(field, 'required', 'This field is required.');
  }
  if (typeof value !== 'string') throw FormErrors.of(field, 'invalid', 'This is not a text.');
  return value;
}
