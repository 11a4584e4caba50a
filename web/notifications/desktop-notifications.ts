/** `missing`: the browser has no notifications, or none for pages loaded over plain HTTP. */
export type NotificationState = 'granted' | 'denied' | 'default' | 'missing';

export function notificationState(): NotificationState {
  if (!isSecureContext || typeof Notification === 'undefined') return 'missing';
  return Notification.permission;
}

/** Browsers show the question only after a user gesture. */
export async function askForNotifications(): Promise<NotificationState> {
  if (notificationState() === 'missing') return 'missing';
  await Notification.requestPermission().catch(() => undefined);
  return notificationState();
}

export interface DesktopNotification {
  /** A new notification replaces an older one with the same tag. */
  readonly tag: string;
  readonly title: string;
  readonly text: string;
}

/** The notifications that this page shows. */
export class DesktopNotifications {
  readonly #shown = new Map<string, Notification>();

  show({ tag, title, text }: DesktopNotification): void {
    if (notificationState() !== 'granted') return;
    const notification = createNotification(title, { body: text, tag, icon: '/icon.svg' });
    if (notification === null) return;
    this.#shown.set(tag, notification);
    notification.onclick = () => {
      window.focus();
      this.close(tag);
    };
  }

  close(tag: string): void {
    this.#shown.get(tag)?.close();
    this.#shown.delete(tag);
  }

  closeAll(): void {
    for (const tag of [...this.#shown.keys()]) this.close(tag);
  }
}

/** Some browsers have the class but throw when a page constructs it. */
function createNotification(title: string, options: NotificationOptions): Notification | null {
  try {
    return new Notification(title, options);
  } catch {
    return null;
  }
}
