import { afterAll, beforeAll, expect, test } from 'bun:test';
import type { CDPSession, Page } from 'playwright-core';
import { isLive } from '../support/browser/browser-user.ts';
import { MAIN_USER } from '../support/browser/stage-script.ts';
import { openTestStage, type TestStage } from '../support/browser/test-stage.ts';

/** The whole page as transferred: HTML, script, style and icon, headers included. */
const PAGE_BYTES_MAX = 60 * 1024;
const VIEW = { width: 1200, height: 720, colorScheme: 'light' } as const;

let stage: TestStage;
beforeAll(async () => {
  stage = await openTestStage();
});
afterAll(() => stage?.close());

/** The requests of a page in order: the address, and the bytes of the response. */
class NetworkLog {
  readonly #asked = new Map<string, { url: string; bytes: number; coding: string }>();

  static async of(page: Page): Promise<NetworkLog> {
    const line = await page.context().newCDPSession(page);
    const log = new NetworkLog();
    log.#listen(line);
    await line.send('Network.enable');
    return log;
  }

  get hosts(): string[] {
    return [...new Set([...this.#asked.values()].map(({ url }) => new URL(url).host))];
  }

  /** Of the page; what is in the rooms comes on top. */
  get bytes(): number {
    const parts = [...this.#asked.values()].filter(({ url }) => !new URL(url).pathname.startsWith('/api/'));
    return parts.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** A line for each request, for the report of a failed run. */
  get lines(): string[] {
    return [...this.#asked.values()].map(({ url, bytes, coding }) => `${bytes} ${coding} ${new URL(url).pathname}`);
  }

  codingOf(kind: RegExp): string[] {
    return [...this.#asked.values()].filter(({ url }) => kind.test(url)).map(({ coding }) => coding);
  }

  #listen(line: CDPSession): void {
    line.on('Network.requestWillBeSent', ({ requestId, request }) => {
      this.#asked.set(requestId, { url: request.url, bytes: 0, coding: 'plain' });
    });
    line.on('Network.responseReceived', ({ requestId, response }) => {
      const asked = this.#asked.get(requestId);
      if (asked === undefined) return;
      asked.bytes = -response.encodedDataLength;
      asked.coding = new Headers(response.headers).get('content-encoding') ?? 'plain';
    });
    line.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      const asked = this.#asked.get(requestId);
      if (asked !== undefined) asked.bytes += encodedDataLength;
    });
    line.on('Network.webSocketCreated', ({ requestId, url }) => {
      this.#asked.set(requestId, { url, bytes: 0, coding: 'plain' });
    });
  }
}

test.each([
  ['/account', null, (page: Page) => page.locator('#account-form').waitFor()],
  ['/chat/general', MAIN_USER, isLive],
] as const)(
  'the whole of %s weighs at most 60 KB, and nothing of it comes from elsewhere',
  async (path, who, isThere) => {
    const visit = await stage.openUserBrowser(who === null ? null : (stage.people.get(who) ?? null), VIEW);
    const log = await NetworkLog.of(visit.page);
    await visit.page.goto(stage.server.url + path, { waitUntil: 'load' });
    await isThere(visit.page);
    console.log(`${path}: ${(log.bytes / 1024).toFixed(1)} KB\n  ${log.lines.join('\n  ')}`);
    expect(log.bytes).toBeGreaterThan(10 * 1024);
    expect(log.bytes).toBeLessThanOrEqual(PAGE_BYTES_MAX);
    expect(log.hosts).toEqual([new URL(stage.server.url).host]);
    expect(log.codingOf(/\.(?:js|css)$/)).toEqual(['br', 'br']);
    expect(log.codingOf(/\/(?:account|general)$/)).toEqual(['gzip']);
    await visit.close();
  },
);
