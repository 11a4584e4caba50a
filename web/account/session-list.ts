import $ from 'jquery';
import { clearFormErrors, showFormErrors } from '../api/form-errors.ts';
import { get, post } from '../api/http.ts';
import type { ApiResponse } from '../api/response.ts';
import { cloneTemplate } from '../browser/template.ts';
import { accountMessages } from '../locale/en-account.ts';
import { parseSessions, type Session } from './session.ts';

export interface SessionListHooks {
  /** False when the response is not about this page's user; the callback then updates the page. */
  isAboutUser(response: ApiResponse): boolean;
  logOut(): Promise<void>;
}

/** The user's sessions, loaded when the section opens; each can be ended here. */
export class SessionList {
  readonly #part = $('#sessions-part');
  readonly #list = $('#sessions');
  readonly #done = $('#sessions-done');
  readonly #buttons = $('#end-others, #end-all');
  #user = '';
  #isBusy = false;

  constructor(private readonly hooks: SessionListHooks) {
    this.#part.on('toggle', () => {
      if (this.#part.prop('open') === true) void this.#load();
    });
    $('#end-others').on('click', () => this.#runOnce(() => this.#endOthers()));
    $('#end-all').on('click', () => this.#runOnce(() => this.#endAll()));
  }

  start(user: string): void {
    this.#user = user;
    this.#part.prop('open', false);
    this.#list.empty();
    this.#done.text('');
    clearFormErrors(this.#part);
  }

  async #load(): Promise<void> {
    const response = await get('/account/sessions');
    if (!this.hooks.isAboutUser(response)) return;
    const sessions = parseSessions(response.body, this.#user);
    showFormErrors(response, this.#part);
    if (sessions !== null) this.#show(sessions);
  }

  #show(sessions: readonly Session[]): void {
    this.#list.empty().append(sessions.map((session) => this.#row(session)));
    $('#end-others').prop('hidden', sessions.length < 2);
  }

  #row(session: Session): JQuery {
    const { id, created, seen, isCurrent } = session;
    const row = cloneTemplate('#session-template').attr('data-session', id);
    const device = session.device || accountMessages.unknownDevice;
    const times = accountMessages.sessionTimes(created, isCurrent ? null : seen, new Date());
    row.find('.device b').text(device);
    row.find('.you').text(accountMessages.thisSession).prop('hidden', !isCurrent);
    row.find('.times').text(times);
    row.find('.end').attr('aria-label', accountMessages.endSession(device, times)).prop('hidden', isCurrent);
    row.find('.end').on('click', () => this.#runOnce(() => this.#endSession(id, device, row)));
    return row;
  }

  /** One request at a time. */
  async #runOnce(request: () => Promise<void>): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    this.#buttons.attr('aria-disabled', 'true');
    this.#done.text('');
    await request();
    this.#buttons.removeAttr('aria-disabled');
    this.#isBusy = false;
  }

  async #endSession(id: string, device: string, row: JQuery): Promise<void> {
    if (!(await this.#postEnd({ id }))) return;
    row.remove();
    this.#done.text(accountMessages.sessionEnded(device));
    $('#end-others').prop('hidden', this.#list.children().length < 2);
    this.#part.find('summary').trigger('focus');
  }

  async #endOthers(): Promise<void> {
    if (!(await this.#postEnd({ others: 'true' }))) return;
    this.#done.text(accountMessages.othersEnded);
    await this.#load();
    this.#part.find('summary').trigger('focus');
  }

  async #endAll(): Promise<void> {
    if (await this.#postEnd({ others: 'true' })) await this.hooks.logOut();
  }

  async #postEnd(fields: Record<string, string>): Promise<boolean> {
    const response = await post('/account/sessions/end', fields);
    if (!this.hooks.isAboutUser(response)) return false;
    showFormErrors(response, this.#part);
    return response.status === 200;
  }
}
