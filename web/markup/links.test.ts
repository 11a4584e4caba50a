import { expect, test } from 'bun:test';
import type { Inline } from './inline-parser.ts';
import { parseLine } from './inline-parser.ts';
import { KnownNames } from './known-names.ts';

/** Each address in its text, between ⟦ and ⟧. */
const TEXTS = [
  // Korean.
  '⟦https://example.org⟧에서 봤어요',
  '⟦https://example.org⟧에서.그리고 더',
  '⟦https://example.org⟧는, ⟦http://localhost:8000⟧에 ⟦http://localhost⟧에서',
  '⟦https://한국.kr⟧ ⟦https://한국.kr/⟧ ⟦https://www.한국.kr/길⟧',
  '⟦https://한국.kr⟧에서 ⟦https://한국.한국/a⟧를',
  '⟦https://example.org/a⟧를 ⟦https://example.org/a?b=1⟧으로는',
  '⟦https://example.org/⟧입니다. (⟦https://example.org/a⟧)에서',
  '⟦https://ko.wikipedia.org/wiki/고양이⟧ ⟦https://ko.wikipedia.org/wiki/국가⟧',
  '⟦mailto:a@example.org⟧으로 ⟦www.example.org⟧에서',
  // Japanese.
  '⟦https://example.org⟧を見て',
  '⟦https://example.jp⟧は⟦https://example.org⟧より',
  '⟦https://例え.jp⟧で ⟦https://例え.日本⟧を ⟦https://例え.テスト⟧は',
  '⟦https://example.org/a⟧からは ⟦https://example.org/a⟧です。',
  '⟦https://ja.wikipedia.org/wiki/日本の⟧',
  '「⟦https://example.org/a⟧」、⟦https://example.org⟧。',
  // Chinese.
  '见⟦https://example.org⟧，好',
  '请看⟦https://example.org⟧的说明',
  '⟦https://example.org/a⟧的 ⟦https://例子.中国⟧！',
  '⟦https://zh.wikipedia.org/wiki/中国⟧（⟦https://example.org/b⟧）【⟦https://example.org⟧】',
  // Cyrillic.
  '⟦https://пример.рф⟧ ⟦https://пример.рф/путь⟧, ⟦https://www.пример.рф⟧.',
  '⟦https://example.рф/⟧ ⟦https://www.example.рф⟧',
  'на ⟦https://example.org⟧е и «⟦https://example.org/а⟧»',
  '⟦https://пример.рф⟧에서',
  // Greek.
  '⟦https://παράδειγμα.ελ⟧, ⟦https://παράδειγμα.ελ/α⟧· και ⟦https://example.org⟧ο',
  // Arabic and Persian.
  'انظر ⟦https://example.org⟧، ثم ⟦https://example.org/a⟧؟',
  '⟦https://مثال.مصر⟧؛ ⟦https://example.org⟧و',
  // Hebrew.
  'ראו ⟦https://example.org⟧־ש ⟦https://דוגמה.ישראל/⟧',
  // Devanagari.
  '⟦https://example.org⟧पर देखो। ⟦https://example.org/a⟧। ⟦https://उदाहरण.भारत⟧',
  // Thai.
  'ดู⟦https://example.org⟧ครับ ⟦https://ตัวอย่าง.ไทย/⟧',
  // Armenian and Georgian.
  '⟦https://example.org⟧ը ⟦https://example.org/a⟧։ ⟦https://example.org⟧ზე',
  // Latin: possessives, cases, punctuation.
  "⟦https://example.org⟧'s page, ⟦https://example.org/a⟧'s and ⟦https://example.org/a⟧’s.",
  "⟦https://example.org⟧'da, ⟦https://example.org/a⟧'dan, ⟦https://example.org/a⟧’nin",
  '⟦https://example.org⟧:n ja ⟦https://example.org⟧:ssa, ⟦https://example.org:8000⟧:ssa',
  '⟦https://example.org⟧-on, ⟦https://example.co.uk⟧-ról és ⟦https://my-host⟧, ⟦https://a.my-lan/⟧',
  "⟦https://en.wikipedia.org/wiki/Ohm's_law⟧ ⟦https://fr.wikipedia.org/wiki/L'eau⟧",
  '⟦https://example.org⟧- ⟦https://example.org/a⟧- ⟦https://example.org/a⟧-- b',
  '⟦https://example.org⟧—then ⟦https://example.org/a⟧—then ⟦https://example.org⟧–then ⟦https://example.org/a⟧–',
  '⟦https://en.wikipedia.org/wiki/Michelson–Morley_experiment⟧',
  '⟦https://example.org/a⟧_ ⟦https://example.org⟧_ ⟦https://example.org/a_b⟧_',
  '⟦https://example.org/_a_⟧ ⟦https://example.org/__a__⟧ ⟦https://example.org/_a_⟧_',
  '⟦https://example.org⟧... ⟦https://example.org⟧… ⟦https://example.org/a⟧…',
  '⟦https://example.org⟧!?) ⟦https://example.org/a⟧). ⟦https://example.org/a_(b)⟧',
  '⟦https://example.org/a-b⟧ ⟦https://example.org/?a=b-c&d_e=f#g-h⟧',
  '⟦https://a_b.example.org/⟧ ⟦http://my_service:8080/⟧ ⟦http://my_service⟧',
  '⟦https://münchen.de⟧ ⟦https://www.münchen.de/straße⟧ ⟦https://bücher.example⟧ ⟦https://www.mu\u0308nchen.de⟧',
  '⟦https://i❤.ws⟧ ⟦https://example.org⟧😀 ⟦https://example.org⟧★',
  '⟦http://127.0.0.1:8000/⟧ ⟦http://127.0.0.1⟧에서 ⟦http://[::1]:8000/⟧ ⟦http://[::1]⟧에서',
  '⟦https://user@example.org/⟧ ⟦https://user:pass@example.org⟧ ⟦https://example.org⟧,@ann',
  '⟦https://xn--9n2bp8q.kr⟧ ⟦https://xn--e1afmkfd.xn--p1ai⟧ ⟦https://ex%61mple.org/⟧',
  // Without a scheme.
  '⟦www.example.org⟧, (⟦www.example.org/a⟧) ⟦WWW.Example.org⟧! ⟦www.example.org⟧의',
  '⟦www.пример.рф⟧ 见⟦www.example.org⟧，"⟦www.example.org/?a=b⟧"',
  'www. www.x www..x.y www.x. awww.x.y //www.x.y ftp://www.x.y/ me@www.x.y x.www.y.z -www.x.y www.1.2',
];

function withAddresses(parts: readonly Inline[]): string {
  return parts
    .map((part) => {
      if ('parts' in part) return withAddresses(part.parts);
      return part.type === 'link' ? `⟦${part.text}⟧` : part.text;
    })
    .join('');
}

test('an address in a text, in many scripts, is a link to the host that was written', () => {
  const names = new KnownNames();
  expect(TEXTS.map((text) => withAddresses(parseLine(text.replace(/[⟦⟧]/g, ''), names)))).toEqual(TEXTS);
  expect(TEXTS.join('').split('⟦').length).toBeGreaterThan(100);
});

test('what stands behind a complete name, whatever script it is of, leads to no other host', () => {
  const letters = [...'에을님는를が日の的吗яґήαوهשप्তுกลဗខꦫაհᏣ𐐀😀★…—–’"'];
  for (const behind of letters.flatMap((letter) => [
    letter,
    `${letter}${letter}`,
    `${letter}.${letter}`,
    `${letter}/`,
  ])) {
    for (const address of ['https://example.org', 'http://localhost', 'www.example.org', 'mailto:a@example.org']) {
      expect(withAddresses(parseLine(address + behind, new KnownNames()))).toBe(`⟦${address}⟧${behind}`);
    }
  }
});

test('an address without a scheme leads to the same over https', () => {
  const [link] = parseLine('WWW.Example.org/A', new KnownNames());
  expect(link).toEqual({ type: 'link', text: 'WWW.Example.org/A', href: 'https://www.example.org/A' });
});
