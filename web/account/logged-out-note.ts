const KEY = 'salon.signed-out';

/** Tells the log-in page, which this tab loads next, that the session has ended. */
export function leaveLoggedOutNote(): void {
  try {
    sessionStorage.setItem(KEY, 'yes');
  } catch {
    // Without storage the log-in page shows no reason.
  }
}

/** Whether the note was left; reading removes it. */
export function takeLoggedOutNote(): boolean {
  try {
    const note = sessionStorage.getItem(KEY);
    sessionStorage.removeItem(KEY);
    return note !== null;
  } catch {
    return false;
  }
}
