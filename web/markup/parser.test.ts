import { expect, test } from 'bun:test';
import { HOSTILE_TEXTS } from '../../tests/support/hostile-text.ts';
import { Random } from '../../tests/support/random.ts';
import type { Inline } from './inline-parser.ts';
import { KnownNames } from './known-names.ts';
import { type Block, mentions, parseMarkup, textOf } from './parser.ts';

const NAMES = new KnownNames([
  'ann',
  'Ann Lee',
  'Zoë',
  '田中',
  'a.b',
  '@home',
  '李雷',
  '민수',
  '민수진',
  'রহিম',
  'Işık',
  'José',
  'İlker',
  'Strauß',
  '한',
]);

type Shown = string | { readonly [type: string]: Shown | readonly Shown[] };

/** A tree in short: text as itself, all else as `{ type: … }`. */
function shown(part: Block | Inline): Shown {
  const inside = 'parts' in part ? short(part.parts.map(shown)) : part.text;
  if (part.type === 'link') return { link: part.href === part.text ? part.text : [part.text, part.href] };
  return part.type === 'text' ? inside : { [part.type]: inside };
}

function short(list: readonly Shown[]): Shown {
  const [only = ''] = list;
  return list.length > 1 ? { parts: list } : only;
}

const tree = (text: string): Shown => short(parseMarkup(text, NAMES).map(shown));
const all = (...parts: readonly Shown[]): Shown => ({ parts });

type Table = ReadonlyArray<readonly [text: string, tree: Shown]>;

function isTable(title: string, table: Table): void {
  test(title, () => {
    expect(table.map(([text]): Table[number] => [text, tree(text)])).toEqual([...table]);
  });
}

const asItIs = (...texts: readonly string[]): Table => texts.map((text) => [text, text]);

isTable('what was written without marks is shown as it was written, every space and line of it', [
  ...asItIs('', ' ', '\n', 'Hello!', '  two\n\n\n  lines \n', 'tab\there', '2 * 3 * 4 = 24', '2*3*4', 'a*b*c'),
  ...asItIs('snake_case_name', '__init__', '__proto__', '_', '**', '* *', '****', '*****a*****', '** a **', '*a', 'a*'),
  ...asItIs('f(*args, **kwargs)', '*.ts and *.js', 'C:\\temp\\new', '\\\\server\\share', 'a\\nb', '¯\\_(ツ)_/¯'),
  ...asItIs('*_*', '>_<', '-_-', '>:(', '>', '> ', '>>> x', 'x > y', 'a\n>b', '`', '``', '` a `', '`a', '``a`'),
  ...asItIs('```', '```\n```', '```a', 'a ```\nb\n```', '```\n\n', '~~~', '~~~ a\nb', 'a~~~', '*a\nb*', '**a\n**'),
]);

isTable('what stands between marks is bold, italic or code', [
  ['**bold**', { bold: 'bold' }],
  ['*it*', { italic: 'it' }],
  ['_it_', { italic: 'it' }],
  ['***both***', { bold: { italic: 'both' } }],
  ['a **b** c', all('a ', { bold: 'b' }, ' c')],
  ['**a *b* c**', { bold: all('a ', { italic: 'b' }, ' c') }],
  ['*a **b** c*', { italic: all('a ', { bold: 'b' }, ' c') }],
  ['*a **b***', { italic: all('a ', { bold: 'b' }) }],
  ['**a *b***', { bold: all('a ', { italic: 'b' }) }],
  ['_a *b* c_', { italic: all('a ', { italic: 'b' }, ' c') }],
  ['(*a*), "_b_"!', all('(', { italic: 'a' }, '), "', { italic: 'b' }, '"!')],
  ['_snake_case_', { italic: 'snake_case' }],
  ['这是**重要**的', all('这是', { bold: '重要' }, '的')],
  [
    '**중요**합니다, *중요*는 _중요_가',
    all({ bold: '중요' }, '합니다, ', { italic: '중요' }, '는 ', { italic: '중요' }, '가'),
  ],
  [
    '**talo**ssa **Ankara**’da **ház**ban',
    all({ bold: 'talo' }, 'ssa ', { bold: 'Ankara' }, '’da ', { bold: 'ház' }, 'ban'),
  ],
  ['❤️*a*😀', all('❤️', { italic: 'a' }, '😀')],
  ['*a* *b*', all({ italic: 'a' }, ' ', { italic: 'b' })],
  ['*a *b*', all('*a ', { italic: 'b' })],
  ['*a **b* c**', all({ italic: 'a **b' }, ' c**')],
  ['**a *b** c*', all({ bold: 'a *b' }, ' c*')],
  ['*a**', all({ italic: 'a' }, '*')],
  ['`a`', { code: 'a' }],
  ['`**a** @ann https://x.y`', { code: '**a** @ann https://x.y' }],
  ['**`a*b`**', { bold: { code: 'a*b' } }],
  ['``a`b``', { code: 'a`b' }],
  ['`` `a` ``', { code: '`a`' }],
  ['`a` and `b`', all({ code: 'a' }, ' and ', { code: 'b' })],
  ['`a``b`', { code: 'a``b' }],
  ['```a``` b', all({ code: 'a' }, ' b')],
  ['*a `b*`', all('*a ', { code: 'b*' })],
]);

isTable('the stars of wildcards, sums and programs are shown as they were written', [
  ...asItIs('cp *.jpg,*.png', 'src/**/*.ts and test/**/*.ts', '**/*.md, **/*.txt', '(*.c|*.h)', '*.{js,ts}, *.{md}'),
  ...asItIs(
    'rm -rf build/* dist/*',
    '`ls *',
    '"*.jpg" "*.png"',
    '[*.c], [*.h]',
    'a.*, b.*',
    'a/*b, c/*d*',
    'ls *-a,*-b',
  ),
  ...asItIs('/* a */ x /* b */', '/** a **/', '(a)*(b)*(c)', 'x[i]*(y)*', 'f()*g()*(h)', '*p = (*q);'),
  ...asItIs(
    '.*a.*, .*b.*',
    '*a/*, *b/*',
    '*test.* and *.test.*',
    '.*(foo|bar).*',
    'a: *.a; b: *.b;',
    "LIKE '*.a' OR '*.b'",
  ),
  ...asItIs('C:\\dir\\*.jpg, C:\\*.png', '*/5 * * * *', '*:80 and *:443', '*a*.ts', '*a*/b', 'src/_a/b_/c', '_a/_, b'),
]);

test('no list of wildcards loses a star', () => {
  const random = new Random(31);
  const pieces = ['*.ts', '**/', '/*', '.*', 'a/', 'b', ' ', ', ', '|', '{*.c,*.h}', '*.{d}', '(*.a)'];
  for (let run = 0; run < 2_000; run++) {
    const text = Array.from({ length: 2 + random.below(8) }, () => random.pick(pieces)).join('');
    expect(tree(text)).toBe(text);
  }
});

isTable('a mark holds what people emphasize, with its own punctuation', [
  ['**Note:** it', all({ bold: 'Note:' }, ' it')],
  ['*Wow!* **Really?**', all({ italic: 'Wow!' }, ' ', { bold: 'Really?' })],
  ['**Done.** _Done._', all({ bold: 'Done.' }, ' ', { italic: 'Done.' })],
  [
    'it is *so*. And **so**, "*so*"...',
    all('it is ', { italic: 'so' }, '. And ', { bold: 'so' }, ', "', { italic: 'so' }, '"...'),
  ],
  [
    '*(a)* *"b"* *[c]* *“d”*',
    all({ italic: '(a)' }, ' ', { italic: '"b"' }, ' ', { italic: '[c]' }, ' ', { italic: '“d”' }),
  ],
  [
    '**$5** **50 %** **-1** **#1**',
    all({ bold: '$5' }, ' ', { bold: '50 %' }, ' ', { bold: '-1' }, ' ', { bold: '#1' }),
  ],
  ['**✓ yes** *no 😀* *`a`*', all({ bold: '✓ yes' }, ' ', { italic: 'no 😀' }, ' ', { italic: { code: 'a' } })],
  ['*¡Hola!* **重要。**', all({ italic: '¡Hola!' }, ' ', { bold: '重要。' })],
  ['*C++* and *@ann*', all({ italic: 'C++' }, ' and ', { italic: { mention: '@ann' } })],
]);

isTable('a backslash takes a mark its meaning, and stays where there is none to take', [
  ['\\*a\\*', '*a*'],
  ['\\**a*', all('*', { italic: 'a' })],
  ['*a\\* b*', { italic: 'a* b' }],
  ['\\`a\\`', '`a`'],
  ['\\_a_', '_a_'],
  ['snake\\_case', 'snake\\_case'],
  ['\\@ann', '@ann'],
  ['\\@nobody', '\\@nobody'],
  ['\\> a', '> a'],
  ['\\>a', '\\>a'],
  ['`\\*`', { code: '\\*' }],
]);

isTable('a line that begins with > is a quote, a fence of three backticks holds code', [
  ['> a', { quote: 'a' }],
  ['> a\n> *b*', { quote: all('a\n', { italic: 'b' }) }],
  ['> a\n>\n> b', { quote: 'a\n\nb' }],
  ['> a\nb', all({ quote: 'a' }, 'b')],
  ['a\n\n> b\n\nc\n', all('a', { quote: 'b' }, 'c')],
  ['> a\n\n> b', all({ quote: 'a' }, { quote: 'b' })],
  ['> > a', { quote: '> a' }],
  ['```\na\n  *b*\n```', { code: 'a\n  *b*' }],
  ['```ts\nlet a;\n```', { code: 'let a;' }],
  ['```\n\na\n\n```', { code: '\na\n' }],
  ['```a```', { code: 'a' }],
  ['```a\n```', { code: 'a' }],
  ['```let a;\nb```', { code: 'let a;\nb' }],
  ['x\n```\na\n```\ny', all('x', { code: 'a' }, 'y')],
  ['```\na\n```\n```\nb\n```', all({ code: 'a' }, { code: 'b' })],
  ['> ```\n> a', { quote: { code: 'a' } }],
  ['> a\n> ```ts\n> b\n>   c\n>\n> d\n> ```\n> e\nf', all({ quote: all('a', { code: 'b\n  c\n\nd' }, 'e') }, 'f')],
  ['> ~~~\n> a\n> ~~~', { quote: { code: 'a' } }],
  ['> ```\na\n```\nb', all({ quote: '```' }, 'a', { code: 'b' })],
  ['```\n> a\n```', { code: '> a' }],
  ['```\na ``` b\n```', { code: 'a ``` b' }],
  ['```\nb ```\nc\n```', { code: 'b ```\nc' }],
  ['````\n```\na\n```\n````', { code: '```\na\n```' }],
  ['```\na\n`````\nb', all({ code: 'a' }, 'b')],
  ['````md\na ``` b\n````', { code: 'a ``` b' }],
  ['~~~\n```\na\n~~~', { code: '```\na' }],
  ['```\n~~~\na\n```', { code: '~~~\na' }],
  ['~~~ js\na\n~~~', { code: 'a' }],
  ['~~~js\na\n~~~~', { code: 'a' }],
  ['  ```\n  a\n    b\n c\n  ```\nd', all({ code: 'a\n  b\nc' }, 'd')],
  ['1. x\n   ```\n   a\n   ```', all('1. x', { code: 'a' })],
  ['\t```\n\ta\n```', { code: 'a' }],
  ['```js\r\na\r\n```\r\nb', all({ code: 'a' }, 'b')],
  ['a\n```\nb\n\nc\n', all('a', { code: 'b\n\nc' })],
  ['```\na ``` b\nc', { code: 'a ``` b\nc' }],
  ['```\n```\na', '```\n```\na'],
  ['```let a;\nb```\nc', all({ code: 'let a;\nb' }, 'c')],
]);

const link = (text: string, href = text): Shown => ({ link: href === text ? text : [text, href] });

isTable('an address is a link as far as it goes, and not as far as the sentence does', [
  ['https://x.y/', link('https://x.y/')],
  ['see https://x.y/a.', all('see ', link('https://x.y/a'), '.')],
  ['(https://x.y/a)', all('(', link('https://x.y/a'), ')')],
  ['(see https://x.y/a_(b)_c), he said', all('(see ', link('https://x.y/a_(b)_c'), '), he said')],
  ['https://x.y/a_(b)', link('https://x.y/a_(b)')],
  ['[https://x.y/?q=[1]]', all('[', link('https://x.y/?q=[1]'), ']')],
  ['<https://x.y/?a=b&c#d>', all('<', link('https://x.y/?a=b&c#d'), '>')],
  ['"https://x.y/a"?!', all('"', link('https://x.y/a'), '"?!')],
  ['**https://x.y/a_b_c**', { bold: link('https://x.y/a_b_c') }],
  ['HTTPS://X.Y/A', link('HTTPS://X.Y/A', 'https://x.y/A')],
  ['见https://x.y/a，好', all('见', link('https://x.y/a'), '，好')],
  ['http://münchen.de/', link('http://münchen.de/', 'http://xn--mnchen-3ya.de/')],
  ['http://[::1]:8000/', link('http://[::1]:8000/')],
  ['mailto:a@b.c, d', all(link('mailto:a@b.c'), ', d')],
  ['https://x.y/\u202egpj.exe', all(link('https://x.y/'), '\u202egpj.exe')],
  ['https://x.y/`a`', all(link('https://x.y/'), { code: 'a' })],
  ['https://x.y/@ann', link('https://x.y/@ann')],
  ...asItIs('https://', 'http:x.y', 'https:// x', 'https://.', 'xhttps://x.y/', 'mailto:', 'mailto:a', 'http://[x'),
  ...asItIs('javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'ftp://x.y/', 'vbscript:x', '//x.y/'),
  ...asItIs('[a](javascript:x)', 'blob:x', 'ann@x.y'),
]);

const at = (name: string): Shown => ({ mention: `@${name}` });

isTable('an @ and the name of somebody one has seen is a mention, whatever the case, and the longest name is meant', [
  ['@ann', at('ann')],
  ['hi @Ann Lee!', all('hi ', at('Ann Lee'), '!')],
  ['@ANN lee', at('ANN lee')],
  ['@ann leeway', all(at('ann'), ' leeway')],
  ['@ann, @zoë: **@ann**', all(at('ann'), ', ', at('zoë'), ': ', { bold: at('ann') })],
  ['(@ann)', all('(', at('ann'), ')')],
  ["@ann's", all(at('ann'), "'s")],
  ['@ann. And', all(at('ann'), '. And')],
  ['@田中さん', all(at('田中'), 'さん')],
  ['@李雷你好', all(at('李雷'), '你好')],
  ['你好@李雷，@ann你好', all('你好', at('李雷'), '，', at('ann'), '你好')],
  ['@민수님, @민수가 @민수진에게', all(at('민수'), '님, ', at('민수'), '가 ', at('민수진'), '에게')],
  ['@ann님 _@민수_는', all(at('ann'), '님 ', { italic: at('민수') }, '는')],
  ['@রহিমকে, @রহিমা', all(at('রহিম'), 'কে, @রহিমা')],
  [
    "@ann'e, @Zoë’nin, @ann:n, @ann:lle",
    all(at('ann'), "'e, ", at('Zoë'), '’nin, ', at('ann'), ':n, ', at('ann'), ':lle'),
  ],
  ['@ann-nak, @ann-től @ann-vel?', all(at('ann'), '-nak, ', at('ann'), '-től ', at('ann'), '-vel?')],
  ['@ışık @IŞIK @Jose\u0301', all(at('ışık'), ' ', at('IŞIK'), ' ', at('Jose\u0301'))],
  ['@STRAUSS, @strauß @ＡＮＮ', all(at('STRAUSS'), ', ', at('strauß'), ' ', at('ＡＮＮ'))],
  [
    '@i\u0307lker @\u1112\u1161\u11ab @ann\u00a0lee',
    all(at('i\u0307lker'), ' ', at('\u1112\u1161\u11ab'), ' ', at('ann\u00a0lee')),
  ],
  ...asItIs('@ann\u0301', '@Jos', '@Zoe', `@ann${'\u0301'.repeat(9)}`, '@ann-nakamura', '@ann-vel-a'),
  ['@a.b', at('a.b')],
  ['@@home', at('@home')],
  ['_call @Ann_', { italic: all('call ', at('Ann')) }],
  ['_@ann_, *@ann*', all({ italic: at('ann') }, ', ', { italic: at('ann') })],
  ['_**@ann lee**_', { italic: { bold: at('ann lee') } }],
  ['**_@ann_**', { bold: { italic: at('ann') } }],
  ['@ann_ b', all(at('ann'), '_ b')],
  ...asItIs(
    '@',
    '@ ann',
    '@anna',
    '@ann-marie',
    '@ann_b',
    '@ann__b',
    '_@ann_b',
    '@ann.b',
    '@nobody',
    'me@ann',
    '@ann@x.y',
  ),
]);

test('a person is mentioned by their name alone: not by a longer one, not in code', () => {
  expect(mentions('hello @Ann', 'ann')).toBe(true);
  expect(mentions('> **@ann lee**', 'Ann Lee')).toBe(true);
  expect(mentions('hello @Ann Lee', 'ann', new KnownNames(['ann', 'Ann Lee']))).toBe(false);
  expect(mentions('hello `@ann`', 'ann')).toBe(false);
  expect(mentions('hello ann', 'ann')).toBe(false);
  expect(mentions('hello \\@ann', 'ann')).toBe(false);
  expect(mentions('@민수님', '민수')).toBe(true);
  expect(mentions('@민수진', '민수', new KnownNames(['민수', '민수진']))).toBe(false);
  expect(mentions('@ışık', 'Işık')).toBe(true);
  expect(mentions('@Jose\u0301', 'José')).toBe(true);
});

const PIECES = [
  ...[
    '*',
    '**',
    '***',
    '_',
    '`',
    '``',
    '```',
    '\n```\n',
    '\n  ````\n',
    '\n~~~\n',
    '\n> ```\n',
    '\\',
    '@',
    '@ann',
    '@Ann Lee',
    '> ',
    '\n',
    '\n> ',
    ' ',
    '(',
    ')',
  ],
  ...[
    'a',
    'word',
    '😀',
    'é',
    '\u0301',
    '田',
    '\ud800',
    '\u202e',
    'https://x.y/',
    'mailto:a@b.c',
    'http://',
    '[',
    ']',
    '.',
  ],
  ...['javascript:', 'data:', '"', "'", '<b>', '\t', '\0', '\r\n'],
];
const MARKS = /[*_`~\\>\s]/;

function hrefsIn(parts: readonly (Block | Inline)[]): string[] {
  return parts.flatMap((part) => {
    if ('parts' in part) return hrefsIn(part.parts);
    return part.type === 'link' ? [part.href] : [];
  });
}

function depthOf(parts: readonly (Block | Inline)[]): number {
  return Math.max(0, ...parts.map((part) => ('parts' in part ? 1 + depthOf(part.parts) : 1)));
}

/** What of the text is not read, in its order; null when something is read that was not written. */
function unread(text: string, read: string): string | null {
  let dropped = '';
  let at = 0;
  for (const unit of text.split('')) {
    if (unit === read[at]) at++;
    else dropped += unit;
  }
  return at === read.length ? dropped : null;
}

test('whatever is written is read: all but the marks, in its order; no link leads elsewhere than http, https or mail', () => {
  const random = new Random(7);
  const texts = Array.from({ length: 4_000 }, () =>
    Array.from({ length: 1 + random.below(24) }, () => random.pick(PIECES)).join(''),
  );
  let [links, marked] = [0, 0];
  for (const text of [...texts, ...HOSTILE_TEXTS, ...HOSTILE_TEXTS.map((each) => `**${each}**\n> ${each}`)]) {
    const blocks = parseMarkup(text, NAMES);
    const dropped = unread(text, textOf(blocks));
    // A fence may name a language behind it.
    const marks = dropped?.replaceAll(/word|a/g, text.includes('```') ? '' : '$&') ?? text;
    expect([text, [...marks].filter((mark) => !MARKS.test(mark))]).toEqual([text, []]);
    for (const href of hrefsIn(blocks)) expect(href).toMatch(/^(?:https?:\/\/|mailto:)/);
    expect(depthOf(blocks)).toBeLessThanOrEqual(6);
    links += hrefsIn(blocks).length;
    marked += dropped === '' ? 0 : 1;
  }
  expect(Math.min(links, marked)).toBeGreaterThan(500);
});

const HOSTILE_PATTERNS = [
  ...[
    '*a ',
    '**a ',
    '***a ',
    '_a *b **c ',
    '*-* ',
    '*a _b* c_ ',
    '`',
    '`` ` ',
    '\\*',
    '@',
    '@ann ',
    '@ann lee ',
    '> ',
    '> a\n',
  ],
  ...[
    '```\n',
    '```a\n',
    '```a``` b\n',
    '```a\nb```\n',
    '````a\nb````\n```\n',
    '```\n\n',
    '~~~\n',
    '> ```\n> a\n',
    'http://[',
    'http://x(',
    'https://x.y/) ',
    'www.',
    'www.a.b가',
    'https://a.b/cを',
    '@ann_',
    '*.a*',
    'mailto:',
    'mailto:a@',
    '\n',
    '*\n',
    'x',
  ],
];

/** What is opened once, and closed in vain over and over. */
const HOSTILE_BEGINNINGS = [
  ['*', '-* '],
  ['**', '-** '],
  ['_', '-_ '],
  ['`', '`` '],
  ['```', 'a ``` b\n'],
  ['https://x.y/', '(a)'],
  ['https://x.y/', 'a'],
  ['https://x.y/', "'s"],
  ['https://x.y/', '에서'],
  ['https://x.y/', '-'],
  ['https://x.y/', '_'],
  ['https://', 'a.'],
  ['https://', 'a-'],
  ['@ann', '_'],
] as const;

/** Milliseconds of this thread's work for each of so many runs: what else the machine has to do does not count. */
function parseTime(text: string, runs: number): number {
  const before = process.threadCpuUsage();
  for (let run = 0; run < runs; run++) parseMarkup(text, NAMES);
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000 / runs;
}

/** How much longer eight times the text takes. The clock of a thread goes in steps of some ms: both run for many of them. */
function growth(start: string, pattern: string): number {
  const [small = '', large = ''] = [2_000, 16_000].map(
    (length) => start + pattern.repeat(Math.ceil(length / pattern.length)),
  );
  return parseTime(large, 10) / Math.max(parseTime(small, 80), 0.1);
}

test('no text takes longer than its length deserves', () => {
  const ticks = Array.from({ length: 80 }, (_, run) => '`'.repeat(run)).join(' ');
  // What grew with the square of the text would take 64 times as long.
  const texts = [...HOSTILE_PATTERNS, ticks].map((pattern) => ['', pattern] as const);
  for (const [start, pattern] of [...texts, ...HOSTILE_BEGINNINGS]) {
    expect([start, pattern, growth(start, pattern) < 24]).toEqual([start, pattern, true]);
  }
});
