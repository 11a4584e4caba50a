/** Intercepts the frames between a page and the server. */
import type { Page } from 'playwright-core';

/** What to do with the frames. Read marks are always dropped, so that a room looks the same the next time. */
export interface FrameInterception {
  readonly up?: (frame: string, answer: (frame: string) => void) => string | null;
  readonly down?: (frame: string) => string;
}

export const WITHHOLD_MESSAGES: FrameInterception = { up: (frame) => (isMessage(frame) ? null : frame) };
export const NEWER_VERSION: FrameInterception = {
  down: (frame) => frame.replace(/"version":"[^"]*"/, '"version":"99.0.0"'),
};
export const REFUSE_MESSAGES: FrameInterception = {
  up: (frame, answer) => {
    if (!isMessage(frame)) return frame;
    const nonce = /"nonce":"([^"]*)"/.exec(frame)?.[1] ?? '';
    const message = 'This message is too long: at most 4,000 characters.';
    answer(JSON.stringify({ type: 'error', code: 'too_long', message, final: true, nonce }));
    return null;
  },
};

function isMessage(frame: string): boolean {
  return frame.includes('"chat_message"');
}

export async function interceptFrames(page: Page, { up, down }: FrameInterception): Promise<void> {
  await page.routeWebSocket(/\/ws\//, (near) => {
    const far = near.connectToServer();
    near.onMessage((data) => {
      const frame = String(data);
      if (frame.includes('"type":"read"')) return;
      const passed = up === undefined ? frame : up(frame, (answer) => near.send(answer));
      if (passed !== null) far.send(passed);
    });
    far.onMessage((data) => near.send(down === undefined ? data : down(String(data))));
  });
}
