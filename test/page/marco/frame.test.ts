import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { Frame, Page } from 'playwright-core';
import { writePages } from '../../../src/build/page.ts';
import { publicationOf } from '../../../src/demo/results.ts';
import { closeBrowser, newPage } from '../../kit/browser.ts';
import { faint } from '../../kit/contrast.ts';
import { type Corte, makeChain, makeCorte, writeDelivery } from '../../kit/cortes.ts';
import { type RunningDifusor, runDifusor } from '../../kit/difusor.ts';
import { at, makeTrust, signTrust, trustFiles } from '../../kit/election.ts';
import { inBrowser, servePortal } from '../../kit/portal.ts';
import { repository } from '../../kit/programs.ts';
import { serve } from '../../kit/web.ts';

/**
 * A newspaper's page at another origin, in a real browser, with a Difusor's frame and badge in it. The browser's clock is
 * the test's, and begins at the machine's hour, which the server tells, too.
 */

const MINUTE = 60_000;
const START = Date.now();
const trust = signTrust(makeTrust({ now: START }));
/** where pictures are wanted */
const pictures = process.env['COTEJO_PICTURES'];

test.before(() => writePages(repository()));
test.after.always(closeBrowser);

interface Night {
  readonly difusor: RunningDifusor;
  readonly portal: URL;
  readonly site: URL;
}

async function night(t: ExecutionContext, isListed = true): Promise<Night> {
  const place = { site: new URL('http://127.0.0.1/') };
  const portal = await servePortal(t, () => place.site);
  const ancestors = isListed ? [portal.origin] : ['https://otro.example'];
  const difusor = await runDifusor(t, {
    trust,
    now: START,
    ports: { http: { host: '127.0.0.1', port: 0 } },
    site: { frame_ancestors: ancestors },
  });
  place.site = new URL(`http://127.0.0.1:${difusor.http?.port}/`);
  return { difusor, portal, site: place.site };
}

function corteOf(number: number, taken: number, previous: Corte | null, phase = 'jornada'): Corte {
  return makeCorte({
    trust,
    phase,
    previous,
    number,
    takenAt: at(taken),
    files: Object.fromEntries(publicationOf(number, at(taken))),
  });
}

async function deliver(difusor: RunningDifusor, corte: Corte): Promise<void> {
  await writeDelivery(difusor.config.inbox, corte);
  const { phase, number } = corte.statement;
  await difusor.until((event) => event.event === 'admitted' && event.phase === phase && event.number === number);
}

/** A browser logs every answer that is no 200: the notice is one, and so is the trust document after the newest one. */
const EXPECTED = /503|favicon|404.*\/cotejo\/chain\/trust\//;

/** A page whose clock stands at the beginning, and what it complained of. */
async function open(t: ExecutionContext, portal: URL, options: Parameters<typeof newPage>[1] = {}) {
  const page = await newPage(t, options);
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' && !EXPECTED.test(`${message.text()} ${message.location().url}`))
      complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  const context = page.context();
  await context.addInitScript('globalThis.ownEntries = performance.getEntriesByType.bind(performance)');
  await page.clock.install({ time: START });
  // The clock takes away what the browser tells of how a document was fetched: this gives it back.
  await context.addInitScript('performance.getEntriesByType = globalThis.ownEntries');
  await page.goto(portal.href);
  return { page, complaints };
}

function frameOf(page: Page, name: string): Frame {
  const found = page.frames().find((frame) => new URL(frame.url()).pathname === `/cotejo/${name}`);
  if (!found) throw new Error(`no frame ${name}`);
  return found;
}

/** Lets the page's clock run until a frame's text has something, at most these minutes of it. */
async function runUntil(page: Page, isIt: () => Promise<boolean>, minutes = 5): Promise<void> {
  for (let seconds = 0; seconds < minutes * 60; seconds += 2) {
    if (await isIt()) return;
    await page.clock.runFor(2000);
  }
  throw new Error(`not within ${minutes} minutes`);
}

const standing = (marco: Frame) => marco.evaluate('document.documentElement.dataset.standing');
const heightOf = async (page: Page) => (await page.locator('iframe').first().boundingBox())?.height ?? 0;
const status = (marco: Frame) => marco.locator('#status').innerText();

async function picture(page: Page, name: string): Promise<void> {
  if (!pictures) return;
  await page.screenshot({ path: join(pictures, `${name}.png`) });
}

inBrowser('a portal’s frame through a corte, the next one, the notice and back', async (t) => {
  const { difusor, portal, site } = await night(t);
  const one = corteOf(20, START - 2 * MINUTE, null);
  const first = makeCorte({ trust, takenAt: one.statement.taken_at, files: one.content });
  await deliver(difusor, first);
  const { page, complaints } = await open(t, portal, { viewport: { width: 1280, height: 900 } });
  const marco = frameOf(page, 'marco.html');
  await runUntil(page, async () => (await standing(marco)) === 'corte');
  t.regex(await status(marco), /^Corte 1: \d\d:\d\d horas del /);
  t.is(await marco.locator('.drill').first().isVisible(), false);
  const badge = frameOf(page, 'insignia.html');
  await badge.locator('text=Verificado a las').waitFor({ timeout: 60_000 });
  t.is(await badge.locator('#host').innerText(), site.host);

  // The frame is as high as what is in it, and the hour stays in sight.
  const inner = () => page.frames().find((frame) => frame.parentFrame() === marco) as Frame;
  await runUntil(page, async () => (await heightOf(page)) !== 800);
  await page.clock.runFor(1000);
  const height = await heightOf(page);
  const content = Number(await inner().evaluate('document.documentElement.scrollHeight'));
  t.true(height > content && height < content + 400, `${height} for ${content}`);
  t.is(await inner().evaluate('document.documentElement.scrollHeight - document.documentElement.clientHeight'), 0);
  await picture(page, 'desk-corte');
  await page.mouse.move(2, 2);
  await page.evaluate('window.scrollTo(0, 1600)');
  await page.clock.runFor(500);
  await picture(page, 'desk-further-down');
  const bar = await marco.locator('#bar').boundingBox();
  t.true(bar !== null && bar.y >= 0 && bar.y < 150, `the bar is at ${bar?.y}`);

  // A click within it stays in the frame, and begins at its beginning.
  await inner().evaluate('document.querySelector("a[href*=saltillo]").setAttribute("target", "_top")');
  await inner().evaluate('document.querySelector("a[href*=saltillo]").click()');
  await runUntil(page, () => Promise.resolve(inner().url().includes('saltillo')));
  t.is(page.url(), portal.href);
  await inner().locator('h1', { hasText: 'Saltillo' }).waitFor();
  await page.clock.runFor(1000);

  // The next corte: loaded by itself, at the page where the reader is.
  const two = makeCorte({ trust, previous: first, takenAt: at(START - MINUTE), files: corteOf(21, START - MINUTE, null).content });
  await deliver(difusor, two);
  await runUntil(page, async () => (await status(marco)).startsWith('Corte 2:'));
  await runUntil(page, async () => (await inner().locator('header time').getAttribute('datetime')) === two.statement.taken_at);
  t.regex(inner().url(), /saltillo/);

  // The notice, which is the site's own, and a corte that ends it.
  difusor.now = START + 60 * MINUTE;
  await difusor.until((event) => event.event === 'published' && event.phase === 'jornada' && event.public === 'aviso');
  await runUntil(page, async () => (await standing(marco)) === 'aviso');
  t.regex(await status(marco), /^Sin cortes nuevos\. El último: /);
  await inner().locator('text=La información no se está actualizando').first().waitFor();
  await page.clock.runFor(1000);
  await picture(page, 'desk-aviso');
  const three = makeCorte({
    trust,
    previous: two,
    takenAt: at(START + 59 * MINUTE),
    files: corteOf(22, START + 59 * MINUTE, null).content,
  });
  await deliver(difusor, three);
  await runUntil(page, async () => (await status(marco)).startsWith('Corte 3:'));
  await runUntil(page, async () => (await inner().locator('header time').count()) > 0);
  t.is(await standing(marco), 'corte');

  // Who reads with the keyboard is not thrown back to the beginning: the next corte is offered to him.
  await inner().locator('a').first().focus();
  await page.keyboard.press('Shift');
  const four = makeCorte({
    trust,
    previous: three,
    takenAt: at(START + 59.5 * MINUTE),
    files: corteOf(23, START + 59.5 * MINUTE, null).content,
  });
  await deliver(difusor, four);
  await runUntil(page, () => marco.locator('#newer').isVisible());
  await page.clock.runFor(2 * MINUTE);
  t.regex(await status(marco), /^Corte 3:/);
  t.regex(await marco.locator('#newer').innerText(), /^Ver el corte 4, de las \d\d:\d\d$/);
  await picture(page, 'desk-newer');
  await marco.locator('#newer').click();
  await runUntil(page, async () => (await inner().locator('header time').getAttribute('datetime')) === four.statement.taken_at);
  t.regex(await status(marco), /^Corte 4:/);
  t.false(await marco.locator('#newer').isVisible());
  t.deepEqual(complaints, []);

  // Nobody answers any more: the frame itself says so, once the rule asks for it.
  await difusor.stop();
  await page.clock.fastForward(50 * MINUTE);
  await runUntil(page, async () => !(await marco.locator('#note').isHidden()));
  t.is(await standing(marco), 'corte');
  await page.clock.fastForward(60 * MINUTE);
  await runUntil(page, async () => (await standing(marco)) === 'stale');
  t.true(await marco.locator('#stale h2').isVisible());
  t.is(await marco.locator('#publication').isVisible(), false);
  await page.clock.runFor(1000);
  await picture(page, 'desk-stale');
});

inBrowser('a page that is not listed gets no frame, and a stranger’s message is not heard', async (t) => {
  const { difusor, portal, site } = await night(t, false);
  await deliver(difusor, makeCorte({ trust, takenAt: at(START - MINUTE), files: { 'index.html': '<h1>x</h1>' } }));
  const page = await newPage(t);
  const refused: string[] = [];
  page.on('console', (message) => void (/frame-ancestors/.test(message.text()) && refused.push(message.text())));
  await page.goto(portal.href);
  await page.waitForTimeout(500);
  t.is(refused.length, 2, 'the frame and the badge');
  for (const frame of page.frames().slice(1)) t.false(frame.url().startsWith(site.href), frame.url());
  // The publication itself is not to be had by going round the frame.
  await page.setContent(`<iframe src="${site.href}"></iframe>`);
  await page.waitForTimeout(500);
  t.is(refused.length, 3);
  // At its own address it is there.
  await page.goto(`${site.href}cotejo/marco.html`);
  await page.locator('[data-standing="corte"]').waitFor();
  const before = await page.evaluate('document.getElementById("place").style.transform');
  await page.evaluate(`window.postMessage({ type: 'cotejo/ventana', top: 500, height: 500 }, '*')`);
  await page.waitForTimeout(100);
  t.is(await page.evaluate('document.getElementById("place").style.transform'), before);
});

/** What a site shows, as a store between may give it: `head` to the frame's question, `page` for the document. */
interface Shown {
  head: number | 'aviso';
  page: number | 'aviso';
  /** documents asked for */
  loads: number;
}

/** A site with a chain of two cortes, `minutes` ago and ten minutes later. */
async function serveShown(t: ExecutionContext, shown: Shown, minutes: number): Promise<URL> {
  const chain = new Map(Object.entries(trustFiles(trust)).map(([name, bytes]) => [`trust/${name}`, bytes]));
  for (const [i, corte] of makeChain(2, { trust, takenAt: at(START - minutes * MINUTE) }).entries())
    for (const [name, bytes] of Object.entries(corte.files)) chain.set(`jornada/00000${i + 1}/${name}`, bytes);
  const pages = await writePages(repository());
  const type = { 'content-type': 'text/html; charset=utf-8' };
  return serve(t, (request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://x');
    const own = pages.get(pathname.replace('/cotejo/', '')) ?? chain.get(pathname.replace('/cotejo/chain/', ''));
    const isHead = request.method === 'HEAD';
    const told = isHead ? shown.head : shown.page;
    const about = { ...type, 'cache-control': 'no-store', 'cotejo-fase': 'jornada' };
    if (own) response.writeHead(200, type).end(own);
    else if (pathname !== '/') response.writeHead(404).end();
    else {
      if (!isHead) shown.loads += 1;
      if (told === 'aviso') response.writeHead(503, { ...about, 'cotejo-muestra': 'aviso' }).end(isHead ? '' : '<h1>Aviso</h1>');
      else {
        const corte = {
          'cotejo-muestra': 'corte',
          'cotejo-corte': `${told}`,
          etag: `"${told}"`,
          'server-timing': `corte;desc=${told}`,
        };
        response
          .writeHead(200, { ...about, ...corte })
          .end(isHead ? '' : `<!doctype html><h1>Corte ${told}</h1><a href="#x">x</a>`);
      }
    }
  });
}

inBrowser('what is said is said of the page that is seen, and not of what the site shows meanwhile', async (t) => {
  // The page is as a browser's store gives it, or there was a switch between the two answers.
  const site = await serveShown(t, { head: 2, page: 1, loads: 0 }, 20);
  const page = await newPage(t);
  await page.goto(new URL('cotejo/marco.html', site).href);
  await page.locator('#status', { hasText: /^Corte 1: / }).waitFor();
  await page.waitForTimeout(1000);
  t.regex(await page.locator('#status').innerText(), /^Corte 1: /, 'and it stays until the newer one is loaded');
});

inBrowser('results that a store has still are not seen below the notice, and asked for until it gives them up', async (t) => {
  const shown: Shown = { head: 1, page: 1, loads: 0 };
  const site = await serveShown(t, shown, 2);
  const { page } = await open(t, new URL('cotejo/marco.html', site));
  const marco = page.mainFrame();
  const isSeen = () => page.locator('#publication').isVisible();
  await runUntil(page, async () => (await standing(marco)) === 'corte');
  t.true(await isSeen());
  shown.head = 'aviso';
  const before = shown.loads;
  await runUntil(page, async () => (await standing(marco)) === 'stale');
  await runUntil(page, () => Promise.resolve(shown.loads >= before + 3));
  t.is(await standing(marco), 'stale');
  t.false(await isSeen());
  t.regex(await status(marco), /^Sin cortes nuevos\. El último: /);
  shown.page = 'aviso';
  await runUntil(page, async () => (await standing(marco)) === 'aviso');
  t.true(await isSeen());
  t.is(await page.frames()[1]?.locator('h1').innerText(), 'Aviso');
});

inBrowser('a corte that was revoked is taken from who reads it with the keyboard, too', async (t) => {
  const shown: Shown = { head: 2, page: 2, loads: 0 };
  const site = await serveShown(t, shown, 12);
  const { page } = await open(t, new URL('cotejo/marco.html', site));
  const marco = page.mainFrame();
  await runUntil(page, async () => (await status(marco)).startsWith('Corte 2: '));
  await page.frames()[1]?.locator('a').focus();
  await page.keyboard.press('Shift');
  [shown.head, shown.page] = [1, 1];
  await runUntil(page, async () => (await status(marco)).startsWith('Corte 1: '));
  await page.frames()[1]?.locator('h1', { hasText: 'Corte 1' }).waitFor();
  t.false(await page.locator('#newer').isVisible());
});

inBrowser('a telephone, a keyboard and a screen reader; a drill says that it is one', async (t) => {
  const { difusor, portal } = await night(t);
  await deliver(difusor, corteOf(1, START - MINUTE, null));
  await deliver(difusor, corteOf(1, START - MINUTE, null, 'simulacro-1'));
  for (const query of ['', '?fase=simulacro-1']) {
    const { page } = await open(t, new URL(query, portal), { viewport: { width: 390, height: 780 } });
    const marco = frameOf(page, 'marco.html');
    await runUntil(page, async () => (await standing(marco)) === 'corte');
    await page.clock.runFor(1000);
    await picture(page, `phone-${query === '' ? 'corte' : 'drill'}`);
    await page.locator('iframe').last().scrollIntoViewIfNeeded(); // what nobody sees checks nothing
    await frameOf(page, 'insignia.html').locator('text=Verificado a las').waitFor({ timeout: 60_000 });
    t.is(await marco.locator('.drill').first().isVisible(), query !== '');
    t.is(await frameOf(page, 'insignia.html').locator('#drill').isVisible(), query !== '');
    await page.clock.runFor(500);
    await picture(page, `phone-${query === '' ? 'corte' : 'drill'}-end`);
  }
  const page = await newPage(t, { viewport: { width: 320, height: 640 } });
  await page.goto(new URL('/cotejo/marco.html', `http://127.0.0.1:${difusor.http?.port}`).href);
  await page.locator('[data-standing="corte"]').waitFor();
  t.is(await page.evaluate('document.documentElement.scrollWidth'), 320);
  const tree = await page.locator('body').ariaSnapshot();
  for (const part of [
    '- banner:',
    '- main:',
    '- contentinfo:',
    '- status: "Corte 1: ',
    'button "Pantalla completa"',
    'link "Comprobar"',
  ]) {
    t.true(tree.includes(part), `${part}\n${tree}`);
  }
  t.deepEqual((await faint(page)).found, []);
  const order: unknown[] = [];
  for (let i = 0; i < 2; i++) {
    await page.keyboard.press('Tab');
    order.push(await page.evaluate('document.activeElement.id'));
  }
  t.deepEqual(order, ['full', 'check']);
  await page.locator('#full').focus();
  await page.keyboard.press('Enter');
  await page.locator('text=Salir de pantalla completa').waitFor();
  t.is(await page.evaluate('document.fullscreenElement.localName'), 'html');
});
