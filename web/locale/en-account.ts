/** Texts of the account page alone, so that the chat page does not load them. */
import { messages } from './en.ts';

const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export const accountMessages = {
  loggedAs: (user: string) => `Logged as ${user}`,
  signUp: 'Sign up',
  logIn: 'Log in',
  inProgress: 'One moment…',
  newHere: 'New here?',
  haveAccount: 'Have an account?',
  show: 'Show',
  hide: 'Hide',
  showPassword: 'Show the password',
  hidePassword: 'Hide the password',
  capsLock: 'Caps Lock is on.',
  loggedOutElsewhere:
    'You were logged out: in another tab, on another device, by the administrator, or after a long absence. Log in to come back.',
  sessionOver: 'Your session has ended. Log in again.',
  passwordChanged: 'Your password is changed. You are logged out everywhere else.',
  unknownDevice: 'Unknown browser',
  thisSession: 'this one',
  /** `seen`: null for the current session. */
  sessionTimes: (created: Date, seen: Date | null, now: Date) =>
    `Since ${moment(created, now)}${seen === null ? '' : ` · last used ${ago(seen, now)}`}`,
  endSession: (device: string, times: string) => `End: ${device}. ${times}`,
  sessionEnded: (device: string) => `${device} is logged out.`,
  othersEnded: 'You are logged out everywhere else.',
} as const;

function moment(when: Date, now: Date): string {
  return when.toDateString() === now.toDateString()
    ? messages.time(when)
    : `${day.format(when)}, ${messages.time(when)}`;
}

/** In hours: the server stores the time of last use no more precisely. */
function ago(when: Date, now: Date): string {
  const passedMs = now.getTime() - when.getTime();
  if (passedMs < HOUR_MS) return 'within the hour';
  if (passedMs < DAY_MS) return passedMs < 2 * HOUR_MS ? 'an hour ago' : `${Math.floor(passedMs / HOUR_MS)} hours ago`;
  return passedMs < 2 * DAY_MS ? 'a day ago' : `${Math.floor(passedMs / DAY_MS)} days ago`;
}
