import test, { type ExecutionContext } from 'ava';
import type { Page } from 'playwright-core';
import type { Documento, Estado } from '../../../src/page/lector/messages.ts';
import { closeBrowser, newPage } from '../../kit/browser.ts';
import { requires } from '../../kit/requires.ts';
import { type Answering, serve } from '../../kit/web.ts';
import { mirror, type Publication, publication, serveLector } from './trial-site.ts';

/** The lector's worker in a real browser, with mirrors on origins of their own. */

const inBrowser = requires('chromium', ['chromium']).serial;

test.after.always(closeBrowser);

inBrowser('every byte that a reader gets is verified, and altered ones are taken from another mirror', async (t) => {
  const of = publication(2);
  const altering: Answering = (request, response) => {
    if (!(request.url ?? '').includes('total.json')) return mirror(of)(request, response);
    response.writeHead(200, { 'access-control-allow-origin': '*' }).end('{"corte":99}\n');
  };
  const { page, mirrors } = await opened(t, of, [altering, mirror(of)]);
  await inFrame(page).getByText('Corte 2', { exact: true }).waitFor();
  t.is(await inFrame(page).locator('#dato').textContent(), '2');
  const colour = "getComputedStyle(document.getElementById('f').contentDocument.querySelector('h1')).color";
  t.is(await page.evaluate(colour), 'rgb(1, 2, 3)');
  const document = await documento(page);
  t.is(document?.corte.number, 2);
  t.is(document?.path, 'index.html');
  const { head, shows, mirrors: told } = await estado(page);
  t.is(head?.number, 2);
  t.is(shows, 'corte');
  t.is(told.find(({ url }) => url === mirrors[1]?.href)?.state, 'responde');
});

/** A new reader with the lector open, whose frame shows something. */
async function opened(t: ExecutionContext, of: Publication, answers: readonly Answering[]) {
  const mirrors = await Promise.all(answers.map((answer) => serve(t, answer)));
  const lector = await serveLector(t, of, mirrors);
  const page = await newPage(t);
  page.on('console', (message) => t.log(message.text()));
  page.on('pageerror', (error) => t.log(error));
  await page.goto(lector.url.href);
  await page.frameLocator('#f').locator('body').waitFor();
  return { page, mirrors, lector };
}

function inFrame(page: Page) {
  return page.frameLocator('#f');
}

function documento(page: Page): Promise<Documento | null> {
  return page.evaluate<Documento | null>('documento()');
}

function estado(page: Page): Promise<Estado> {
  return page.evaluate<Estado>("ask({ ask: 'estado' })");
}
