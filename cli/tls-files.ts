import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Given, path, settingError } from './setting-values.ts';

/** Each from its BEGIN line up to the next BEGIN line, or the end. */
const CERTIFICATES = /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----[\s\S]*?(?=-----BEGIN |$)/g;

/**
 * Validates two PEM files that belong together. This is done before the server starts, since its own error names neither
 * the setting nor the mend. Throws a SettingError.
 */
export function tlsFiles(certFile: Given, keyFile: Given): { readonly cert: string; readonly key: string } {
  const cert = parsed(certFile, 'holds no certificate in PEM form, or a broken one', serverCertificate);
  const key = parsed(keyFile, 'holds no private key in PEM form without a passphrase', createPrivateKey);
  if (!cert.checkPrivateKey(key))
    throw settingError(keyFile, `is not the key of the certificate that ${certFile.name} names`);
  return { cert: certFile.text, key: keyFile.text };
}

/** The first certificate is the server's; its issuers' may follow, and all must be valid. */
function serverCertificate(chain: string): X509Certificate {
  const [first] = [...chain.matchAll(CERTIFICATES)].map(([each]) => new X509Certificate(each));
  if (first === undefined) throw new TypeError('no certificate');
  return first;
}

function parsed<T>(file: Given, what: string, parse: (text: string) => T): T {
  const text = readText(file);
  try {
    return parse(text);
  } catch {
    throw settingError(file, what);
  }
}

function readText(file: Given): string {
  const text = readOrNull(path(file));
  if (text === null) throw settingError(file, 'is not a file that can be read');
  if (text === '') throw settingError(file, 'is empty');
  return text;
}

function readOrNull(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
