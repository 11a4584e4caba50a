import { afterEach, beforeEach, expect, test } from 'bun:test';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TEST_CERTIFICATE } from '../channels/testing/certificate.ts';
import { SettingError } from './setting-values.ts';
import { parseSettings } from './settings-parser.ts';

let directory: string;
let cert: string;
let key: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'salon-tls-'));
  cert = file('cert.pem', TEST_CERTIFICATE.cert);
  key = file('key.pem', TEST_CERTIFICATE.key);
});
afterEach(() => rmSync(directory, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

const { privateKey: ANOTHER_KEY } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const SHAPE = { type: 'pkcs8', format: 'pem' } as const;

function refusalOf(SALON_TLS_CERT: string, SALON_TLS_KEY: string): string {
  try {
    parseSettings([], { SALON_TLS_CERT, SALON_TLS_KEY });
  } catch (error) {
    if (error instanceof SettingError) return error.message;
    throw error;
  }
  throw new Error(`accepted: ${SALON_TLS_CERT} ${SALON_TLS_KEY}`);
}

test('a certificate and its key are taken, each from its own file or both from one', () => {
  expect(parseSettings(['--tls-cert', cert, '--tls-key', key], {}).tls).toEqual({ cert, key });
  const both = file('both.pem', `${TEST_CERTIFICATE.key}${TEST_CERTIFICATE.cert}`);
  expect(parseSettings([], { SALON_TLS_CERT: both, SALON_TLS_KEY: both }).tls).toEqual({ cert: both, key: both });
});

test('those of its issuers may follow, and one of them that is broken is one line that names the file', () => {
  const chain = file('chain.pem', TEST_CERTIFICATE.cert.repeat(2));
  expect(parseSettings(['--tls-cert', chain, '--tls-key', key], {}).tls).toEqual({ cert: chain, key });
  for (const rest of [TEST_CERTIFICATE.cert.slice(0, -40), TEST_CERTIFICATE.cert.replace(/\nMII/, '\nAAAA')]) {
    expect(refusalOf(file('broken.pem', TEST_CERTIFICATE.cert + rest), key)).toMatch(
      /^SALON_TLS_CERT: [^\n]+ broken one\.$/,
    );
  }
});

test('a file that cannot be read, is empty or holds something else is one line that names it', () => {
  for (const bad of [join(directory, 'none.pem'), directory, file('empty.pem', ''), key]) {
    expect(refusalOf(bad, key)).toMatch(/^SALON_TLS_CERT: "[^\n]+\.$/);
  }
  for (const bad of [join(directory, 'none.pem'), directory, file('empty.pem', ''), cert]) {
    expect(refusalOf(cert, bad)).toMatch(/^SALON_TLS_KEY: "[^\n]+\.$/);
  }
});

test('a key that wants a passphrase, or belongs to another certificate, is one line that says so', () => {
  const locked = file(
    'locked.pem',
    String(ANOTHER_KEY.export({ ...SHAPE, cipher: 'aes-256-cbc', passphrase: 'secret' })),
  );
  expect(refusalOf(cert, locked)).toMatch(/^SALON_TLS_KEY: [^\n]+without a passphrase\.$/);
  const other = file('other.pem', String(ANOTHER_KEY.export(SHAPE)));
  expect(refusalOf(cert, other)).toMatch(/^SALON_TLS_KEY: [^\n]+the certificate that SALON_TLS_CERT names\.$/);
});
