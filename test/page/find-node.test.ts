import test from 'ava';
import { nodeInPadron } from '../../src/page/padron-node.ts';
import { filesOf } from '../kit/broken-chains.ts';
import { closeBrowser, newPage } from '../kit/browser.ts';
import { difusor, good, verdict } from '../kit/page.ts';
import { requires } from '../kit/requires.ts';
import { serve } from '../kit/web.ts';

/** An address that is not quite the publication's: the portal's, a page below it, the frame. */

const inBrowser = requires('chromium', ['chromium']).serial;

test.after.always(closeBrowser);

test('a portal has the node of its own name or below it, and nobody else’s', (t) => {
  const difusores = [
    'https://prep.uno.example/',
    'https://dos.example/prep',
    'https://a.tres.example',
    'https://b.tres.example',
  ].map((url) => ({ name: 'x', title: 'X', url, logo: null, nodes: [] }));
  const site = (portal: string) => nodeInPadron({ difusores }, new URL(portal))?.href ?? null;
  t.is(site('https://www.uno.example/elecciones/'), 'https://prep.uno.example/');
  t.is(site('https://uno.example/'), 'https://prep.uno.example/');
  t.is(site('https://dos.example/'), 'https://dos.example/prep/');
  t.is(site('https://tres.example/'), null, 'two: nothing is guessed');
  t.is(site('https://example.org/'), null);
  t.is(site('https://xdos.example/'), null);
});

inBrowser('from a page below the site, or the frame, the publication is found and its address told', async (t) => {
  const honest = difusor(filesOf(good));
  const address = await serve(t, (request, response) => {
    if (request.url !== '/cotejo/ultimo.json') return honest(request, response);
    response.writeHead(200, { 'access-control-allow-origin': '*' }).end('{"phase":"jornada"}\n');
  });
  const page = await newPage(t);
  await page.clock.setFixedTime('2018-07-01T19:45:00-05:00');
  await page.goto(new URL('cotejo/', address).href);
  for (const typed of ['noticias/elecciones/', 'cotejo/marco.html']) {
    await page.fill('#site', new URL(typed, address).href);
    await page.click('#start');
    const found = await verdict(page, new URL('cotejo/chain/', address));
    t.is(found.tone, 'uncompared', found.text);
    t.true(found.text.includes(`se comprobó ${address.href}`), found.text);
    await page.reload();
  }
});
