/** What the fuzzed server answers. JSON, however wild, is parsed before it is echoed. */
export function echoOf(data: string | Uint8Array): string {
  if (typeof data !== 'string') return `${data.length} bytes, ${Bun.hash.crc32(data)}`;
  return isJson(data) ? `JSON ${data}` : data;
}

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}
