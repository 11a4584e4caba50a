/** What the fuzzed server answers; also JSON, however wild, is read before it is sent back. */
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
