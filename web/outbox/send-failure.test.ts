import { expect, test } from 'bun:test';
import { isLoggedOut, refusalOf } from './send-failure.ts';

const refused = (status: number, error: object) => refusalOf({ status, body: { error } });

test('a refusal that says whether it is final is believed', () => {
  const conflict = { code: 'nonce_conflict', message: 'Used.', final: true };
  expect(refused(409, conflict)).toMatchObject({ code: 'nonce_conflict', message: 'Used.', final: true });
  const busy = { code: 'busy', message: 'Busy.', final: false, retry_after: 70 };
  expect(refused(503, busy)).toMatchObject({ code: 'busy', final: false, retry_after: 70 });
});

test('a user who is logged out, or has an old token, keeps what was written until that is mended', () => {
  expect(refused(401, { code: 'signed_out', message: 'Log in first.' }).final).toBe(false);
  expect(refused(403, { code: 'csrf', message: 'Out of date.' }).final).toBe(false);
});

test('while the user is logged out the pauses grow to half a minute, and start again after a log-in', () => {
  const loggedOut = { status: 401, body: { error: { code: 'signed_out', message: 'Log in first.' } } };
  const waits = [0, 1, 2, 3, 4, 50].map((tries) => refusalOf(loggedOut, tries).retry_after);
  expect(waits).toEqual([3_000, 6_000, 12_000, 24_000, 30_000, 30_000]);
  expect(isLoggedOut(loggedOut)).toBe(true);
  expect(isLoggedOut({ status: 403, body: { error: { code: 'csrf', message: 'Out of date.' } } })).toBe(true);
  expect(isLoggedOut({ status: 503, body: null })).toBe(false);
});

test('what no other try would change is final, whatever else is tried again after a while', () => {
  for (const status of [400, 404, 413, 415]) expect(refusalOf({ status, body: null }).final).toBe(true);
  for (const status of [0, 408, 421, 429, 500, 502, 503, 507]) {
    const { final, retry_after = 0 } = refusalOf({ status, body: undefined });
    expect({ status, final, soon: retry_after < 1_000 }).toEqual({ status, final: false, soon: false });
  }
});
