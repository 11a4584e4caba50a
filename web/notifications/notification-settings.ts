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
  /** The offer to be told was made, once. */
  readonly offered: boolean;
}

const NAME = 'alerts';

/** How somebody wants to be told of a mention: not at all, as long as they have not said so. */
export class NotificationSettings {
  constructor(private readonly keepsakes: Pick<Preferences, 'read' | 'write'>) {}

  get now(): NotificationPreferences {
    const kept = this.keepsakes.read(NAME);
    const isOn = (key: string): boolean => isRecord(kept) && kept[key] === true;
    return { notification: isOn('notification'), sound: isOn('sound'), offered: isOn('offered') };
  }

  change(change: Partial<NotificationPreferences>): void {
    this.keepsakes.write(NAME, { ...this.now, ...change });
  }
}

/** How one wants to be told of a mention. The browser is asked for its leave when one ticks the box, never before. */
export class NotificationDialog {
  readonly #dialog = new Dialog('#alerts');
  readonly #notification = $('#alert-notification');
  readonly #sound = $('#alert-sound');

  constructor(
    private readonly settings: NotificationSettings,
    private readonly chime: NotificationSound,
  ) {
    $('.open-alerts').on('click', () => this.open());
    this.#notification.on('change', () => void this.#wantNotification());
    this.#sound.on('change', () => this.#wantSound());
  }

  open(): void {
    this.#show();
    this.#dialog.open();
  }

  #show(): void {
    const { notification, sound } = this.settings.now;
    const state = notificationState();
    this.#notification.prop({ checked: notification && state === 'granted', disabled: state === 'missing' });
    this.#sound.prop('checked', sound);
    const problem =
      state === 'missing' ? messages.noNotifications : state === 'denied' ? messages.notificationsDenied : '';
    $('#alert-problem')
      .text(problem)
      .prop('hidden', problem === '');
  }

  async #wantNotification(): Promise<void> {
    const isWanted = this.#notification.is(':checked');
    const isAllowed = isWanted && (await askForNotifications()) === 'granted';
    this.settings.change({ notification: isAllowed, offered: true });
    this.#show();
  }

  /** What it sounds like is heard at once; and from this press on the page may sound. */
  #wantSound(): void {
    const sound = this.#sound.is(':checked');
    this.settings.change({ sound, offered: true });
    if (sound) void this.chime.play();
  }
}
