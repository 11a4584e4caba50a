import { expect, test } from 'bun:test';
import { gunzipSync } from 'node:zlib';
import { Template } from './template.ts';

const KNOWN = ['user', 'room'] as const;

test('a value never becomes markup', () => {
  const page = Template.parse('<p title="{{user}}">{{ user }}</p>{{room}}', KNOWN, ['user']);
  expect(page.fill({ user: `<img src=x onerror='a'>"&\``, room: '{{user}}' })).toBe(
    '<p title="&lt;img src=x onerror=&#39;a&#39;&gt;&quot;&amp;&#96;">' +
      '&lt;img src=x onerror=&#39;a&#39;&gt;&quot;&amp;&#96;</p>{{user}}',
  );
});

test('packed it is the same page', () => {
  for (const source of ['{{user}}', '<p>{{user}}</p>{{room}}{{user}}', 'nothing to fill', '']) {
    const page = Template.parse(source, KNOWN, []);
    const values = { user: 'Zoë <b>', room: '' };
    expect(gunzipSync(page.gzip(values)).toString()).toBe(page.fill(values));
  }
});

test('a value is put in as it is, also with the signs that replacing would read', () => {
  const page = Template.parse('{{user}}|{{room}}', KNOWN, []);
  expect(page.fill({ user: '$1$$', room: "$'" })).toBe('$1$$|$&#39;');
});

test.each(['{{usr}}', '{{}}', '{{constructor}}', '{{user', 'user}}'])('a page with %s does not start', (source) => {
  expect(() => Template.parse(source, KNOWN, [])).toThrow();
});

test('a page that lacks what it must have does not start', () => {
  expect(() => Template.parse('{{room}}', KNOWN, ['user'])).toThrow('{{user}}');
});
