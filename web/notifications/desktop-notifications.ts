/** `missing`: this browser has none, or not for a page that came over plain http. */
export type NotificationState = 'granted' | 'denied' | 'default' | 'missing';

export function notificationState(): NotificationState {
  if (!isSecureContext || typeof Notification === 'undefined') return 'missing';
  return Notification.permission;
}

/** Only to be asked after a press of one's own. */
export async function askForNotifications(): Promise<NotificationState> {
  if (notificationState() === 'missing') return 'missing';
  await Notification.requestPermission().catch(() => undefined);
  return notificationState();
}

export interface DesktopNotification {
  /** A new one takes the place of an older one of the same place. */
  readonly place: string;
  readonly title: string;
  readonly text: string;
}

/** Notifications of this page; they go when what they tell was seen. */
export class DesktopNotifications {
  readonly #shown = new Map<string, Notification>();

  show({ place, title, text }: DesktopNotification): void {
    if (notificationState() !== 'granted') return;
    const notification = made(title, { body: text, tag: place, icon: '/icon.svg' });
    if (notification === null) return;
    this.#shown.set(place, notification);
    notification.onclick = () => {
      window.focus();
      this.close(place);
    };
  }

  close(place: string): void {
    this.#shown.get(place)?.close();
    this.#shown.delete(place);
  }

  closeAll(): void {
    for (const place of [...this.#shown.keys()]) this.close(place);
  }
}

/** Some browsers have the class and do not let a page use it. */
function made(title: string, options: NotificationOptions): Notification | null {
  try {
    return new Notification(title, options);
  } catch {
    return null;
  }
}
