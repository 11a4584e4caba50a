import $ from 'jquery';
import { isRecord } from '../../protocol/shape.ts';

/** Whom a page was made for. */
export interface CurrentUser {
  readonly name: string;
  readonly isAdministrator: boolean;
}

export function currentUser(): CurrentUser {
  const page = $('body');
  return { name: page.attr('data-user') ?? '', isAdministrator: page.attr('data-administrator') === 'yes' };
}

/** The account page alone: whom it serves changes without a reload. Empty: nobody, so that anybody may come. */
export function setCurrentUser(name: string): void {
  $('body').attr('data-user', name);
}

/** Is what an answer says said about this page's user, or about nobody in particular? */
export function isAboutCurrentUser(body: unknown): boolean {
  const { name } = currentUser();
  return name === '' || (isRecord(body) && (body.user === undefined || body.user === name));
}
