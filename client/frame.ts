/** A frame of a server as any client may read it: a type, and keys to be asked for. */

export interface Frame {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** A text of the wire: one frame, or an array of them. Throws when it is neither. */
export function parseFrames(text: string): Frame[] {
  const value: unknown = JSON.parse(text);
  return (Array.isArray(value) ? value : [value]).map(parseFrame);
}

export function numberIn(frame: Frame, key: string): number {
  const value = frame[key];
  if (typeof value !== 'number') throw new Error(`no ${key} in ${JSON.stringify(frame)}`);
  return value;
}

function parseFrame(value: unknown): Frame {
  if (typeof value !== 'object' || value === null || !('type' in value) || typeof value.type !== 'string') {
    throw new Error(`not a frame: ${JSON.stringify(value)}`);
  }
  return { ...value, type: value.type };
}
