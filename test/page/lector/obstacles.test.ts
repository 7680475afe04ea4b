import test from 'ava';
import { closeBrowser, holds, newPage } from '../../kit/browser.ts';
import { inBrowser } from '../../kit/portal.ts';
import { serve } from '../../kit/web.ts';
import { saying, serveLector } from './fake-worker.ts';

/** Where nothing can be verified: the bar in a browser, or at a place, that lacks what it needs. */

test.after.always(closeBrowser);

const OBSTACLES = {
  insecure: { before: 'Object.defineProperty(window, "isSecureContext", { value: false })', action: 'https' },
  unable: { before: 'delete Navigator.prototype.serviceWorker', action: null },
  refused: {
    before: 'ServiceWorkerContainer.prototype.register = () => Promise.reject(new DOMException("no", "SecurityError"))',
    action: 'reload',
  },
} as const;

inBrowser('where nothing can be verified nothing is shown, and it is said why and where to go', async (t) => {
  const site = await serveLector(t, saying());
  for (const [obstacle, { before, action }] of Object.entries(OBSTACLES)) {
    const page = await newPage(t);
    await page.addInitScript(before);
    await page.goto(site.href);
    await page.locator(`[data-standing="${obstacle}"]`).waitFor();
    t.false(await page.locator('#publication').isVisible(), obstacle);
    t.true(await page.locator('#difusores a').first().isVisible(), obstacle);
    t.is(await page.locator('#card [data-action]').count(), action === null ? 0 : 1, obstacle);
    if (action !== null) t.is(await page.locator('#card [data-action]').getAttribute('data-action'), action);
    t.is(await page.locator('#what').innerText(), 'No se puede verificar aquí');
  }
});

inBrowser('a worker that never starts is waited for so long, and not longer', async (t) => {
  const never = "self.addEventListener('install', (event) => event.waitUntil(new Promise(() => {})))";
  const site = await serveLector(t, saying(), never);
  const page = await newPage(t);
  await page.clock.install();
  await page.goto(site.href);
  await page.locator('[data-started]').waitFor();
  await holds(page, 'navigator.serviceWorker.getRegistration().then((one) => Boolean(one?.installing))');
  await page.clock.runFor(25_000);
  await page.locator('[data-standing="late"]').waitFor();
  t.false(await page.locator('#publication').isVisible());
});

inBrowser('over http it says that it needs https', async (t) => {
  const body = await (await fetch(await serveLector(t, saying()))).text();
  const page = await newPage(t);
  await page.route('http://lector.example/**', (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body }));
  await page.goto('http://lector.example/');
  await page.locator('[data-standing="insecure"]').waitFor();
  t.is(await page.locator('#card button').first().getAttribute('data-action'), 'https');
});

inBrowser('within another page it shows nothing, and offers a tab of its own', async (t) => {
  const site = await serveLector(t, saying());
  const around = await serve(t, (_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end(`<iframe src="${site.href}" width="600" height="600"></iframe>`);
  });
  const page = await newPage(t);
  await page.goto(around.href);
  const inner = page.frameLocator('iframe');
  await inner.locator('[data-standing="framed"]').waitFor();
  t.is(await inner.locator('#card button').getAttribute('data-action'), 'own-tab');
});

inBrowser('without a script it says that it needs one, and where to go', async (t) => {
  const page = await newPage(t, { javaScriptEnabled: false });
  await page.goto((await serveLector(t, saying())).href);
  await page.locator('noscript').waitFor();
  await page.locator('#late').waitFor();
  t.true(await page.locator('#difusores a').first().isVisible());
});
