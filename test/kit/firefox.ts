import type { Browser, BrowserContext } from 'playwright-core';
import { find } from './programs.ts';

/**
 * Debian's own Firefox, driven by WebDriver BiDi, the protocol that browsers share: Playwright speaks it to a Firefox that
 * nobody patched. What it says here of a page is the same as of Chromium's.
 */

let browser: Promise<Browser> | undefined;

/** Parts of Playwright that have no types: its own objects behind those that it hands out. */
interface Inside {
  readonly _connection: {
    toImpl(of: Browser): { readonly _browserSession: { send(method: string, params?: unknown): Promise<unknown> } };
  };
}

/** Which this Firefox (ESR) does not know yet, and which no test here needs: dark or light, as the reader prefers. */
const UNKNOWN = 'emulation.setMediaFeaturesOverride';

async function launch(): Promise<Browser> {
  const { firefox } = await import('playwright-core');
  const executablePath = find('firefox-esr') ?? 'firefox-esr';
  const launched = await firefox.launch({ channel: 'moz-firefox', executablePath, headless: true });
  const session = (launched as unknown as Inside)._connection.toImpl(launched)._browserSession;
  const send = session.send.bind(session);
  session.send = (method, params) => (method === UNKNOWN ? Promise.resolve({}) : send(method, params));
  return launched;
}

/** A fresh context, like a first-time visitor's, until the test ends. */
export async function newFirefoxContext(
  t: { teardown(end: () => Promise<void>): void },
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<BrowserContext> {
  browser ??= launch();
  const context = await (await browser).newContext(options);
  t.teardown(() => context.close());
  return context;
}

export async function closeFirefox(): Promise<void> {
  await (await browser)?.close();
}
