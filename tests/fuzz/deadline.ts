/** No answer of a server may take longer; a fault of its own is told apart from a slow machine by being generous. */
const DEADLINE_MS = 30_000;

/** What the work answers; throws when there is no such thing in time. */
export async function inTime<Answer>(work: Promise<Answer>, what: string): Promise<Answer> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no ${what} within ${DEADLINE_MS} ms`)), DEADLINE_MS);
  return Promise.race([work, late.promise]).finally(() => clearTimeout(timer));
}
