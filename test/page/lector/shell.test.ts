import test from 'ava';
import { closeBrowser, holds, newPage } from '../../kit/browser.ts';
import { inBrowser } from '../../kit/portal.ts';
import { serve } from '../../kit/web.ts';
import { askedOf, corteFacts, documento, estadoOf, isAsked, NOW, openLector, say, saying, serveLector } from './fake-worker.ts';

/** The bar and its frame as a reader uses them, with a worker that says what the test wants. */

test.after.always(closeBrowser);

const inFrame = (page: Awaited<ReturnType<typeof newPage>>) => page.frameLocator('#publication');
const shown = '[data-standing="corte"]';

inBrowser('a newer corte is offered, and is opened at the page where the reader is', async (t) => {
  const page = await openLector(t, saying(), { path: '/municipios/?orden=votos#torreon' });
  await page.locator(shown).waitFor();
  t.regex(await inFrame(page).locator('header').innerText(), /corte 37 · \/municipios\//);
  t.false(await page.locator('#newer').isVisible());
  await say(page, saying({ estado: estadoOf({ head: corteFacts(38) }) }));
  await page.locator('#newer').waitFor();
  t.regex(await inFrame(page).locator('header').innerText(), /corte 37/, 'it is offered and not forced');
  t.regex(await page.locator('#what').innerText(), /^Corte 37/);
  await page.click('#newer');
  await page.locator('#what', { hasText: 'Corte 38' }).waitFor();
  t.regex(await inFrame(page).locator('header').innerText(), /corte 38 · \/municipios\//);
  t.true(page.url().endsWith('/municipios/?orden=votos#torreon'), page.url());
  t.false(await page.locator('#newer').isVisible());
});

inBrowser('a link within the publication stays in the frame and in the address; one out of it gets a tab of its own', async (t) => {
  const page = await openLector(t, saying());
  await page.locator(shown).waitFor();
  await inFrame(page).locator('#inner').click();
  await page.waitForURL('**/municipios/saltillo.html');
  await inFrame(page).locator('header', { hasText: '/municipios/saltillo.html' }).waitFor();
  await page.locator(shown).waitFor();
  await page.goBack();
  await inFrame(page).locator('header', { hasText: '· /' }).waitFor();
  await holds(page, 'location.pathname === "/"');
  const [popup] = await Promise.all([page.waitForEvent('popup'), inFrame(page).locator('#outer').click()]);
  t.is(await popup.evaluate('window.opener'), null);
  t.is(new URL(page.url()).pathname, '/');
});

inBrowser('what the worker did not give is not seen', async (t) => {
  const page = await openLector(t, saying());
  await page.locator(shown).waitFor();
  await say(page, saying({ documents: {} }));
  await inFrame(page).locator('#inner').click();
  await page.locator('[data-standing="unverified"]').waitFor();
  t.false(await page.locator('#publication').isVisible());
  await say(page, saying());
  await page.click('#card button');
  await page.locator(shown).waitFor();
});

inBrowser('what was kept is opened before the worker has said how things stand, once, and only if it is to be seen', async (t) => {
  const page = await openLector(t, saying(), { path: '/municipios/?orden=votos#torreon' });
  await page.locator(shown).waitFor();
  const opened: URLSearchParams[] = [];
  page.on('request', (request) => {
    const { pathname, searchParams } = new URL(request.url());
    if (pathname === '/cotejo/lector/abre') opened.push(searchParams);
  });
  await page.reload();
  await page.locator(shown).waitFor();
  t.regex(await inFrame(page).locator('header').innerText(), /corte 37 · \/municipios\//);
  t.true(page.url().endsWith('/municipios/?orden=votos#torreon'), page.url());
  t.deepEqual(
    opened.map((query) => [query.get('guardado'), query.get('corte'), query.get('ruta')]),
    [['si', null, '/municipios/?orden=votos']],
  );
  await say(page, saying({ estado: estadoOf({ shows: 'aviso' }) }));
  await page.reload();
  await page.locator('[data-standing="aviso"]').waitFor();
  t.false(await page.locator('#publication').isVisible());
  await page.click('[data-action="pass"]');
  await page.locator(shown).waitFor();
  t.deepEqual(
    opened.slice(1).map((query) => query.get('corte')),
    [null, '37'],
  );
});

inBrowser('what is opened after an early frame was closed is asked for once', async (t) => {
  const page = await openLector(t, saying({ estado: estadoOf({ shows: 'aviso' }) }));
  await page.locator('[data-standing="aviso"]').waitFor();
  await page.reload();
  await page.locator('[data-standing="aviso"]').waitFor();
  const opened: (string | null)[] = [];
  page.on('request', (request) => {
    const { pathname, searchParams } = new URL(request.url());
    if (pathname === '/cotejo/lector/abre') opened.push(searchParams.get('corte'));
  });
  await say(page, saying({ documents: {} }));
  await page.locator('[data-standing="unverified"]').waitFor();
  t.deepEqual(opened, ['37']);
});

inBrowser('what the worker says unasked is believed of the very document that it is said of, and of no other', async (t) => {
  // Without a clock of the test's own: with it a page has no entries of its times, and so no mark of its document.
  const page = await newPage(t);
  const said = { estado: estadoOf({ avisoAt: null }), documents: {} };
  await page.goto((await serveLector(t, saying({ estado: said.estado }))).href);
  await page.locator(shown).waitFor();
  await say(page, saying({ ...said, entrega: { of: 'other', documento: documento(corteFacts(37)) } }));
  await page.reload();
  await page.locator('[data-standing="unverified"]').waitFor();
  t.false(await page.locator('#publication').isVisible());
  await say(page, saying({ ...said, deaf: ['documento'], entrega: { of: 'own', documento: documento(corteFacts(37)) } }));
  await page.reload();
  await page.locator(shown).waitFor();
  await inFrame(page).locator('#inner').click();
  await inFrame(page).locator('header', { hasText: '/municipios/saltillo.html' }).waitFor();
  await page.locator(shown).waitFor();
});

inBrowser('of what a document says of itself in another form than the worker does, the worker is asked', async (t) => {
  const never = await serve(t, () => {});
  const page = await newPage(t);
  const said = { estado: estadoOf({ avisoAt: null }) };
  await page.goto((await serveLector(t, saying(said))).href);
  await page.locator(shown).waitFor();
  const html = `<!doctype html><p>suya</p><img src="${never.href}">`;
  const entrega = { of: 'own', documento: { ...documento(corteFacts(38)), files: -1 } } as const;
  await say(page, saying({ ...said, entrega, html }));
  await page.reload({ waitUntil: 'commit' });
  await page.locator(shown).waitFor();
  t.regex(await page.locator('#what').innerText(), /^Corte 37/);
  t.is(await inFrame(page).locator('p').innerText(), 'suya');
});

inBrowser('a page that has its own of what the bar looks at in it is seen before all of it has come', async (t) => {
  const never = await serve(t, () => {});
  const late = `<p>suya</p><img src="${never.href}">`;
  const pages = [
    `<script>var performance = {}</script>${late}`,
    `<script>performance.getEntriesByType = () => [null]</script>${late}`,
    `<script>performance.getEntriesByType = () => [{ serverTiming: [null, { name: 'cotejo', description: 1 }] }]</script>${late}`,
    `<script>function addEventListener(what) { what.attachEvent() }</script>${late}`,
    `<form name="addEventListener"></form><form name="defaultView"></form><form name="readyState"></form>${late}`,
  ];
  const address = (await serveLector(t, saying({ estado: estadoOf({ avisoAt: null }) }))).href;
  const page = await newPage(t);
  await page.goto(address);
  await page.locator(shown).waitFor();
  for (const html of pages) {
    await say(page, saying({ estado: estadoOf({ avisoAt: null }), html: `<!doctype html>${html}` }));
    await page.reload({ waitUntil: 'commit' });
    await page.locator(shown).waitFor();
    t.is(await inFrame(page).locator('p').innerText(), 'suya');
    t.not(await page.evaluate("document.getElementById('publication').contentDocument.readyState"), 'complete', html);
  }
});

inBrowser('the aviso falls due by the clock alone, and takes the results away; the reader may see them all the same', async (t) => {
  const page = await openLector(t, saying());
  await page.locator(shown).waitFor();
  await page.clock.setFixedTime(NOW + 60 * 60_000);
  await page.locator('[data-standing="aviso"]').waitFor();
  t.false(await page.locator('#publication').isVisible());
  t.is(await page.evaluate("document.getElementById('publication').contentDocument.body.childElementCount"), 0);
  await page.click('[data-action="pass"]');
  await page.locator(shown).waitFor();
  t.is(await page.locator('#note').getAttribute('data-gravity'), 'warn');
  t.is(await page.locator('html').getAttribute('data-tone'), 'warn');
  const next = corteFacts(42);
  await say(page, saying({ estado: estadoOf({ head: next, avisoAt: NOW + 99 * 60_000 }), documents: { 42: documento(next) } }));
  await page.locator('#newer').waitFor();
});

inBrowser('whoever asks again on a card sees that it is being asked', async (t) => {
  const page = await openLector(t, saying({ estado: estadoOf({ shows: 'aviso' }), deaf: ['busca'] }));
  const button = page.locator('#card [data-action="look"]');
  t.is(await button.innerText(), 'Preguntar otra vez');
  await button.click();
  await page.locator('#card [data-action="look"]', { hasText: 'Preguntando…' }).waitFor();
});

inBrowser('results come back by themselves after an aviso', async (t) => {
  const page = await openLector(t, saying({ estado: estadoOf({ shows: 'aviso' }) }));
  await page.locator('[data-standing="aviso"]').waitFor();
  await say(page, saying({ estado: estadoOf({ head: corteFacts(38) }) }));
  await page.locator('#what', { hasText: 'Corte 38' }).waitFor();
  await page.locator(shown).waitFor();
  t.regex(await inFrame(page).locator('header').innerText(), /corte 38/);
});

inBrowser('the proof of a fork stays before whoever goes past it', async (t) => {
  const [one, other] = [corteFacts(37).sha256, corteFacts(38).sha256];
  const troubles = [{ kind: 'bifurcacion', phase: 'jornada', number: 37, one, other }] as const;
  const page = await openLector(t, saying({ estado: estadoOf({ troubles }) }));
  await page.locator('[data-standing="fork"]').waitFor();
  const codes = async () => (await page.locator('.hash').allInnerTexts()).map((text) => text.replace(/\s/g, ''));
  t.deepEqual(await codes(), [one, other]);
  await page.click('[data-action="pass"]');
  await page.locator(shown).waitFor();
  t.is(await page.locator('#note').getAttribute('data-gravity'), 'bad');
  await page.click('#details');
  t.deepEqual((await codes()).slice(-2), [one, other]);
});

inBrowser('what the worker does not answer is told: the proof, a look, and that it is to forget', async (t) => {
  const [one, other] = [corteFacts(37).sha256, corteFacts(38).sha256];
  const troubles = [{ kind: 'bifurcacion', phase: 'jornada', number: 37, one, other }] as const;
  const forked = { estado: estadoOf({ troubles, avisoAt: null }) };
  const asks = ['prueba', 'busca', 'olvida'];
  const page = await newPage(t);
  await page.clock.install({ time: NOW });
  await page.goto((await serveLector(t, saying({ ...forked, deaf: asks }))).href);
  await page.locator('[data-standing="fork"]').waitFor();
  const told = () => page.locator('#note-text').innerText();
  const downloads: string[] = [];
  page.on('download', (download) => downloads.push(download.suggestedFilename()));
  const waits = async (ask: string, ms: number) => {
    await isAsked(page, ask);
    await page.clock.runFor(ms);
  };
  await page.click('[data-action="save"]');
  await page.click('[data-action="save"]');
  await waits('prueba', 11_000);
  const saved = await told();
  t.regex(saved, /no se guardó/);
  await page.click('#details');
  await page.click('#look');
  await waits('busca', 21_000);
  t.regex(await told(), /No se pudo buscar/);
  t.false(await page.locator('#look').isDisabled());
  await page.click('#forget-ask');
  await page.click('#forget-yes');
  await waits('olvida', 11_000);
  t.regex(await told(), /No se sabe si se olvidó/);
  t.deepEqual(downloads, []);

  await say(page, saying(forked));
  await page.click('[data-action="save"]');
  await page.locator('#note-text', { hasText: 'ya no tiene la prueba' }).waitFor();
  const texts = { 'corte.json': '{}\n', 'corte.json.sig': 'x\n' };
  await say(page, saying({ ...forked, proof: { type: 'cotejo/prueba', cortes: [texts, texts] } }));
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('[data-action="save"]')]);
  t.is(download.suggestedFilename(), 'prueba-jornada-37.json');
  t.false(await page.locator('#note').isVisible(), 'what was told of it is over');
});

inBrowser('a worker that answers nothing more is told, and no longer once it answers again', async (t) => {
  const page = await newPage(t);
  await page.clock.install({ time: NOW - 1000 });
  await page.clock.pauseAt(NOW);
  await page.goto((await serveLector(t, saying({ estado: estadoOf({ avisoAt: null }) }))).href);
  await page.locator(shown).waitFor();
  await say(page, saying({ estado: estadoOf({ avisoAt: null }), deaf: ['estado'] }));
  const before = (await askedOf(page)).filter((each) => each === 'estado').length;
  for (const asked of [1, 2]) {
    await page.clock.runFor(21_000);
    await isAsked(page, 'estado', before + asked);
    t.false(await page.locator('#note').isVisible(), 'one may be lost with a machine that slept');
    await page.clock.runFor(10_500);
  }
  await page.locator('#note-text', { hasText: 'no contesta' }).waitFor();
  t.true(await page.locator('#publication').isVisible(), 'what was verified stays');
  await say(page, saying({ estado: estadoOf({ avisoAt: null }) }));
  await page.clock.runFor(21_000);
  await page.locator('#note').waitFor({ state: 'hidden' });
});

inBrowser('what was seen is forgotten only after the reader was asked', async (t) => {
  const page = await openLector(t, saying());
  await page.locator(shown).waitFor();
  await page.click('#details');
  await page.click('#forget-ask');
  t.is(await page.evaluate('document.activeElement.id'), 'forget-no');
  await page.keyboard.press('Escape');
  await page.click('#forget-ask');
  await page.click('#forget-no');
  t.false((await askedOf(page)).includes('olvida'));
  await page.click('#forget-ask');
  await page.click('#forget-yes');
  await holds(page, '!/ha visto/.test(document.querySelector("#panel dl").innerText)');
  t.is((await askedOf(page)).filter((ask) => ask === 'olvida').length, 1);
});

inBrowser('it can be used by keyboard alone, and a screen reader finds a name for everything', async (t) => {
  const page = await openLector(
    t,
    saying({ estado: estadoOf({ head: corteFacts(38) }), documents: { 38: documento(corteFacts(37)) } }),
  );
  await page.locator(shown).waitFor();
  const order: unknown[] = [];
  for (let i = 0; i < 3; i++) {
    await page.keyboard.press('Tab');
    order.push(await page.evaluate('document.activeElement.id'));
  }
  t.deepEqual(order, ['language', 'newer', 'details']);
  await page.keyboard.press('Enter');
  t.is(await page.locator('#details').getAttribute('aria-expanded'), 'true');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Escape');
  t.false(await page.locator('#panel').isVisible());
  t.is(await page.evaluate('document.activeElement.id'), 'details');
  await page.keyboard.press('Enter');
  const tree = await page.locator('body').ariaSnapshot();
  for (const part of [
    '- banner:',
    '- main:',
    'heading "Resultados electorales preliminares" [level=1]',
    '- paragraph: Corte 37 · 20:40 horas del 1 de julio de 2018',
    '- paragraph: Verificado en su navegador, entregado por Vanguardia',
    'button "Detalles" [expanded]',
    'region "Lo que se verificó"',
    'rowheader "Radio Norte Comprobar el sitio de Radio Norte"',
    'button "Olvidar lo visto…"',
    'iframe',
  ]) {
    t.true(tree.includes(part), `${part}\n${tree}`);
  }
  await page.click('#newer');
  await holds(page, 'document.activeElement.id === "publication"');
  await page.locator(shown).waitFor();
});

inBrowser('the language that was chosen is kept', async (t) => {
  const page = await openLector(t, saying());
  await page.click('#language');
  await page.reload();
  await page.locator(shown).waitFor();
  t.is(await page.locator('#details').innerText(), 'Details');
  t.regex(await page.locator('#by').innerText(), /^Verified in your browser/);
});

inBrowser('where the letters are twice as large there is room for the publication still', async (t) => {
  const page = await openLector(t, saying(), { viewport: { width: 640, height: 360 } });
  await page.locator(shown).waitFor();
  await page.evaluate('document.documentElement.style.fontSize = "32px"');
  t.true(Number(await page.evaluate('document.documentElement.scrollWidth - innerWidth')) <= 0);
  const box = await page.locator('#publication').boundingBox();
  t.true((box?.height ?? 0) >= 360, JSON.stringify(box));
});

inBrowser('a script of the publication that leads the frame elsewhere leads to nothing that is seen', async (t) => {
  const page = await openLector(t, saying());
  await page.locator(shown).waitFor();
  await page
    .frames()[1]
    ?.evaluate('location.href = "https://otro.example/"')
    .catch(() => {});
  await page.locator('[data-standing="unverified"]').waitFor();
  t.false(await page.locator('#publication').isVisible());
});
