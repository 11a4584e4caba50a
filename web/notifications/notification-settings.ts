import $ from 'jquery';
import { isRecord } from '../../protocol/shape.ts';
import { Dialog } from '../browser/dialog.ts';
import { messages } from '../locale/en.ts';
import type { Preferences } from '../storage/preferences.ts';
import { askForNotifications, notificationState } from './desktop-notifications.ts';
import type { NotificationSound } from './sound.ts';

export interface NotificationPreferences {
  readonly notification: boolean;
  readonly sound: boolean;
  /** The user was offered notifications; this happens once. */
  readonly offered: boolean;
}

const NAME = 'alerts';

/** The user's choice of how to be notified of a mention. Everything is off by default. */
export class NotificationSettings {
  constructor(private readonly preferences: Pick<Preferences, 'read' | 'write'>) {}

  get current(): NotificationPreferences {
    const stored = this.preferences.read(NAME);
    const isOn = (key: string): boolean => isRecord(stored) && stored[key] === true;
    return { notification: isOn('notification'), sound: isOn('sound'), offered: isOn('offered') };
  }

  update(change: Partial<NotificationPreferences>): void {
    this.preferences.write(NAME, { ...this.current, ...change });
  }
}

/** The dialog for these settings. The browser asks for permission when the user ticks the box, never before. */
export class NotificationDialog {
  readonly #dialog = new Dialog('#alerts');
  readonly #notification = $('#alert-notification');
  readonly #sound = $('#alert-sound');

  constructor(
    private readonly settings: NotificationSettings,
    private readonly sound: NotificationSound,
  ) {
    $('.open-alerts').on('click', () => this.open());
    this.#notification.on('change', () => void this.#onNotificationChange());
    this.#sound.on('change', () => this.#onSoundChange());
  }

  open(): void {
    this.#show();
    this.#dialog.open();
  }

  #show(): void {
    const { notification, sound } = this.settings.current;
    const state = notificationState();
    this.#notification.prop({ checked: notification && state === 'granted', disabled: state === 'missing' });
    this.#sound.prop('checked', sound);
    const problem =
      state === 'missing' ? messages.noNotifications : state === 'denied' ? messages.notificationsDenied : '';
    $('#alert-problem')
      .text(problem)
      .prop('hidden', problem === '');
  }

  async #onNotificationChange(): Promise<void> {
    const isWanted = this.#notification.is(':checked');
    const isAllowed = isWanted && (await askForNotifications()) === 'granted';
    this.settings.update({ notification: isAllowed, offered: true });
    this.#show();
  }

  /** Plays the sound at once, as a sample; this click also lets the page play sounds later. */
  #onSoundChange(): void {
    const sound = this.#sound.is(':checked');
    this.settings.update({ sound, offered: true });
    if (sound) void this.sound.play();
  }
}
