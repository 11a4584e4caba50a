import { expect, test } from 'bun:test';
import { join } from 'node:path';

const FOLDER = join(import.meta.dir, '..');
const NAMES = ['account', 'chat', 'not-found'] as const;
const ENTRIES = ['account', 'chat'] as const;

const page = (name: string): Promise<string> => Bun.file(join(FOLDER, 'pages', `${name}.html`)).text();

/** The sources of a page's script: the entry and all it imports here. */
async function sourcesOf(file: string, seen = new Map<string, string>()): Promise<Map<string, string>> {
  if (seen.has(file)) return seen;
  const text = await Bun.file(join(FOLDER, file)).text();
  seen.set(file, text);
  for (const [, next] of text.matchAll(/from '(\.{1,2}\/[\w./-]+\.ts)'/g)) {
    if (next !== undefined) await sourcesOf(join(file, '..', next), seen);
  }
  return seen;
}

test('no page holds a style, a script or a handler in itself, nor anything from elsewhere', async () => {
  for (const name of NAMES) {
    const html = await page(name);
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:|data:|https?:|\/\/\w/i);
    expect([...html.matchAll(/<script[^>]*>([^<]*)/g)].every(([, inside]) => inside === '')).toBe(true);
  }
});

test('no style fetches anything', async () => {
  for await (const file of new Bun.Glob('styles/*.css').scan(FOLDER)) {
    expect(await Bun.file(join(FOLDER, file)).text()).not.toMatch(/url\(|@import "(?!\.\/)/);
  }
});

test('S14: the token stands in the pages that post', async () => {
  for (const name of ENTRIES) expect(await page(name)).toContain('<meta name="csrf-token" content="{{csrf}}">');
});

/** A form of this method leads nowhere: until the script runs and handles it, it does nothing. */
test('every form is left to the script', async () => {
  for (const name of NAMES) {
    const forms = [...(await page(name)).matchAll(/<form[^>]*>/g)].map(([form]) => form);
    for (const form of forms) expect(form).toMatch(/ method="dialog"(?!.* action=)/);
    expect(await page(name)).not.toMatch(/formaction|formmethod/);
  }
});

test('S5: which part of the account page is shown is decided before any script runs', async () => {
  const html = await page('account');
  expect(html).toContain('id="signed-out" class="{{signed_out}}"');
  expect(html).toContain('id="signed-in" class="{{signed_in}}"');
  expect(html).toContain('Logged as {{user}}<');
});

test('an id is given once in a page, and every label and description leads to one', async () => {
  for (const name of NAMES) {
    const html = await page(name);
    const ids = [...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const named = [...html.matchAll(/(?:for|aria-describedby|aria-controls)="([^"]+)"/g)].map(([, list]) => list ?? '');
    for (const id of named.flatMap((list) => list.split(' '))) expect(ids).toContain(id);
  }
});

test('whatever a script looks for stands in its page', async () => {
  for (const name of ENTRIES) {
    const html = await page(name);
    const sources = [...(await sourcesOf(`${name}.ts`)).values()].join('\n');
    const wanted = [...sources.matchAll(/['"]#([\w-]+)/g)].map(([, id]) => id ?? '');
    expect(wanted.length).toBeGreaterThan(5);
    for (const id of wanted) expect(html).toContain(`id="${id}"`);
  }
});

/** Methods of jQuery's parts that are not built in: see server/assets/jquery-subset.ts. */
const LEFT_OUT =
  /\.(?:animate|fade(?:In|Out|To|Toggle)|slide(?:Up|Down|Toggle)|stop\(true|delay|queue|dequeue|wrap(?:All|Inner)?|unwrap|bind|unbind|delegate|undelegate|hover|data|removeData|css|offset|position|scroll(?:Top|Left)|(?:inner|outer)?(?:Width|Height)|width|height)\(|\$\.(?:getScript|getJSONP|parseXML|fx|proxy|easing)\b|\$\([^)]*\)\.load\(|:(?:animated|visible|hidden|first|last|eq|even|odd|gt|lt|contains|header|parent|input|button|checkbox|radio|selected)\b(?!-)|\[[\w-]+!=|dataType: '(?:jsonp|script|binary)'/;

test('no script asks for what was left out of jQuery', async () => {
  expect("$('#x').fadeIn()").toMatch(LEFT_OUT);
  expect("$('li:first')").toMatch(LEFT_OUT);
  for (const name of ENTRIES) {
    for (const [file, source] of await sourcesOf(`${name}.ts`)) {
      expect([file, source.match(LEFT_OUT)?.[0]]).toEqual([file, undefined]);
    }
  }
});

test('no script makes HTML from a string', async () => {
  for (const name of ENTRIES) {
    const sources = [...(await sourcesOf(`${name}.ts`)).values()].join('\n');
    expect(sources).not.toMatch(/\.html\(|innerHTML|outerHTML|insertAdjacentHTML|document\.write|parseHTML/);
    expect(sources).not.toMatch(/\$\(\s*[`'"]<\w+[^>'"`]*[\s/][^>]*>/);
  }
});
