/** What may stand behind an address without a space, and belongs to the sentence. */

const MARK = /[\p{Terminal_Punctuation}\p{Dash}\p{Quotation_Mark}*~…·]/u;
const OPENING: ReadonlyMap<string, string> = new Map([
  [')', '('],
  [']', '['],
  ['}', '{'],
]);

/** Possessives and Turkish cases. */
const AFTER_APOSTROPHE = "['’](?:s|[dt][ae](?:n|ki)?|n?[ıiuü]n|y?[ıiuüae]|[nl][ae])";
const KOREAN = '(?:에서|에게|에|으로|로|까지|부터)?(?:은|는|도|만|의)?|을|를|이|가|와|과|입니다|이다';
const JAPANESE = '(?:は|が|を|に|で|と|の|へ|も|から|まで|より)+|です';
const CHINESE = '[的了吗吧呢和是在]';
/** Particles only behind ASCII: `/wiki/고양이` ends with a letter of its own. */
const ENDING = new RegExp(`(?:${AFTER_APOSTROPHE}|(?<=[!-~])(?:${KOREAN}|${JAPANESE}|${CHINESE}))$`);
/** Hungarian and other cases behind a host: no name of a top-level domain has a hyphen. */
const HOST_ENDING = /(?<=\.[a-z]+)-\p{L}{1,4}$/iu;

/** Without the marks and the grammatical ending that follow an address. */
export function withoutTail(address: string): string {
  const text = withoutMarks(address);
  const stem = text.replace(hasPath(text) ? ENDING : HOST_ENDING, '');
  return stem === text ? text : withoutMarks(stem);
}

function hasPath(text: string): boolean {
  return /[^/:][/?#]/.test(text);
}

/** Excludes punctuation, and a bracket or an underscore that was opened before the address. */
function withoutMarks(text: string): string {
  const unopened = new Map([...OPENING].map(([close, open]) => [close, count(text, close) - count(text, open)]));
  unopened.set('_', (/_*$/.exec(text)?.[0].length ?? 0) - openedUnderscores(text));
  let end = text.length;
  for (; end > 0; end--) {
    const last = text.charAt(end - 1);
    const extra = unopened.get(last) ?? 0;
    if (!MARK.test(last) && extra <= 0) break;
    unopened.set(last, extra - 1);
  }
  return text.slice(0, end);
}

function openedUnderscores(text: string): number {
  return [...text.matchAll(/(?<![\p{L}\p{N}_])_+(?=[\p{L}\p{N}])/gu)].reduce((sum, [run]) => sum + run.length, 0);
}

function count(text: string, letter: string): number {
  return text.split(letter).length - 1;
}
