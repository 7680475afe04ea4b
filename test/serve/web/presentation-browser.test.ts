import test from 'ava';
import { openSite } from '../../../src/serve/web/site.ts';
import { startWeb } from '../../../src/serve/web/web-server.ts';
import { closeBrowser, newPage } from '../../kit/browser.ts';
import { makeCorte, writeDelivery } from '../../kit/cortes.ts';
import { at, makeTrust, NOW, signTrust } from '../../kit/election.ts';
import { startNginx } from '../../kit/nginx.ts';
import { makeNode } from '../../kit/node.ts';
import { authorized, install } from '../../kit/presentation.ts';
import { requires } from '../../kit/requires.ts';
import { serve } from '../../kit/web.ts';

/** What a presentation's scripts can reach, in a real browser: the corte and the template, and nothing else. */

test.after.always(closeBrowser);

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
