/** What can happen to bytes on their way. Each pipe has its own toxics, so that they may count. */

export interface Chunk {
  readonly bytes: Buffer;
  /** `performance.now()` when it came in. */
  readonly arrivedAt: number;
}

/** How a toxic lets bytes go on, or ends the connection. */
export interface ToxicContext {
  forward(bytes: Buffer): Promise<void>;
  /** False once the toxic was removed: it must let go of what it still holds. */
  isActive(): boolean;
  /** With a FIN to both. */
  end(): void;
  /** With a RST to both. */
  reset(): void;
}

export interface Toxic {
  carry?(chunk: Chunk, context: ToxicContext): Promise<void>;
  /** The sender has ended: resolves when the end may be passed on. */
  end?(): Promise<void>;
  /** It drops bytes, so the connection must not go on after it. */
  readonly isLossy?: boolean;
}

/** Delays every byte, without limiting the bandwidth. */
export function latency(ms: number, jitterMs = 0, random: () => number = Math.random): Toxic {
  return {
    async carry({ bytes, arrivedAt }, context) {
      const due = arrivedAt + ms + (2 * random() - 1) * jitterMs;
      await Bun.sleep(Math.max(0, due - performance.now()));
      await context.forward(bytes);
    },
  };
}

const BANDWIDTH_SLICE_MS = 20;

export function bandwidth(bytesPerSecond: number): Toxic {
  const slice = Math.max(1, Math.floor((bytesPerSecond * BANDWIDTH_SLICE_MS) / 1_000));
  let freeAt = 0;
  return {
    async carry({ bytes }, context) {
      let at = 0;
      for (; at < bytes.length && context.isActive(); at += slice) {
        const part = bytes.subarray(at, at + slice);
        freeAt = Math.max(freeAt, performance.now()) + (part.length / bytesPerSecond) * 1_000;
        await Bun.sleep(freeAt - performance.now());
        await context.forward(part);
      }
      if (at < bytes.length) await context.forward(bytes.subarray(at));
    },
  };
}

/** Delays the end of a connection. */
export function slowClose(ms: number): Toxic {
  return { end: () => Bun.sleep(ms) };
}

/** Nothing comes out, not even an end. */
export function blackHole(): Toxic {
  return { isLossy: true, carry: async () => {}, end: () => new Promise(() => {}) };
}

/** So many bytes, and then a RST. */
export function reset(afterBytes: number): Toxic {
  return cutAfter(afterBytes, (context) => context.reset());
}

/** So many bytes, and then a FIN. */
export function limit(bytes: number): Toxic {
  return cutAfter(bytes, (context) => context.end());
}

/** In pieces of so many bytes, with a pause behind each. */
export function slicer(bytes: number, pauseMs = 0): Toxic {
  return {
    async carry(chunk, context) {
      for (let at = 0; at < chunk.bytes.length; at += bytes) {
        await context.forward(chunk.bytes.subarray(at, at + bytes));
        if (pauseMs > 0) await Bun.sleep(pauseMs);
      }
    },
  };
}

function cutAfter(count: number, cut: (context: ToxicContext) => void): Toxic {
  let left = count;
  return {
    isLossy: true,
    async carry({ bytes }, context) {
      const part = bytes.subarray(0, left);
      left -= part.length;
      if (part.length > 0) await context.forward(part);
      if (left === 0) cut(context);
    },
  };
}
