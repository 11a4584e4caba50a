import { HttpError } from './route.ts';

export const BODY_BYTES = 128 * 1024;

/** The fields of a form or of a JSON object: own keys only, their values unknown until the route parses them. */
export async function readFields(request: Request): Promise<ReadonlyMap<string, unknown>> {
  const parse = parserFor(request.headers.get('content-type'));
  if (parse === undefined) throw new HttpError(415, 'bad_type', 'Send a form or JSON.');
  if (Number(request.headers.get('content-length')) > BODY_BYTES) throw tooLarge();
  const text = decode(await readBytes(request));
  return parse(text);
}

type Parse = (text: string) => ReadonlyMap<string, unknown>;

const PARSERS: ReadonlyMap<string, Parse> = new Map([
  ['application/x-www-form-urlencoded', parseForm],
  ['application/json', parseJson],
]);

function parserFor(contentType: string | null): Parse | undefined {
  const [type = '', ...parameters] = (contentType ?? '').toLowerCase().split(';');
  const charset = parameters.map((parameter) => parameter.trim()).find((parameter) => parameter.startsWith('charset='));
  if (charset !== undefined && !/^charset="?utf-8"?$/.test(charset)) return undefined;
  return PARSERS.get(type.trim());
}

/** The declared length may be missing or false: the bytes are counted as they arrive, and reading ends at the limit. */
async function readBytes(request: Request): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunksOf(request)) {
    length += chunk.byteLength;
    if (length > BODY_BYTES) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** A client that disconnects in the middle of its body is not a server error. */
async function* chunksOf(request: Request): AsyncGenerator<Uint8Array> {
  if (request.body === null) return;
  try {
    yield* request.body;
  } catch {
    throw malformed();
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw malformed();
  }
}

function parseForm(text: string): ReadonlyMap<string, unknown> {
  const entries = [...new URLSearchParams(text)];
  const fields = new Map<string, unknown>(entries);
  if (fields.size !== entries.length) throw malformed();
  return fields;
}

function parseJson(text: string): ReadonlyMap<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw malformed();
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed();
  return new Map<string, unknown>(Object.entries(value));
}

function malformed(): HttpError {
  return new HttpError(400, 'bad_body', 'The request body could not be parsed.');
}

function tooLarge(): HttpError {
  return new HttpError(413, 'too_large', 'The request body is too large: at most 128 KiB.');
}
