import { gzipSync } from 'node:zlib';
import test from 'ava';
import { lookAtSite } from '../../src/page/site-files.ts';
import type { WebClient } from '../../src/page/web-get.ts';
import { WebTrouble } from '../../src/page/web-trouble.ts';
import type { Corte } from '../../src/verdict/history.ts';
import { filesOf } from '../kit/broken-chains.ts';
import { closeBrowser, newContext, newPage } from '../kit/browser.ts';
import { makeCorte } from '../kit/cortes.ts';
import { serveHttps } from '../kit/https.ts';
import { ask, difusor, good, shown, upload, verdict } from '../kit/page.ts';
import { requires } from '../kit/requires.ts';
import { type Answering, serve } from '../kit/web.ts';

/** What the page says of hosts that are ordinary, and of addresses where no publication is. */

const inBrowser = requires('chromium', ['chromium']).serial;

test.after.always(closeBrowser);

const NOTICE = { 'content-type': 'text/html', 'cache-control': 'no-store', 'access-control-allow-origin': '*' };

/** A Difusor that answers otherwise for what is neither its page nor its chain, nor there. */
function withAbsent(absent: Answering, chain = filesOf(good), site: typeof shown = shown): Answering {
  const all = { '': site['index.html'], ...site }; // as hosts do, the front at the site's own address
  const honest = difusor(chain, all);
  return (request, response) => {
    const path = decodeURIComponent((request.url ?? '').slice(1));
    const isThere = path === 'cotejo/' || Object.hasOwn(all, path) || chain.has(path.replace(/^cotejo\/chain\//, ''));
    (isThere ? honest : absent)(request, response);
  };
}

const HOSTS: Readonly<Record<string, Answering>> = {
  'an object store': (_, response) => response.writeHead(403, { 'access-control-allow-origin': '*' }).end('AccessDenied'),
  'a host with one page for everything': (_, response) =>
    response.writeHead(200, { 'content-type': 'text/html', 'access-control-allow-origin': '*' }).end('<!doctype html>Inicio'),
};
for (const [name, absent] of Object.entries(HOSTS)) {
  inBrowser(`${name} is an ordinary host, and what it lacks is missing`, async (t) => {
    const page = await newPage(t);
    const whole = await ask(page, await serve(t, withAbsent(absent)), { sampling: 'all' });
    t.is(whole.tone, 'good', whole.text);
    const { 'css/estilo.css': _, ...less } = shown;
    const found = await ask(page, await serve(t, withAbsent(absent, filesOf(good), less)), { sampling: 'all' });
    t.is(found.tone, 'bad');
    t.regex(found.text, /Falta: 1 archivo/);
    const empty = await ask(page, await serve(t, withAbsent(absent, new Map())));
    t.regex(empty.text, /Aquí no hay cadena/);
  });
}

inBrowser('the notice is told as what it is, whatever this machine’s clock says', async (t) => {
  const honest = difusor(filesOf(good));
  const site = await serve(t, (request, response) =>
    request.url?.startsWith('/cotejo/') ? honest(request, response) : response.writeHead(503, NOTICE).end('aviso'),
  );
  const found = await ask(await newPage(t), site, { sampling: 'all' });
  t.is(found.tone, 'unknown');
  t.regex(found.text, /El sitio muestra un aviso en lugar de resultados/);
  t.notRegex(found.text, /503|Falta/);
});

inBrowser('a mistyped address has no publication, and nobody is blamed', async (t) => {
  const site = await serve(t, difusor(filesOf(good)));
  const page = await newPage(t);
  await page.goto(new URL('cotejo/', site).href);
  await page.setInputFiles('#files', upload(filesOf(good)));
  await page.fill('#site', new URL('prep2018/', site).href);
  await page.click('#more summary');
  await page.fill('#chain', new URL('cotejo/chain/', site).href);
  await page.selectOption('#sampling', 'all', { force: true });
  await page.click('#start');
  const found = await verdict(page);
  t.is(found.tone, 'unknown');
  t.regex(found.text, /En esa dirección no está la publicación/);
  t.notRegex(found.text, /Faltan?:/);
});

inBrowser('a compressed file that the browser unpacks is not told as altered; a hidden one is not asked for', async (t) => {
  const files = {
    'index.html': Buffer.from('x'),
    'datos.csv.gz': gzipSync('a,b\n'),
    '.gitkeep': Buffer.from(''),
    'otro.csv.gz': gzipSync('c,d\n'),
  };
  const chain = filesOf(good);
  const corte = makeCorte({ trust: good.trusts[1], signer: 'relevo-1', previous: good.jornada[4], files });
  for (const [name, bytes] of Object.entries(corte.files)) chain.set(`jornada/000006/${name}`, bytes);
  const { '.gitkeep': _, ...served } = files;
  const honest = difusor(chain, served);
  const site = await serve(t, (request, response) => {
    if (request.url === '/datos.csv.gz') response.setHeader('content-encoding', 'gzip');
    honest(request, response);
  });
  const page = await newPage(t);
  const found = await ask(page, site, { sampling: 'all' });
  t.is(found.tone, 'unknown', found.text);
  t.regex(found.text, /2 de 3 archivos son iguales/);
  t.regex(found.text, /Sin leer: 1 archivo/);
  t.regex(await page.locator('#unchecked').innerText(), /Un archivo que no todos los sitios muestran/);
});

requires('chromium and openssl', ['chromium', 'openssl']).serial(
  'a site that has moved to https is followed, and that is said',
  async (t) => {
    const { address } = await serveHttps(t, difusor(filesOf(good)));
    const honest = difusor(filesOf(good));
    const old = await serve(t, (request, response) => {
      if (request.url === '/cotejo/') return honest(request, response);
      const location = new URL(request.url ?? '', address).href;
      response.writeHead(301, { location, 'access-control-allow-origin': '*' }).end();
    });
    const context = await newContext(t, { ignoreHTTPSErrors: true });
    const found = await ask(await context.newPage(), old, { sampling: 'all' });
    t.is(found.tone, 'good', found.text);
    t.regex(found.text, /envía a https en el mismo servidor, y se siguió/);
  },
);

inBrowser('the verdict says that it was a sample, or that the site was not looked at', async (t) => {
  const files: Record<string, Buffer> = { 'index.html': Buffer.from('<title>Corte 6</title>') };
  for (let i = 0; i < 150; i++) files[`actas/${i}.jpg`] = Buffer.from(`acta ${i}`);
  const chain = filesOf(good);
  const corte = makeCorte({ trust: good.trusts[1], signer: 'relevo-1', previous: good.jornada[4], files });
  for (const [name, bytes] of Object.entries(corte.files)) chain.set(`jornada/000006/${name}`, bytes);
  const page = await newPage(t);
  const site = await serve(t, difusor(chain, files));
  const sample = await ask(page, site, { sampling: 'sample' });
  t.is(sample.tone, 'good');
  t.regex(sample.text, /Fue una muestra al azar: se compararon 10[01] de los 151 archivos/);
  t.notRegex((await ask(page, site, { sampling: 'all' })).text, /muestra/);
  t.regex((await ask(page, site, { sampling: 'none' })).text, /no se comparó ningún archivo del sitio/);
});

test('a site that was given up is asked for no other file', async (t) => {
  const files = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`actas/${i}.jpg`, `acta ${i}`]));
  const { statement, manifest } = makeCorte({ trust: good.trusts[1], signer: 'relevo-1', previous: good.jornada[4], files });
  const site = new URL('https://prep.example/');
  const asked = new Set<string>();
  const down: WebClient = {
    hasMoved: () => false,
    read: () => Promise.resolve(null),
    stream(url) {
      asked.add(url.pathname);
      return Promise.reject(new WebTrouble('status', url, '500'));
    },
  };
  const check = { site, manifest, cortes: [{ statement } as Corte], sampling: 'all', expected: 'corte', older: none } as const;
  await t.throwsAsync(
    lookAtSite(
      down,
      check,
      () => Promise.resolve(),
      () => {},
    ),
    { instanceOf: WebTrouble },
  );
  await new Promise(setImmediate); // all that is ready by now has run
  t.true(asked.size < 100, `${asked.size}`);
});

const none = () => Promise.resolve([]);
