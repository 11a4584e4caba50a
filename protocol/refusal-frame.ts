import type { ErrorFrame } from './frames.ts';
import { REFUSALS, type RefusalCode } from './refusals.ts';

const RETRY_AFTER_MS = 1_000;

/** A refusal as the wire tells it. What is not final always says when to try again. */
export function refusalFrame(code: RefusalCode, nonce?: string | null, retryAfter?: number): ErrorFrame {
  const { message, final } = REFUSALS[code];
  return {
    type: 'error',
    code,
    message,
    final,
    nonce: nonce ?? undefined,
    retry_after: final ? undefined : (retryAfter ?? RETRY_AFTER_MS),
  };
}
