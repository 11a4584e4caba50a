import { expect, test } from 'bun:test';
import { gunzipSync } from 'node:zlib';
import { compressed, gzipOf, uncompressed } from './gzip-page.ts';

const unpacked = (packed: Uint8Array): string => gunzipSync(packed).toString();
const LITERAL = '<p class="hint">At least 8 characters. A few words are best.</p>\n'.repeat(50);

test('what was packed is what is unpacked, in any order of parts', () => {
  const parts = [
    compressed(LITERAL),
    uncompressed('Zoë & <דנה>'),
    compressed(''),
    uncompressed(''),
    compressed('</html>'),
    uncompressed('🍰'),
  ];
  expect(unpacked(gzipOf(parts))).toBe(`${LITERAL}Zoë & <דנה></html>🍰`);
  expect(unpacked(gzipOf([]))).toBe('');
});

test('a value longer than a block is packed, too', () => {
  const long = 'ab€'.repeat(60_000);
  expect(unpacked(gzipOf([uncompressed(long), compressed(LITERAL), uncompressed(long)]))).toBe(long + LITERAL + long);
});

test('what is the same for everybody becomes short', () => {
  const { uncompressed, deflated } = compressed(LITERAL);
  expect(deflated.length * 10).toBeLessThan(uncompressed.length);
});

test('the length tells nothing of a secret: a right guess beside it is as long as a wrong one', () => {
  const secret = 'kq3v9Zx0TtJ2mB7yWf5cRe8uLa1hNs4dGp6oXi-_Vw';
  const wrong = 'w8n2_QyH5rD0kSg7jV1zCtU9bMx3fPe6aLoI4-TqZuX';
  const lengthWith = (guess: string): number =>
    gzipOf([compressed(LITERAL), uncompressed(secret), compressed(LITERAL), uncompressed(guess.slice(0, 42))]).length;
  expect(lengthWith(secret)).toBe(lengthWith(wrong));
});
