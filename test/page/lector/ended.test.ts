import test, { type ExecutionContext } from 'ava';
import type { BrowserContext, Page } from 'playwright-core';
import { closeBrowser, holds, newContext } from '../../kit/browser.ts';
import { inBrowser } from '../../kit/portal.ts';
import { estadoOf, say, saying, serveLector } from './fake-worker.ts';

/** The bar after its browser ended it: by a crash, which to the bar is like a power cut. */

test.after.always(closeBrowser);

const calm = saying({ estado: estadoOf({ avisoAt: null }) });
const NOTE = 'cotejo-lector-abierto';

/** A reader who has been there. */
async function visited(t: ExecutionContext): Promise<{ context: BrowserContext; origin: URL }> {
  const context = await newContext(t);
  const origin = await serveLector(t, calm);
  await (await opened(context, origin)).close();
  return { context, origin };
}

/** @returns a new tab whose bar shows it, and has noted that */
async function opened(context: BrowserContext, url: URL): Promise<Page> {
  const page = await context.newPage();
  await page.goto(url.href);
  await page.locator('[data-standing="corte"]').waitFor();
  return page;
}

async function crash(context: BrowserContext, page: Page): Promise<void> {
  await holds(page, `localStorage.getItem('${NOTE}') !== null`);
  const session = await context.newCDPSession(page);
  const gone = page.waitForEvent('crash');
  void session.send('Page.crash').catch(() => {});
  await gone;
  await page.close();
}

inBrowser('it is opened again after it was ended once, and not by itself after twice in a row; another page is', async (t) => {
  const { context, origin } = await visited(t);
  const bad = new URL('mala.html?a=1', origin);
  await crash(context, await opened(context, bad));
  await crash(context, await opened(context, bad));
  const page = await context.newPage();
  await page.goto(new URL('#abajo', bad).href);
  await page.locator('[data-standing="ended"]').waitFor();
  t.false(await page.locator('#publication').isVisible());
  await (await opened(context, origin)).close();
  await page.reload();
  await page.locator('[data-standing="ended"]').waitFor();
  await page.click('[data-action="pass"]');
  await page.locator('[data-standing="corte"]').waitFor();
  t.is(new URL(page.url()).pathname, '/mala.html');
});

inBrowser('what was open for a minute, or was left, does not count', async (t) => {
  const { context, origin } = await visited(t);
  await crash(context, await opened(context, origin));
  const page = await context.newPage();
  await page.clock.install();
  await page.goto(origin.href);
  await page.locator('[data-standing="corte"]').waitFor();
  await holds(page, `localStorage.getItem('${NOTE}') !== null`);
  await page.clock.runFor(61_000);
  t.is(await page.evaluate(`localStorage.getItem('${NOTE}')`), null);
  await page.close();
  await crash(context, await opened(context, origin));
  await (await opened(context, origin)).close();
});

inBrowser('each window has a note of its own, and takes it away when nothing of the publication is shown', async (t) => {
  const { context, origin } = await visited(t);
  const one = await opened(context, new URL('uno.html', origin));
  const other = await opened(context, new URL('dos.html', origin));
  const paths = async () =>
    (JSON.parse((await other.evaluate<string | null>(`localStorage.getItem('${NOTE}')`)) ?? '[]') as { path: string }[]).map(
      ({ path }) => path,
    );
  await holds(other, `JSON.parse(localStorage.getItem('${NOTE}') ?? '[]').length === 2`);
  t.deepEqual(await paths(), ['/uno.html', '/dos.html']);
  await one.close();
  await holds(other, `JSON.parse(localStorage.getItem('${NOTE}') ?? '[]').length === 1`);
  t.deepEqual(await paths(), ['/dos.html']);
  await say(other, saying({ estado: estadoOf({ avisoAt: null, shows: 'aviso' }) }));
  await other.locator('[data-standing="aviso"]').waitFor();
  t.deepEqual(await paths(), []);
});
