/** All that the scripts of the pages say, in one place. */
import type { RefusalCode } from '../protocol/refusals.ts';

const time = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'short' });

export const words = {
  loggedAs: (user: string) => `Logged as ${user}`,
  joined: (user: string) => `${user} has joined the chat`,
  left: (user: string) => `${user} has left the chat`,

  upToDate: 'up to date',
  connecting: 'connecting…',
  catchingUp: (toGo: number) => (toGo > 0 ? `catching up, ${toGo} to go` : 'catching up…'),
  offline: 'offline, trying again',
  signedOut: 'signed out',
  forbidden: 'you may no longer be here',
  gone: 'this room is gone',

  noRoomTitle: 'Rooms · Salon',
  roomTitle: (name: string) => `${name} · Salon`,
  chooseRoom: 'Choose a room',
  writeTo: (name: string) => `Write to ${name}`,
  roomHidden: 'This room is gone, or you may no longer enter it.',
  emptyRoom: 'Nobody has written here yet. Say something.',
  newBelow: (count: number) => (count === 1 ? '1 new message' : `${count} new messages`),
  backDown: 'To the newest',
  peopleHere: (count: number) => `Here now · ${count}`,
  people: (count: number) => (count === 0 ? 'People' : `People · ${count}`),
  morePeople: (count: number) => `and ${count} more`,
  peopleInRoom: (count: number) => (count === 1 ? '1 person here' : `${count} people here`),
  you: 'you',
  unread: 'new messages',

  waiting: 'waiting…',
  delayed: (code: RefusalCode) => (code === 'storage_full' ? "waiting: the server's disk is full" : 'waiting…'),
  notSent: (why: string) => `Not sent: ${why}`,
  reallyDelete: 'Really delete?',
  delete: 'Delete',
  saving: 'Saving…',
  notSaved: 'The connection was lost. Try again.',
  notConnected: 'Not connected now. Try again in a moment.',
  cannotBeSent: 'This message holds a character that cannot be sent.',
  earlier: 'Earlier messages',
  loadingEarlier: 'Loading…',
  earlierFailed: 'Earlier messages did not come. Try again',

  newVersion: 'A new version is here.',
  reload: 'Reload',
  sessionEnded: 'You are signed out. What you wrote stays here:',
  signInAgain: 'sign in again, in a new tab',

  noAnswer: 'The server does not answer. Check the connection and try again.',
  fault: 'Something went wrong on the server. Try again.',
  signIn: 'Sign in',
  signUp: 'Make an account',
  logIn: 'Log in',
  signingIn: 'One moment…',
  newHere: 'New here?',
  knownHere: 'Have an account?',

  clock: (when: Date, now: Date) =>
    when.toDateString() === now.toDateString() ? time.format(when) : `${day.format(when)}, ${time.format(when)}`,
  fullTime: (when: Date) => full.format(when),
} as const;
