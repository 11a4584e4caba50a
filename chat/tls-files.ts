import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { type Given, path, problem } from './settings-values.ts';

/**
 * Two PEM files that belong together. They are tried out before the server is: what it would say of them names neither
 * setting nor mend. Throws a SettingProblem.
 */
export function tlsFiles(certFile: Given, keyFile: Given): { readonly cert: string; readonly key: string } {
  const [cert, key] = [readText(certFile), readText(keyFile)];
  if (!isTaken({ cert })) throw problem(certFile, 'holds no certificate in PEM form');
  if (!isTaken({ key })) throw problem(keyFile, 'holds no private key in PEM form without a passphrase');
  if (!isTaken({ cert, key })) throw problem(keyFile, `is not the key of the certificate that ${certFile.name} names`);
  return { cert: certFile.text, key: keyFile.text };
}

function readText(file: Given): string {
  const text = readOrNull(path(file));
  if (text === null) throw problem(file, 'is not a file that can be read');
  // The runtime takes an empty text for one that was not given.
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

function isTaken(pem: { readonly cert?: string; readonly key?: string }): boolean {
  try {
    createSecureContext(pem);
    return true;
  } catch {
    return false;
  }
}
