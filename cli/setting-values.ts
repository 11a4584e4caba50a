/** Validates the text of one setting. Every check returns the value, or throws a SettingError: one line, with the mend. */
import { closeSync, openSync } from 'node:fs';
import { isIP } from 'node:net';
import { OperatorError } from '../server/operator-error.ts';

/** A mistake on the command line or in the environment; the message is one line for the operator. */
export class SettingError extends OperatorError {}

/** The text of a setting, and the name under which it was given: `--port` or `PORT`. */
export interface Given {
  readonly name: string;
  readonly text: string;
}

const SHOWN_CHARACTERS = 60;
/** The kernel's limit for the path of a unix socket. */
const SOCKET_PATH_BYTES = 107;

export function wholeNumber(given: Given, min: number, max: number): number {
  const value = Number(given.text);
  if (!/^\d{1,9}$/.test(given.text) || value < min || value > max) {
    throw settingError(given, `is not a whole number from ${min} to ${max}`);
  }
  return value;
}

export function decimal(given: Given, min: number, max: number): number {
  const value = Number(given.text);
  if (!/^\d{1,9}(\.\d{1,6})?$/.test(given.text) || value < min || value > max) {
    throw settingError(given, `is not a number from ${min} to ${max}`);
  }
  return value;
}

export function oneOf<T extends string>(given: Given, words: readonly T[]): T {
  const word = words.find((each) => each === given.text);
  if (word === undefined) throw settingError(given, `is not one of: ${words.join(', ')}`);
  return word;
}

export function verbosity(given: Given): 0 | 1 | 2 | 3 {
  switch (given.text) {
    case '0':
      return 0;
    case '1':
      return 1;
    case '2':
      return 2;
    case '3':
      return 3;
    default:
      throw settingError(given, 'is not a whole number from 0 (what went wrong) to 3 (everything)');
  }
}

/** An address or a name to listen on. */
export function listenAddress(given: Given): string {
  const named = /^(?!-)[A-Za-z0-9.-]{1,253}$/.test(given.text) && !/^[\d.]+$/.test(given.text);
  if (isIP(given.text) === 0 && !named) {
    throw settingError(given, 'is not an address to listen on, as 127.0.0.1, 0.0.0.0 (everywhere) or ::1');
  }
  return given.text;
}

export function path(given: Given): string {
  if (given.text.includes('\0')) throw settingError(given, 'is not a path');
  return given.text;
}

export function socketPath(given: Given): string {
  if (Buffer.byteLength(path(given)) > SOCKET_PATH_BYTES) {
    throw settingError(given, `is too long for a unix socket: at most ${SOCKET_PATH_BYTES} bytes`);
  }
  return given.text;
}

/** `-`, or a file to which lines can be appended. */
export function lineTarget(given: Given): string {
  if (given.text === '-') return '-';
  try {
    closeSync(openSync(path(given), 'a', 0o640));
  } catch {
    throw settingError(given, 'is not a file that can be written');
  }
  return given.text;
}

/** Scheme, host and port, as a browser sends them in the Origin header. */
export function origin(given: Given): string {
  const url = URL.canParse(given.text) ? new URL(given.text) : null;
  const plain = url !== null && /^https?:$/.test(url.protocol) && `${url.origin}/` === url.href;
  if (!plain) throw settingError(given, 'is not an origin, as https://chat.example.org (no path behind it)');
  return url.origin;
}

/** The address itself is not shown: it may hold a password. */
export function databaseUrl(given: Given): string {
  const protocol = URL.canParse(given.text) ? new URL(given.text).protocol : '';
  if (protocol === 'postgres:' || protocol === 'postgresql:') return given.text;
  throw new SettingError(
    `${given.name} is not an address as postgres://user:password@host:5432/database (encode @ : / ? # % in a password).`,
  );
}

export function redisUrl(given: Given): string {
  if (/^(?:rediss?|unix)(?:\+\w+)?:\/\//.test(given.text)) return given.text;
  throw new SettingError(`${given.name} is not an address as redis://user:password@host:6379.`);
}

export function addressOrNetwork(given: Given): string {
  const [address = '', bits, more] = given.text.split('/');
  const family = isIP(address);
  const bitsAreFine = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
  if (family === 0 || !bitsAreFine || more !== undefined) {
    throw settingError(given, 'is not an address or a network, as 10.0.0.7 or 10.0.0.0/8');
  }
  return given.text;
}

export function settingError(given: Given, what: string): SettingError {
  return new SettingError(`${given.name}: ${printable(given.text)} ${what}.`);
}

/** Escaped and shortened, so that any text stays on one line. */
export function printable(text: string): string {
  return JSON.stringify(text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text);
}
