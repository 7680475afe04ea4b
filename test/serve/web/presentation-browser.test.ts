import { join } from 'node:path';
import test from 'ava';
import { openSite } from '../../../src/serve/web/site.ts';
import { startWeb } from '../../../src/serve/web/web-server.ts';
import { closeBrowser, newPage } from '../../kit/browser.ts';
import { type Corte, makeCorte, writeDelivery } from '../../kit/cortes.ts';
import { at, encode, makeTrust, NOW, signTrust } from '../../kit/election.ts';
import { makeKey } from '../../kit/keys.ts';
import { startNginx } from '../../kit/nginx.ts';
import { makeNode } from '../../kit/node.ts';
import { authorized, install } from '../../kit/presentation.ts';
import { requires } from '../../kit/requires.ts';
import { serve } from '../../kit/web.ts';

/** What a presentation's scripts can reach, in a real browser: the corte and the template, and nothing else. */

test.after.always(closeBrowser);

/** where pictures are wanted */
const pictures = process.env['COTEJO_PICTURES'];

const inBrowser = requires('chromium and nginx', ['chromium', 'nginx']).serial;

inBrowser('a presentation reads the corte, and its scripts reach no other place', async (t) => {
  const asked: string[] = [];
  const elsewhere = await serve(t, (request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(200, { 'Access-Control-Allow-Origin': '*', 'Content-Type': 'text/javascript' }).end('window.stranger = 1');
  });
  const template = {
    'index.html': `<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="a.css"><p id="datos">nada</p>
<script>document.body.dataset.inline = 'ran'</script><script src="a.js"></script><script src="${elsewhere.href}s.js"></script>
<img src="${elsewhere.href}i.png"><iframe src="${elsewhere.href}f.html"></iframe>\n`,
    'a.css': `p { color: rgb(1, 2, 3) } body { background: url(${elsewhere.href}b.png) }`,
    'a.js': `const told = {};
const tried = (name, deed) => Promise.resolve().then(deed).then(() => { told[name] = 'reached'; }, () => { told[name] = 'blocked'; });
Promise.all([
  fetch('corte/datos.json').then((r) => r.text()).then((text) => { document.querySelector('#datos').textContent = text; }),
  tried('fetch', () => fetch('${elsewhere.href}x')),
  tried('storage', () => localStorage.setItem('a', 'b')),
  tried('cookie', () => { document.cookie = 'a=b'; }),
  tried('window', () => { if (!window.open('${elsewhere.href}w')) throw new Error(); }),
  tried('eval', () => (0, eval)('1')),
]).then(() => { document.body.dataset.told = JSON.stringify(told); });
`,
  };
  const trust = signTrust(makeTrust());
  const kit = await makeNode(t, { trust, now: NOW + 60_000 });
  const files = { 'index.html': 'publicación', 'datos.json': '{"corte":1}', ...authorized({}, template) };
  const corte = makeCorte({ trust, files, takenAt: at(NOW) });
  await install(kit, 'tablero', template);
  await writeDelivery(kit.config.inbox, corte);
  await kit.pass();
  const service = await startWeb(openSite(kit.config, { now: () => kit.clock.now, tell: () => {} }), {
    host: '127.0.0.1',
    port: 0,
  });
  t.teardown(() => service.close());
  for (const port of [service.address.port, await startNginx(t, kit.config)]) {
    const page = await newPage(t);
    await page.goto(`http://127.0.0.1:${port}/cotejo/presentacion/tablero/`);
    await page.waitForSelector('body[data-told]', { state: 'attached' });
    t.is(await page.textContent('#datos'), '{"corte":1}');
    t.is(await page.evaluate("getComputedStyle(document.querySelector('p')).color"), 'rgb(1, 2, 3)');
    const told = JSON.parse((await page.getAttribute('body', 'data-told')) ?? '{}');
    const blocked = { fetch: 'blocked', storage: 'blocked', cookie: 'blocked', window: 'blocked', eval: 'blocked' };
    t.deepEqual(told, blocked);
    t.is(await page.getAttribute('body', 'data-inline'), null, 'a script in the page itself does not run');
    await page.close();
  }
  t.deepEqual(asked, []);
});

/** As step 24 of the Difusor's guide asks it: what it shows is the corte's, and it asks again each minute. */
const BOARD = {
  'index.html': `<!doctype html><html lang="es"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Tablero de Vanguardia</title><link rel="stylesheet" href="a.css">
<header>Vanguardia</header><main><h1>Ayuntamiento de Saltillo</h1><p id="hora"></p><ul id="votos"></ul>
<p class="leyenda">Resultados preliminares, de carácter informativo.</p></main><script src="a.js"></script></html>
`,
  'a.css': `body { margin: 0; font: 1.0625rem/1.5 system-ui, sans-serif; background: #f4f2ee; color: #222 }
header { padding: 1rem; background: #123; color: #fff; font-weight: bold } main { max-width: 50rem; margin: 0 auto; padding: 1rem }
ul { list-style: none; padding: 0 } li { margin: .75rem 0 } .barra { height: 1.25rem; background: #1b6ca8 } .leyenda { font-weight: bold }
`,
  'a.js': `async function lee() {
  const answer = await fetch('corte/datos.json', { cache: 'no-cache' });
  if (answer.status === 503) return location.reload();
  const { hora, votos } = await answer.json();
  document.querySelector('#hora').textContent = 'Corte de las ' + hora;
  const most = Math.max(...Object.values(votos));
  document.querySelector('#votos').replaceChildren(...Object.entries(votos).map(([quien, cuantos]) => {
    const li = document.createElement('li');
    const barra = document.createElement('div');
    barra.className = 'barra';
    barra.style.width = (100 * cuantos) / most + '%';
    li.append(quien + ': ' + cuantos.toLocaleString('es-MX'), barra);
    return li;
  }));
}
lee();
setInterval(lee, 60_000);
`,
};

inBrowser('a presentation goes under the notice with everything else, and comes back with the next corte', async (t) => {
  const trust = signTrust(makeTrust());
  const kit = await makeNode(t, { trust, now: NOW });
  const padron = {
    type: 'cotejo/padron',
    format: 1,
    election: trust.document.election,
    institute: 'https://prep.iec.example/',
    difusores: [
      {
        name: 'vanguardia',
        title: 'Vanguardia',
        url: 'https://prep.vanguardia.example/',
        logo: null,
        nodes: [{ name: 'web1', acuse_key: makeKey('vanguardia-web1').publicKey }],
      },
      {
        name: 'zocalo',
        title: 'Zócalo',
        url: 'https://prep.zocalo.example/',
        logo: null,
        nodes: [{ name: 'web1', acuse_key: makeKey('zocalo').publicKey }],
      },
    ],
  };
  let previous: Corte | null = null;
  const next = async (hora: string, votos: Record<string, number>) => {
    kit.clock.now += 60_000;
    const files = {
      'index.html': 'publicación',
      'datos.json': JSON.stringify({ hora, votos }),
      'oficial/padron.json': encode(padron),
      ...authorized({}, BOARD),
    };
    previous = makeCorte({ trust, files, previous, takenAt: at(kit.clock.now) });
    await writeDelivery(kit.config.inbox, previous);
    t.deepEqual(await kit.outcomes(), { [previous.delivery]: 'admitted' });
  };
  await install(kit, 'tablero', BOARD);
  await next('20:10', { Coalición: 41_210, 'Otro partido': 38_977, Independiente: 9020 });
  const site = openSite(kit.config, { now: () => kit.clock.now, tell: () => {} });
  const service = await startWeb(site, { host: '127.0.0.1', port: 0 });
  t.teardown(() => service.close());
  const url = `http://127.0.0.1:${service.address.port}/cotejo/presentacion/tablero/`;
  const sizes = { desk: { width: 1280, height: 800 }, phone: { width: 390, height: 780 } };
  const pages = await Promise.all(
    Object.entries(sizes).map(async ([name, viewport]) => ({ name, page: await newPage(t, { viewport }) })),
  );
  const each = async (moment: string, text: string) => {
    for (const { name, page } of pages) {
      await page.getByText(text).first().waitFor();
      const wide = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
      t.is(wide, 0, `${name} ${moment}: nothing stands out at the side`);
      if (pictures) await page.screenshot({ path: join(pictures, `presentacion-${name}-${moment}.png`) });
    }
  };
  for (const { page } of pages) {
    await page.clock.install();
    await page.goto(url);
  }
  await each('antes', 'Corte de las 20:10');

  kit.clock.now += 45 * 60_000;
  await kit.pass();
  for (const { page } of pages) await page.clock.runFor(61_000);
  await each('aviso', 'La información no se está actualizando');
  for (const { page } of pages) {
    t.false((await page.content()).includes('41,210'));
    t.true(await page.getByRole('link', { name: 'Zócalo' }).isVisible());
    t.is(await page.getByRole('link', { name: 'Zócalo' }).getAttribute('href'), 'https://prep.zocalo.example/');
  }

  await next('21:00', { Coalición: 55_032, 'Otro partido': 55_408, Independiente: 12_001 });
  for (const { page } of pages) await page.goto(url);
  await each('despues', 'Corte de las 21:00');
});
