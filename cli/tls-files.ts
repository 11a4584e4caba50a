import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Given, path, problem } from './setting-values.ts';

/** From where one begins to where the next thing does, or the end. */
const CERTIFICATES = /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----[\s\S]*?(?=-----BEGIN |$)/g;

/**
 * Two PEM files that belong together. They are tried out before the server is: what it would say of them names neither
 * setting nor mend. Throws a SettingProblem.
 */
export function tlsFiles(certFile: Given, keyFile: Given): { readonly cert: string; readonly key: string } {
  const cert = parsed(certFile, 'holds no certificate in PEM form, or a broken one', ownOf);
  const key = parsed(keyFile, 'holds no private key in PEM form without a passphrase', createPrivateKey);
  if (!cert.checkPrivateKey(key))
    throw problem(keyFile, `is not the key of the certificate that ${certFile.name} names`);
  return { cert: certFile.text, key: keyFile.text };
}

/** The first is the server's own; those of who signed it may follow, and all have to be whole. */
function ownOf(chain: string): X509Certificate {
  const [own] = [...chain.matchAll(CERTIFICATES)].map(([each]) => new X509Certificate(each));
  if (own === undefined) throw new TypeError('no certificate');
  return own;
}

function parsed<T>(file: Given, otherwise: string, parse: (text: string) => T): T {
  const text = readText(file);
  try {
    return parse(text);
  } catch {
    throw problem(file, otherwise);
  }
}

function readText(file: Given): string {
  const text = readOrNull(path(file));
  if (text === null) throw problem(file, 'is not a file that can be read');
  if (text === '') throw problem(file, 'is empty');
  return text;
}

function readOrNull(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
