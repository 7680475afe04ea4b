import { setTimeout as pause } from 'node:timers/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { find } from './programs.ts';

/** A real browser, one for all tests of a file, because starting it takes longer than most of them. */

const QUIET = ['--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** ms between two looks into a page */
const LOOK = 50;

let browser: Promise<Browser> | undefined;
const further: string[] = [];

/**
 * To be called before the first page: certificates that were made for a trial are taken. What a page's context can ignore of
 * them is not ignored for what a service worker fetches.
 */
export function takeAnyCertificate(): void {
  further.push('--ignore-certificate-errors');
}

/** Playwright is loaded only when it is needed: loading it takes longer than most files' other tests. */
async function launch(flags: readonly string[] = []): Promise<Browser> {
  const { chromium } = await import('playwright-core');
  return chromium.launch({ executablePath: find('chromium') ?? 'chromium', args: ['--no-sandbox', ...QUIET, ...flags] });
}

/** Another browser, for what the one of all tests can't do, until the test ends. @param flags of its command line */
export async function newBrowser(t: { teardown(end: () => Promise<void>): void }, flags: readonly string[]): Promise<Browser> {
  const other = await launch(flags);
  t.teardown(() => other.close());
  return other;
}

/** A fresh context, like a first-time visitor's, until the test ends. */
export async function newContext(
  t: { teardown(end: () => Promise<void>): void },
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<BrowserContext> {
  // Chromium's own sandbox needs what a container does not have; the pages of the tests are ours.
  browser ??= launch(further);
  const context = await (await browser).newContext(options);
  t.teardown(() => context.close());
  return context;
}

export async function newPage(...of: Parameters<typeof newContext>): Promise<Page> {
  return (await newContext(...of)).newPage();
}

/**
 * Waits until this is true in a page whose policy forbids `eval`: of that the driver's own wait makes use from its second look on.
 */
export async function holds(page: Page, expression: string): Promise<void> {
  while (!(await page.evaluate<unknown>(expression))) await pause(LOOK);
}

export async function closeBrowser(): Promise<void> {
  await (await browser)?.close();
}
