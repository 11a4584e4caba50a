import $ from 'jquery';
import { isRecord } from './shape.ts';

/** Whom a page was made for. */
export interface PageUser {
  readonly name: string;
  readonly isAdministrator: boolean;
}

export function pageUser(): PageUser {
  const page = $('body');
  return { name: page.attr('data-user') ?? '', isAdministrator: page.attr('data-administrator') === 'yes' };
}

/** Is what an answer says about whoever is signed in said about this page's user? The account page serves anybody. */
export function isAboutPageUser(body: unknown): boolean {
  const user = $('body').attr('data-user');
  return user === undefined || (isRecord(body) && body.user === user);
}
