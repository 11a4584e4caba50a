const KEY = 'salon.signed-out';

/** For the page of signing in, to which this tab is led next: it says why one is there. */
export function leaveLoggedOutNote(): void {
  try {
    sessionStorage.setItem(KEY, 'yes');
  } catch {
    // Then the page of signing in says nothing of it.
  }
}

/** Whether one was left; it is read once. */
export function takeLoggedOutNote(): boolean {
  try {
    const note = sessionStorage.getItem(KEY);
    sessionStorage.removeItem(KEY);
    return note !== null;
  } catch {
    return false;
  }
}
