/** Who is on the stage, and what was said there: enough of a conversation to look at a page with. */

/** The moment at which all pictures are taken. */
export const NOW = new Date('2026-11-23T09:41:00Z');

/** Whose eyes we see with. */
export const HEROINE = 'alice';
export const CAST = [HEROINE, 'Benoît', 'Chimène', 'Łukasz Nowak-Wiśniewski', 'דנה', 'edith'] as const;
export type Actor = (typeof CAST)[number];

export interface Line {
  readonly at: string;
  readonly by: Actor;
  readonly text: string;
  /** What it says since it was edited. */
  readonly now?: string;
}

export interface Scene {
  /** As a room is called; the three that are there from the start by their slugs. */
  readonly room: string;
  /** Empty: the one it has. */
  readonly topic: string;
  /** How much of it the heroine has read. */
  readonly read: number;
  readonly lines: readonly Line[];
}

const PLAN = `Then this is the plan:

\`\`\`
09:00  doors, tables, coffee
10:30  first readings, three of ten minutes
12:00  lunch, everybody brings something that can be cut into pieces and shared
\`\`\``;

const GENERAL: readonly Line[] = [
  { at: '2026-11-20T17:30', by: 'edith', text: 'The printer has the posters. They are **very** yellow.' },
  { at: '2026-11-20T17:31', by: 'edith', text: 'I like them more every hour.' },
  {
    at: '2026-11-21T18:02',
    by: 'Benoît',
    text: 'The hall is ours from nine. I have the keys; ring when you are at the gate.',
  },
  {
    at: '2026-11-21T18:03',
    by: 'Benoît',
    text: 'Plan: https://example.org/plans',
    now: 'Plan: https://example.org/plan',
  },
  { at: '2026-11-21T18:20', by: 'Chimène', text: 'I can bring the projector. **Who has an HDMI cable?**' },
  { at: '2026-11-21T18:24', by: 'alice', text: '> Who has an HDMI cable?\n\nTwo of them, three metres each.' },
  { at: '2026-11-21T18:26', by: 'דנה', text: 'אני מביאה את הספרים ואת העוגה' },
  { at: '2026-11-22T20:15', by: 'Łukasz Nowak-Wiśniewski', text: PLAN },
  { at: '2026-11-22T20:21', by: 'Chimène', text: '*Lovely.* I am down for the second reading, if nobody minds.' },
  { at: '2026-11-23T09:12', by: 'Benoît', text: 'Good morning! The heating works. The coffee machine does not.' },
  { at: '2026-11-23T09:14', by: 'alice', text: 'On my way, with two cables and far too much `coffee`.' },
  { at: '2026-11-23T09:15', by: 'alice', text: 'Someone save me a seat near the window, please.' },
];

const RANDOM: readonly Line[] = [
  { at: '2026-11-22T21:02', by: 'edith', text: 'Is anybody else awake because of the moon?' },
  { at: '2026-11-22T21:03', by: 'alice', text: 'Not because of it, but with it.' },
  {
    at: '2026-11-22T23:40',
    by: 'Chimène',
    text: 'A fox just crossed the yard. It stopped, looked at me, and went on.',
  },
  { at: '2026-11-22T23:44', by: 'דנה', text: 'Foxes do that. They know which windows are lit.' },
  { at: '2026-11-23T07:58', by: 'edith', text: 'It was here, too! It has **opinions** about my bins.' },
];

const HELP: readonly Line[] = [
  { at: '2026-11-22T10:10', by: 'Łukasz Nowak-Wiśniewski', text: 'How do I find what somebody wrote last week?' },
  { at: '2026-11-22T10:12', by: 'Benoît', text: 'Scroll up, then **Earlier messages**.' },
];

/** Longer than any window is high. */
const ARCHIVE: readonly Line[] = Array.from({ length: 40 }, (_, at) => ({
  at: `2026-11-19T${String(8 + Math.floor(at / 4)).padStart(2, '0')}:${String((at % 4) * 14 + 3).padStart(2, '0')}`,
  by: CAST[at % CAST.length] ?? HEROINE,
  text: `Shelf ${at + 1}: ${1_900 + at} to ${1_901 + at}, ${(at * 7) % 23 || 'no'} boxes, all of them labelled.`,
}));

export const SCENES: readonly Scene[] = [
  { room: 'general', topic: '', read: 12, lines: GENERAL },
  { room: 'random', topic: '', read: 2, lines: RANDOM },
  { room: 'help', topic: '', read: 2, lines: HELP },
  { room: 'lecture à voix haute', topic: 'Reading aloud, every second Thursday', read: 0, lines: [] },
  { room: 'the archive', topic: 'What stands where', read: 40, lines: ARCHIVE },
];
