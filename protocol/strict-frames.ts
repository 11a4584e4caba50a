/** For programs that check a server: a frame that a client would have to leave out is an error. */
import type { ServerFrame } from './frames.ts';
import { isServerFrame } from './server-frames.ts';

/** As `parseFrames`, but throws on a text that is not JSON and on a frame that is unknown or malformed. */
export function parseFramesStrictly(text: string): ServerFrame[] {
  const parsed: unknown = JSON.parse(text);
  return (Array.isArray(parsed) ? parsed : [parsed]).map(checked);
}

function checked(value: unknown): ServerFrame {
  if (!isServerFrame(value)) throw new Error(`unknown or malformed server frame: ${JSON.stringify(value)}`);
  return value;
}
