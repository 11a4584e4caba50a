/** No answer of a server may take longer. Generous, so that a slow machine is not taken for a fault. */
const DEADLINE_MS = 30_000;

/** Resolves with the result of the work; throws when it is not there in time. */
export async function withDeadline<Answer>(work: Promise<Answer>, what: string): Promise<Answer> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no ${what} within ${DEADLINE_MS} ms`)), DEADLINE_MS);
  return Promise.race([work, late.promise]).finally(() => clearTimeout(timer));
}
