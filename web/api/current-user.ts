import $ from 'jquery';
import { isRecord } from '../../protocol/shape.ts';

/** The user for whom the page was rendered. */
export interface CurrentUser {
  readonly name: string;
  readonly isAdministrator: boolean;
}

export function currentUser(): CurrentUser {
  const page = $('body');
  return { name: page.attr('data-user') ?? '', isAdministrator: page.attr('data-administrator') === 'yes' };
}

/** For the account page alone, whose user changes without a reload. Empty: no user, so that any user may follow. */
export function setCurrentUser(name: string): void {
  $('body').attr('data-user', name);
}

/** The response is about this page's user, or about no user. */
export function isAboutCurrentUser(body: unknown): boolean {
  const { name } = currentUser();
  return name === '' || (isRecord(body) && (body.user === undefined || body.user === name));
}
