import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import type { Page } from 'playwright-core';
import { buildPage } from '../../../src/build/page.ts';
import { closeBrowser, newPage } from '../../kit/browser.ts';
import { sh } from '../../kit/command.ts';
import { nextTrust, signTrust } from '../../kit/election.ts';
import { makeFolder } from '../../kit/folders.ts';
import { named, readGuide } from '../../kit/guide.ts';
import { inBrowser } from '../../kit/portal.ts';
import { repository } from '../../kit/programs.ts';
import { type Answering, serve } from '../../kit/web.ts';
import { addCorte, mirror, publication, serveLector } from './trial-site.ts';

/** The bar and the worker together, as `cotejo lector build` writes them, before mirrors on origins of their own. */

test.after.always(closeBrowser);

const pictures = process.env['COTEJO_PICTURES'];

async function picture(page: Page, name: string): Promise<void> {
  if (pictures !== undefined) await page.screenshot({ path: join(pictures, `lector-joined-${name}.png`) });
}

inBrowser('the bar shows the publication verified, offers the newer corte, and goes on without a network', async (t) => {
  const of = publication(2);
  let isOut = false;
  const altering: Answering = (request, response) => {
    if (isOut) response.destroy();
    else if (!(request.url ?? '').includes('total.json')) mirror(of)(request, response);
    else response.writeHead(200, { 'access-control-allow-origin': '*' }).end('{"corte":99}\n');
  };
  const good: Answering = (request, response) => (isOut ? response.destroy() : mirror(of)(request, response));
  const mirrors = await Promise.all([altering, good].map((answer) => serve(t, answer)));
  const lector = await serveLector(t, of, mirrors, await buildPage(repository(), 'lector.html'));
  const page = await newPage(t, { viewport: { width: 390, height: 844 } });
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => void (/Content Security Policy|Trusted/.test(message.text()) && complaints.push(message.text())));
  await page.goto(new URL('distrito/', lector.url).href);
  await page.locator('[data-standing="corte"]').waitFor();
  const frame = page.frameLocator('#publication');
  await frame.locator('#dato', { hasText: '2' }).waitFor();
  t.regex(await page.locator('#what').innerText(), /^Corte 2/);
  t.regex(await frame.locator('html').innerText(), /Inicio/);
  await picture(page, 'verified');
  await frame.locator('#liga').click();
  await page.waitForURL(lector.url.href);
  await frame.locator('h1', { hasText: 'Corte 2' }).waitFor();

  addCorte(of);
  await page.click('#details');
  await page.click('#look');
  await page.locator('#newer').waitFor();
  await picture(page, 'newer');
  t.regex(await frame.locator('h1').innerText(), /Corte 2/);
  await page.click('#newer');
  await page.locator('#what', { hasText: 'Corte 3' }).waitFor();
  await frame.locator('#dato', { hasText: '3' }).waitFor();

  // As with the Shift key held: this page goes around the worker, and what is in its frame must not.
  const session = await page.context().newCDPSession(page);
  await session.send('Page.reload', { ignoreCache: true });
  await page.locator('#what', { hasText: 'Corte 3' }).waitFor();
  await page.locator('[data-standing="corte"]').waitFor();
  t.is(await page.evaluate('navigator.serviceWorker.controller'), null);
  await frame.locator('#dato', { hasText: '3' }).waitFor();
  await page.click('#details');

  isOut = true;
  await page.click('#look');
  await page.locator('#note[data-gravity="warn"]').waitFor();
  await page.click('#details');
  await page.reload();
  await page.locator('[data-standing="corte"]').waitFor();
  await frame.locator('#dato', { hasText: '3' }).waitFor();
  await page.locator('#by', { hasText: 'guardado en este aparato' }).waitFor();
  await picture(page, 'offline');
  t.deepEqual(complaints, []);
});

inBrowser('two histories under one key: the reader is told, and takes the proof away', async (t) => {
  const of = publication(2);
  const lector = await serveLector(t, of, [await serve(t, mirror(of))], await buildPage(repository(), 'lector.html'));
  const page = await newPage(t, { acceptDownloads: true });
  await page.goto(lector.url.href);
  await page.locator('[data-standing="corte"]').waitFor();
  const [former] = of.cortes.splice(-1);
  const other = addCorte(of, { files: { 'index.html': '<h1>otra historia</h1>' } });
  await page.click('#details');
  await page.click('#look');
  await page.locator('[data-standing="fork"]').waitFor();
  t.false(await page.locator('#publication').isVisible());
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('[data-action="save"]')]);
  t.is(download.suggestedFilename(), 'prueba-jornada-2.json');
  const folder = await makeFolder(t);
  await download.saveAs(join(folder, 'prueba.json'));
  const checked = await sh(named(await readGuide('lector'), 'prueba'), folder);
  t.is(checked.status, 0, checked.stderr);
  t.deepEqual(await readFile(join(folder, '0.json')), former?.files['corte.json']);
  t.deepEqual(await readFile(join(folder, '1.json')), other.files['corte.json']);
  await picture(page, 'fork');
});

inBrowser('two trust documents of one version: the reader is told, and takes both away', async (t) => {
  const of = publication(2);
  const [first] = of.trusts;
  if (!first) throw new Error('there is no trust');
  const second = signTrust(nextTrust(first));
  const other = signTrust(nextTrust(first, { title: 'Otra elección' }));
  of.trusts.push(second);
  const lector = await serveLector(t, of, [await serve(t, mirror(of))], await buildPage(repository(), 'lector.html'));
  const page = await newPage(t, { acceptDownloads: true, viewport: { width: 390, height: 844 } });
  await page.goto(lector.url.href);
  await page.locator('[data-standing="corte"]').waitFor();
  of.trusts.splice(1, 1, other);
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('ServiceWorker.enable');
  await devtools.send('ServiceWorker.stopAllWorkers');
  await page.reload();
  await page.locator('[data-standing="trust-fork"]').waitFor();
  t.false(await page.locator('#publication').isVisible());
  await picture(page, 'trust-fork');
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('[data-action="save"]')]);
  t.is(download.suggestedFilename(), 'prueba-confianza-2.json');
  const folder = await makeFolder(t);
  await download.saveAs(join(folder, 'prueba.json'));
  const checked = await sh(named(await readGuide('lector'), 'prueba-confianza'), folder);
  t.is(checked.status, 0, checked.stderr);
  for (const [i, { bytes, signedBy }] of [second, other].entries()) {
    t.deepEqual(await readFile(join(folder, `confianza-${i}.json`)), Buffer.from(bytes));
    for (const [f, signature] of Object.values(signedBy).entries())
      t.deepEqual(await readFile(join(folder, `confianza-${i}.${f}.sig`)), signature);
  }
  await page.click('[data-action="pass"]');
  await page.locator('[data-standing="corte"]').waitFor();
  t.is(await page.locator('#note').getAttribute('data-gravity'), 'bad');
  await picture(page, 'trust-fork-passed');
});

inBrowser('a path that the static host does not know, and one that the publication lacks', async (t) => {
  const of = publication(1);
  const lector = await serveLector(t, of, [await serve(t, mirror(of))], await buildPage(repository(), 'lector.html'));
  const page = await newPage(t);
  await page.goto(new URL('no-hay/', lector.url).href);
  await page.locator('[data-standing="corte"]').waitFor();
  await page.frameLocator('#publication').locator('h1').waitFor();
  await picture(page, 'absent');
  t.is(await page.locator('html').getAttribute('data-tone'), 'unknown', 'what the worker says itself is not called verified');
  t.true(page.url().endsWith('/no-hay/'));
});
