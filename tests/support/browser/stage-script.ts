/** The users of the test stage and what they wrote: enough messages to look at a page with. */

/** The time at which all pictures are taken. */
export const NOW = new Date('2026-11-23T09:41:00Z');

/** The user whose pages the pictures show. */
export const MAIN_USER = 'alice';
export const USERS = [MAIN_USER, 'Benoît', 'Chimène', 'Łukasz Nowak-Wiśniewski', 'דנה', 'edith'] as const;
export type UserName = (typeof USERS)[number];

export interface ScriptedMessage {
  readonly at: string;
  readonly author: UserName;
  readonly text: string;
  /** Its text after an edit. */
  readonly editedText?: string;
}

export interface ScriptedRoom {
  /** The room's name; for the three that exist from the start, their slug. */
  readonly room: string;
  /** Empty: unchanged. */
  readonly topic: string;
  /** How many of its messages the main user has read. */
  readonly read: number;
  readonly messages: readonly ScriptedMessage[];
}

const PLAN = `Then this is the plan:

\`\`\`
09:00  doors, tables, coffee
10:30  first readings, three of ten minutes
12:00  lunch, everybody brings something that can be cut into pieces and shared
\`\`\``;

const GENERAL: readonly ScriptedMessage[] = [
  { at: '2026-11-20T17:30', author: 'edith', text: 'The printer has the posters. They are **very** yellow.' },
  { at: '2026-11-20T17:31', author: 'edith', text: 'I like them more every hour.' },
  {
    at: '2026-11-21T18:02',
    author: 'Benoît',
    text: 'The hall is ours from nine. I have the keys; ring when you are at the gate.',
  },
  {
    at: '2026-11-21T18:03',
    author: 'Benoît',
    text: 'Plan: https://example.org/plans',
    editedText: 'Plan: https://example.org/plan',
  },
  { at: '2026-11-21T18:20', author: 'Chimène', text: 'I can bring the projector. **Who has an HDMI cable?**' },
  { at: '2026-11-21T18:24', author: 'alice', text: '> Who has an HDMI cable?\n\nTwo of them, three metres each.' },
  { at: '2026-11-21T18:26', author: 'דנה', text: 'אני מביאה את הספרים ואת העוגה' },
  { at: '2026-11-22T20:15', author: 'Łukasz Nowak-Wiśniewski', text: PLAN },
  { at: '2026-11-22T20:21', author: 'Chimène', text: '*Lovely.* I am down for the second reading, if nobody minds.' },
  { at: '2026-11-23T09:12', author: 'Benoît', text: 'Good morning! The heating works. The coffee machine does not.' },
  { at: '2026-11-23T09:14', author: 'alice', text: 'On my way, with two cables and far too much `coffee`.' },
  { at: '2026-11-23T09:15', author: 'alice', text: 'Someone save me a seat near the window, please.' },
];

const RANDOM: readonly ScriptedMessage[] = [
  { at: '2026-11-22T21:02', author: 'edith', text: 'Is anybody else awake because of the moon?' },
  { at: '2026-11-22T21:03', author: 'alice', text: 'Not because of it, but with it.' },
  {
    at: '2026-11-22T23:40',
    author: 'Chimène',
    text: 'A fox just crossed the yard. It stopped, looked at me, and went on.',
  },
  { at: '2026-11-22T23:44', author: 'דנה', text: 'Foxes do that. They know which windows are lit.' },
  { at: '2026-11-23T07:58', author: 'edith', text: 'It was here, too! It has **opinions** about my bins.' },
];

const HELP: readonly ScriptedMessage[] = [
  { at: '2026-11-22T10:10', author: 'Łukasz Nowak-Wiśniewski', text: 'How do I find what somebody wrote last week?' },
  { at: '2026-11-22T10:12', author: 'Benoît', text: 'Scroll up, then **Earlier messages**.' },
];

/** Longer than any window is high. */
const ARCHIVE: readonly ScriptedMessage[] = Array.from({ length: 40 }, (_, at) => ({
  at: `2026-11-19T${String(8 + Math.floor(at / 4)).padStart(2, '0')}:${String((at % 4) * 14 + 3).padStart(2, '0')}`,
  author: USERS[at % USERS.length] ?? MAIN_USER,
  text: `Shelf ${at + 1}: ${1_900 + at} to ${1_901 + at}, ${(at * 7) % 23 || 'no'} boxes, all of them labelled.`,
}));

export const ROOMS: readonly ScriptedRoom[] = [
  { room: 'general', topic: '', read: 12, messages: GENERAL },
  { room: 'random', topic: '', read: 2, messages: RANDOM },
  { room: 'help', topic: '', read: 2, messages: HELP },
  { room: 'lecture à voix haute', topic: 'Reading aloud, every second Thursday', read: 0, messages: [] },
  { room: 'the archive', topic: 'What stands where', read: 40, messages: ARCHIVE },
];
