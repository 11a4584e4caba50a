/** All texts that the scripts show; those of the account page alone are in en-account.ts. */
import type { RefusalCode } from '../../protocol/refusals.ts';

const time = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });
const fullDay = new Intl.DateTimeFormat(undefined, { dateStyle: 'full' });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'short' });

const MINUTE_MS = 60_000;

export const messages = {
  joined: (user: string) => `${user} has joined the chat`,
  left: (user: string) => `${user} has left the chat`,
  joinedAndLeft: (came: number, went: number) => {
    const people = (count: number): string => (count === 1 ? '1 person' : `${count} people`);
    if (went === 0) return `${people(came)} joined`;
    return came === 0 ? `${people(went)} left` : `${people(came)} joined, ${went} left`;
  },

  upToDate: 'up to date',
  connecting: 'connecting…',
  catchingUp: (toGo: number) => (toGo > 0 ? `catching up, ${toGo} to go` : 'catching up…'),
  offline: 'offline, trying again',
  loggedOut: 'logged out',
  forbidden: 'you no longer have access',
  gone: 'this room is gone',

  noRoomTitle: 'Rooms · Salon',
  roomTitle: (name: string) => `${name} · Salon`,
  chooseRoom: 'Choose a room',
  writeTo: (name: string) => `Write to ${name}`,
  roomHidden: 'This room is gone, or you no longer have access to it.',
  emptyRoom: 'No messages yet. Write the first one.',
  newBelow: (count: number) => (count === 1 ? '1 new message' : `${count} new messages`),
  backDown: 'To the newest',
  /** Contains the visible text of the button, so that voice control finds it by that text. */
  people: (count: number) => (count === 0 ? 'People' : `People · ${messages.count(count)}`),
  /** Null: more than the loaded messages show. */
  unreadDivider: (count: number | null) => (count === null ? 'New messages' : messages.newBelow(count)),
  messageGone: 'This message no longer exists.',
  copied: 'Copied',
  /** For screen readers. */
  spoken: (user: string, text: string) => `${user}: ${text}`,
  spokenCount: (count: number, room: string) => `${count} new messages in ${room}`,
  peopleHere: (count: number) => `Here now · ${count}`,
  morePeople: (count: number) => `and ${count} more`,
  peopleInRoom: (count: number) => {
    if (count === 0) return 'nobody here';
    return count === 1 ? '1 person here' : `${count} people here`;
  },
  you: 'you',
  code: 'Code',
  /** Short enough to fit beside a name. */
  count: (count: number) => (count > 99 ? '99+' : String(count)),
  counted: (count: number, title: string) => (count === 0 ? title : `(${messages.count(count)}) ${title}`),
  newMessages: (count: number) => {
    if (count === 1) return '1 new message';
    return count > 99 ? 'over 99 new messages' : `${count} new messages`;
  },
  newToYou: 'New to you',
  roomsAnd: (count: number) => (count === 0 ? 'Rooms' : `Rooms, ${messages.newMessages(count)}`),
  roomsFailed: "Couldn't load the rooms from the server. Trying again…",
  roomYours: 'Name and topic',
  noTopic: 'No topic yet.',
  ago: (ms: number) => {
    const seconds = Math.floor(ms / 1_000);
    if (seconds < 60) return `${seconds - (seconds % 5)} s ago`;
    return seconds < 3_600 ? `${Math.floor(seconds / 60)} min ago` : `${Math.floor(seconds / 3_600)} h ago`;
  },
  macKey: (key: string) => ({ Ctrl: '⌘', Alt: '⌥', Shift: '⇧' })[key] ?? key,

  mentionedIn: (user: string, room: string) => `${user} in ${room}`,
  wasMentioned: 'You were mentioned while you were away.',
  notifyMe: 'Notify me next time',
  noNotifications: 'This browser shows no notifications for pages loaded over plain HTTP. The sound works.',
  notificationsDenied: 'Notifications from this page are blocked. You can allow them in the settings of the browser.',

  waiting: 'waiting…',
  delayed: (code: RefusalCode) => (code === 'storage_full' ? "waiting: the server's disk is full" : 'waiting…'),
  notSent: (why: string) => `Not sent: ${why}`,
  save: 'Save',
  reallyDelete: 'Really delete?',
  delete: 'Delete',
  emptyEdit: 'The message is empty. Delete it?',
  editedElsewhere: 'This message was edited elsewhere. Saving overwrites that edit.',
  editedIsGone: 'The message you were editing is gone. Your text is here.',
  notSaved: 'The connection was lost. Try again.',
  notConnected: 'Not connected. Try again in a moment.',
  charactersLeft: (left: number) => (left < 0 ? `−${-left}` : String(left)),
  cannotBeSent: 'This message contains a character that cannot be sent.',
  earlier: 'Earlier messages',
  loadingEarlier: 'Loading…',
  earlierFailed: "Couldn't load earlier messages. Try again",

  newVersion: 'A new version is available.',
  reloadingSoon: 'A new version is available. The page reloads as soon as everything is sent.',
  /** `isStored`: on this device. */
  notSentYet: (count: number, isStored: boolean) => {
    const isOne = count === 1;
    const what = isOne ? 'One message is not sent yet.' : `${count} messages are not sent yet.`;
    if (!isStored) return `${what} If you log out now, ${isOne ? 'it' : 'they'} may be lost.`;
    return `${what} If you log out now, ${isOne ? 'it waits' : 'they wait'} on this device until you log in here again.`;
  },
  reload: 'Reload',
  sessionEnded: 'You are logged out. What you wrote stays here:',
  logInAgain: 'log in again, in a new tab',

  noAnswer: 'The server does not answer. Check the connection and try again.',
  serverError: 'Something went wrong on the server. Try again.',
  tryAgain: (when: Date, now: Date) => {
    const minutes = Math.ceil((when.getTime() - now.getTime()) / MINUTE_MS);
    return minutes <= 1
      ? 'You can try again in a minute.'
      : `You can try again in ${minutes} minutes, at ${time.format(when)}.`;
  },

  time: (when: Date) => time.format(when),
  day: (when: Date, now: Date) => {
    if (when.toDateString() === now.toDateString()) return 'Today';
    const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
    if (when.toDateString() === yesterday.toDateString()) return 'Yesterday';
    return when.getFullYear() === now.getFullYear() ? weekday.format(when) : fullDay.format(when);
  },
  fullTime: (when: Date) => full.format(when),
} as const;
