import { gzipSync } from 'node:zlib';
import test from 'ava';
import { saidIn } from '../../../src/page/lector/document-mark.ts';
import type { Entrega } from '../../../src/page/lector/messages.ts';
import { closeBrowser } from '../../kit/browser.ts';
import { requires } from '../../kit/requires.ts';
import { type Answering, serve } from '../../kit/web.ts';
import { ask, documento, endWorker, inFrame, openLector, openTab, shown } from './open-lector.ts';
import { addCorte, fileAt, filesOf, mirror, type Publication, publication } from './trial-site.ts';

/** The lector's worker in a real browser, with mirrors on origins of their own. */

const inBrowser = requires('chromium', ['chromium']).serial;

test.after.always(closeBrowser);

/** A mirror that answers this file in another way. */
function but(of: Publication, file: string, instead: Answering): Answering {
  const honest = mirror(of);
  return (request, response) => (decodeURIComponent(request.url ?? '').endsWith(file) ? instead : honest)(request, response);
}

const OPEN = { 'access-control-allow-origin': '*' };

inBrowser('every byte that a reader gets is verified, and altered ones are taken from another mirror', async (t) => {
  const of = publication(2);
  const altering = but(of, 'total.json', (_, response) => response.writeHead(200, OPEN).end('{"corte":99}\n'));
  const { page, mirrors } = await openLector(t, of, [altering, mirror(of)]);
  t.is(await shown(page), '2');
  const colour = "getComputedStyle(document.getElementById('f').contentDocument.querySelector('h1')).color";
  t.is(await page.evaluate(colour), 'rgb(1, 2, 3)');
  const document = await documento(page);
  t.is(document?.corte.number, 2);
  t.is(document?.path, 'index.html');
  const { head, shows, mirrors: told } = await ask(page, 'estado');
  t.is(head?.number, 2);
  t.is(shows, 'corte');
  t.is(told.find(({ url }) => url === mirrors[1]?.href)?.state, 'responde');
});

inBrowser('however a mirror answers, a reader gets what was signed, or waits for another', async (t) => {
  const of = publication(1);
  const honest = fileAt(of, 'datos/total.json') ?? Buffer.alloc(0);
  const elsewhere = await serve(t, (_, response) => response.writeHead(200, OPEN).end('{"corte":99}\n'));
  const ways: Readonly<Record<string, Answering>> = {
    'half of it': (_, response) => {
      response.writeHead(200, { ...OPEN, 'content-length': honest.length * 2 }).write(honest.subarray(0, 4));
      setImmediate(() => response.destroy());
    },
    'never the end of it': (_, response) => void response.writeHead(200, OPEN).write(honest.subarray(0, 4)),
    'a redirect to others': (_, response) => response.writeHead(302, { ...OPEN, location: elsewhere.href }).end(),
    'a compressed other one': (_, response) =>
      response.writeHead(200, { ...OPEN, 'content-encoding': 'gzip' }).end(gzipSync('{"corte":99}\n')),
    'a page for everything': (_, response) =>
      response.writeHead(200, { ...OPEN, 'content-type': 'text/html' }).end('<!doctype html>'),
    'a 500': (_, response) => response.writeHead(500, OPEN).end('no'),
    'what others may not read': (_, response) => response.writeHead(200).end(honest),
  };
  for (const [name, instead] of Object.entries(ways)) {
    const { page } = await openLector(t, of, [but(of, 'total.json', instead), but(of, 'total.json', instead), mirror(of)]);
    t.is(await shown(page), '1', name);
    await page.context().close();
  }
});

inBrowser('its own kind of each file, whatever a mirror says, and no cookie', async (t) => {
  const of = publication(1);
  const cookies: string[] = [];
  const odd: Answering = (request, response) => {
    cookies.push(request.headers.cookie ?? '');
    const path = decodeURIComponent(new URL(request.url ?? '', 'http://x').pathname.slice(1));
    const body = fileAt(of, path);
    const headers = { ...OPEN, 'content-type': 'text/plain', 'set-cookie': 'quien=yo', 'content-security-policy': 'sandbox' };
    response.writeHead(body ? 200 : 404, headers).end(body);
  };
  const { page } = await openLector(t, of, [odd]);
  t.is(await shown(page), '1');
  t.is(await inFrame(page, 'document.contentType'), 'text/html');
  t.is(await inFrame(page, 'document.cookie'), '');
  t.deepEqual(new Set(cookies), new Set(['']));
});

inBrowser('a page and all that it asks for are of one corte, through links and though the worker ends', async (t) => {
  const of = publication(1);
  const opened = await openLector(t, of, [mirror(of)]);
  const { page, context, lector } = opened;
  addCorte(of);
  t.is((await ask(page, 'busca')).head?.number, 2);
  await page.frameLocator('#f').locator('#liga').click();
  await page.frameLocator('#f').getByText('Inicio').waitFor();
  t.is(await shown(page), '1', 'a link stays in its corte');
  t.deepEqual([(await documento(page))?.corte.number, (await documento(page))?.path], [1, 'distrito/index.html']);
  await endWorker(opened);
  await page.frameLocator('#f').locator('#liga').click();
  await page.frameLocator('#f').getByText('Distrito').waitFor();
  t.is(await shown(page), '1', 'what a page is of was kept');
  t.is(await inFrame(page, "fetch('/datos/total.json').then((r) => r.text())"), '{"corte":1}\n');

  const second = await openTab(context, lector.url);
  t.is(await shown(second), '2');
  t.is(await inFrame(page, "fetch('/datos/total.json').then((r) => r.text())"), '{"corte":1}\n', 'two tabs, two cortes');
  t.is((await documento(page))?.corte.number, 1);
  t.is((await documento(second))?.corte.number, 2);
  await page.evaluate('abre()');
  await page.frameLocator('#f').getByRole('heading', { name: 'Corte 2' }).waitFor();
  t.is((await documento(page))?.corte.number, 2, 'the reader asked for the newest');
});

inBrowser('what is kept is given at once by a worker that was ended, which says what it gives of the very document', async (t) => {
  const of = publication(2);
  let isOut = false;
  const opened = await openLector(t, of, [(request, response) => (isOut ? response.destroy() : mirror(of)(request, response))]);
  const { page } = opened;
  t.is(await shown(page), '2');
  isOut = true;
  addCorte(of);
  await endWorker(opened);
  await inFrame(page, 'window.former = true');
  await page.evaluate(
    "window.said = []; navigator.serviceWorker.addEventListener('message', ({ data }) => said.push(data)); abre('&guardado=si')",
  );
  await page.waitForFunction("document.getElementById('f').contentWindow.former === undefined");
  await page.frameLocator('#f').getByRole('heading', { name: 'Corte 2' }).waitFor();
  await page.waitForFunction("said.some(({ type }) => type === 'cotejo/entrega')");
  const entregas = await page.evaluate<Entrega[]>("said.filter(({ type }) => type === 'cotejo/entrega')");
  const timings = await inFrame<Parameters<typeof saidIn>[0]>(
    page,
    "performance.getEntriesByType('navigation')[0].serverTiming.map(({ name, description }) => ({ name, description }))",
  );
  const said = saidIn(
    timings,
    entregas.map(({ mark }) => mark),
  );
  t.is(entregas.length, 1);
  t.deepEqual(said?.corte, (await documento(page))?.corte);
  t.deepEqual([said?.from, said?.files], [['guardado'], 1]);
});

inBrowser('a frame within a page is of its corte too, or is not shown', async (t) => {
  const of = publication(0);
  const within = {
    'marco.html':
      '<!doctype html><p id="m"></p><script>fetch("/datos/total.json").then((r) => r.json()).then((d) => { m.textContent = d.corte })</script>',
  };
  addCorte(of, { files: { ...filesOf(1), ...within } });
  const { page, context, lector } = await openLector(t, of, [mirror(of)]);
  const open = (script: string) => inFrame(page, `${script}; document.body.append(i); 0`);
  const nested = page.frameLocator('#f').frameLocator('iframe').last();
  addCorte(of, { files: { ...filesOf(2), ...within } });
  await ask(page, 'busca');
  await open("i = document.createElement('iframe'); i.src = '/marco.html'");
  await nested.locator('#m', { hasText: '1' }).waitFor();
  t.is((await documento(page))?.path, 'index.html', 'what the bar tells is of the page');
  const second = await openTab(context, lector.url);
  t.is(await shown(second), '2');
  await open("i = document.createElement('iframe'); i.src = '/marco.html?2'");
  await nested.getByRole('heading').waitFor();
  t.is(await nested.locator('#m').count(), 0, 'two pages at one address, of two cortes: whose it is nobody says');
});

inBrowser('without a network it opens again, at any path, from the corte that was verified last', async (t) => {
  const of = publication(1);
  const { page, context, lector } = await openLector(t, of, [mirror(of)], 'distrito/');
  await page.goto(lector.url.href);
  t.is(await shown(page), '1');
  await context.setOffline(true);
  await page.goto(new URL('distrito/', lector.url).href);
  t.is(await shown(page), '1');
  const { offlineSince, head } = await ask(page, 'busca');
  t.deepEqual([head?.number, offlineSince !== null], [1, true]);
});

inBrowser('a browser that is full or loses what it kept shows it all the same, and says so', async (t) => {
  const of = publication(1);
  const { page, context, lector } = await openLector(t, of, [mirror(of)]);
  const session = await context.newCDPSession(page);
  const { origin } = lector.url;
  await session.send('Storage.clearDataForOrigin', { origin, storageTypes: 'indexeddb,cache_storage' });
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1 });
  addCorte(of, { files: { ...filesOf(2), 'grande.bin': Buffer.alloc(300_000, 7) } });
  t.is((await ask(page, 'busca')).head?.number, 2);
  await page.evaluate('abre()');
  await page.frameLocator('#f').getByRole('heading', { name: 'Corte 2' }).waitFor();
  t.is(await shown(page), '2');
  t.true((await ask(page, 'estado')).troubles.some(({ kind }) => kind === 'no-guarda'));
});

inBrowser('a lector of another anchor takes the place of the one before, and nothing of that is left', async (t) => {
  const of = publication(3);
  const { page, lector } = await openLector(t, of, [mirror(of)]);
  t.is(await shown(page), '3');
  const other = publication(1, 'coahuila-gubernatura-2023');
  lector.rebuild(other, [await serve(t, mirror(other))]);
  await page.evaluate(
    "navigator.serviceWorker.getRegistration().then((one) => { window.taken = new Promise((r) => navigator.serviceWorker.addEventListener('controllerchange', r)); return one.update().then(() => taken).then(() => 0); })",
  );
  await page.goto(lector.url.href);
  t.is(await shown(page), '1', 'that this reader had seen a later corte was of another election');
  const names =
    'Promise.all([caches.keys(), indexedDB.databases()]).then(([c, d]) => [...c, ...d.map(({ name }) => name)].map((n) => n.slice(0, 30)))';
  await t.notThrowsAsync(page.waitForFunction(`${names}.then((kept) => new Set(kept).size === 1)`));
});

inBrowser('a publication shows nothing of others, starts no worker, and takes nothing that is the lector’s', async (t) => {
  const of = publication(0);
  const asked: string[] = [];
  const other = await serve(t, (request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(200, { ...OPEN, 'content-type': 'text/html' }).end('<p>otra cosa</p>');
  });
  addCorte(of, {
    files: {
      ...filesOf(1),
      'mio.js': 'addEventListener("fetch", (e) => e.respondWith(new Response("mio")))',
      'marco.html': `<iframe id="o" src="${other.href}marco"></iframe>`,
    },
  });
  const { page, lector } = await openLector(t, of, [mirror(of)]);
  const tried = (script: string) =>
    inFrame<string>(page, `(async () => { try { return String(await (${script})) } catch (e) { return e.name } })()`);
  t.not(await tried("navigator.serviceWorker.register('/mio.js').then(() => 'registered')"), 'registered');
  t.not(await tried("navigator.serviceWorker.register('/cotejo-lector.js?x').then(() => 'registered')"), 'registered');
  t.is(await tried(`fetch('${other.href}fetch').then((r) => r.text())`), 'TypeError');
  t.is(
    await tried(
      `new Promise((r) => { const i = new Image(); i.onload = () => r('loaded'); i.onerror = () => r('error'); i.src = '${other.href}i.png' })`,
    ),
    'error',
  );
  t.is(
    await tried(
      "new Promise((r) => { try { new Worker('/mio.js').onerror = () => r('error'); setTimeout(r, 300, 'works') } catch { r('error') } })",
    ),
    'error',
  );
  t.is(await tried("fetch('/cotejo/').then((r) => r.status)"), '404');
  t.is(await tried("fetch('/cotejo/lector/abre').then((r) => r.status)"), '404');
  t.is(await tried("fetch('/cotejo-lector.js').then((r) => r.status)"), '404');
  t.is(await tried("fetch('/cotejo/chain/jornada/000001/corte.json').then((r) => r.json()).then((c) => c.number)"), '1');
  const port = '[new MessageChannel().port2]';
  await inFrame(page, `navigator.serviceWorker.controller.postMessage({ ask: 'olvida' }, ${port})`);
  t.is((await ask(page, 'estado')).seen?.number, 1, 'a page of it is not heard');
  t.is((await documento(page))?.corte.number, 1);
  await tried("top.location.href = '/mio.js'");
  await inFrame(page, "location.href = '/marco.html'; 0");
  await page.frameLocator('#f').locator('#o').waitFor();
  t.is(new URL(page.url()).pathname, new URL(lector.url).pathname, 'the bar stays');
  t.deepEqual(asked, [], 'nobody else was asked for anything');
});
