import { isRecord } from '../../protocol/shape.ts';
import type { Preferences } from '../storage/preferences.ts';

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
