import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { writePages } from '../../src/build/page.ts';
import { hashOf } from '../../src/format/hash.ts';
import { type Files, filesOf } from '../kit/broken-chains.ts';
import { closeBrowser, newContext, newPage } from '../kit/browser.ts';
import { makeCorte, writeDelivery } from '../kit/cortes.ts';
import { runDifusor } from '../kit/difusor.ts';
import { entriesIn } from '../kit/folders.ts';
import { ask, difusor, good, html, shown, verdict } from '../kit/page.ts';
import { repository } from '../kit/programs.ts';
import { requires } from '../kit/requires.ts';
import { type Answering, serve } from '../kit/web.ts';

const inBrowser = requires('chromium', ['chromium']).serial;

test.after.always(closeBrowser);

inBrowser('the good chain is good by its anchor, by either code, and by the reader’s own comparison', async (t) => {
  const site = await serve(t, difusor(filesOf(good)));
  const page = await newPage(t);
  const [first, second] = good.trusts.map(({ sha256 }) => sha256) as [string, string];
  for (const anchor of ['files', first, second.toUpperCase().replace(/.{8}/g, '$& \n')]) {
    t.is((await ask(page, site, { anchor })).tone, 'good');
  }
  const alone = await ask(page, site, { anchor: 'none', sampling: 'all' });
  t.is(alone.tone, 'uncompared');
  t.is((await page.locator('#anchor .hash').innerText()).replace(/\s/g, ''), first);
  await page.check('#compared');
  t.is((await verdict(page)).tone, 'good');
  await page.reload();
  t.is(await page.locator('.verdict').count(), 0, 'nothing is remembered');
  t.is(await page.evaluate('localStorage.length + sessionStorage.length + document.cookie.length'), 0);
});

inBrowser('a code of no document of the chain, a key’s fingerprint, and no code at all', async (t) => {
  const site = await serve(t, difusor(filesOf(good)));
  const page = await newPage(t);
  t.like(await ask(page, site, { anchor: 'ab'.repeat(32) }), { tone: 'bad', code: null });
  for (const code of ['SHA256:b6QmhpQDweJxSHwzPG1//m6YMgQvqqVx+8lzV4v3M3U', 'ab'.repeat(31), '1.json']) {
    await page.fill('#code', code);
    await page.click('#start');
    t.is(await page.getAttribute('#code', 'aria-invalid'), 'true');
    t.is(await page.evaluate('document.activeElement.id'), 'code');
  }
});

inBrowser('the example chain, which another implementation wrote', async (t) => {
  const folder = join(repository(), 'test/example');
  const chain: Files = new Map();
  for (const entry of await entriesIn(join(folder, 'chain'))) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) chain.set(relative(join(folder, 'chain'), path), await readFile(path));
  }
  const anchor = hashOf(await readFile(join(folder, 'anchor.json')));
  const page = await newPage(t);
  const found = await ask(page, await serve(t, difusor(chain)), { anchor });
  t.is(found.tone, 'good', found.text);
  t.regex(await page.locator('#detail').innerText(), /relevo-1, cortes 4/);
});

inBrowser('a copy that hides its newest corte is sound, and its own index gives it away', async (t) => {
  const files = filesOf(good);
  for (const path of files.keys()) if (path.startsWith('jornada/000005/')) files.delete(path);
  const found = await ask(await newPage(t), await serve(t, difusor(files)));
  t.is(found.tone, 'good');
  t.regex(found.text, /anuncia el corte 5 .* el último que tiene es el 4/);
});

inBrowser('a drill can’t be taken for the election', async (t) => {
  const files = filesOf(good);
  for (const path of files.keys()) if (path.startsWith('jornada/') || path === 'index.json') files.delete(path);
  const found = await ask(await newPage(t), await serve(t, difusor(files)));
  t.is(found.tone, 'good');
  t.regex(found.text, /SIMULACRO: lo que aquí se comprobó no son resultados/);
  t.notRegex(found.text, /resultados preliminares/);
});

inBrowser('no chain, and an empty one', async (t) => {
  const page = await newPage(t);
  for (const anchor of ['files', 'none', good.trusts[0].sha256]) {
    t.regex((await ask(page, await serve(t, difusor(new Map())), { anchor })).text, /Aquí no hay cadena/);
  }
  const files = filesOf(good);
  for (const path of files.keys()) if (!path.startsWith('trust/')) files.delete(path);
  t.regex((await ask(page, await serve(t, difusor(files)))).text, /todavía no tiene cortes/);
});

inBrowser('the site’s files: all the same, or altered, missing, behind and blocked told apart', async (t) => {
  const page = await newPage(t);
  const same = await ask(page, await serve(t, difusor(filesOf(good))), { sampling: 'all' });
  t.like(same, { tone: 'good' }, same.text);
  t.regex(same.text, /15 archivos, todos iguales/);
  const altered = String(shown['index.html']).replace('corte 5', 'corte 6');
  const site = {
    ...shown,
    'index.html': altered,
    'css/estilo.css': undefined,
    'base/COAH_AYUN_2018.csv': good.jornada[2].content['base/COAH_AYUN_2018.csv'],
  };
  const found = await ask(page, await serve(t, difusor(filesOf(good), site)), { sampling: 'all' });
  t.is(found.tone, 'bad');
  t.regex(
    await page.locator('#differences').innerText(),
    /Alterado:.*\n+index.html\n+Atrasado:.*\n+base\/.*corte 3\)\n+Falta:.*\n+css\/estilo.css/,
  );
  const behind = { ...shown, 'index.html': good.jornada[3].content['index.html'] };
  const late = await ask(page, await serve(t, difusor(filesOf(good), behind)), { sampling: 'all' });
  t.is(late.tone, 'bad');
  t.regex(late.text, /muestra archivos atrasados/);
  const honest = difusor(filesOf(good));
  const blocked = await serve(t, (request, response) =>
    request.url?.endsWith('.jpg')
      ? response.writeHead(200, { 'content-type': 'text/html' }).end('<title>Acceso restringido</title>')
      : honest(request, response),
  );
  const kept = await ask(page, blocked, { sampling: 'all' });
  t.is(kept.tone, 'bad');
  t.regex(kept.text, /Bloqueados: en lugar de 11 archivos/);
});

inBrowser('of many files a sample that no one can foresee, and all of them when asked', async (t) => {
  const files: Record<string, Buffer> = { 'index.html': Buffer.from('<title>Corte 6</title>') };
  for (let i = 0; i < 250; i++) files[`actas/${i} básica #.jpg`] = Buffer.from(`acta ${i}`);
  const chain = filesOf(good);
  const corte = makeCorte({ trust: good.trusts[1], signer: 'relevo-1', previous: good.jornada[4], files });
  for (const [name, bytes] of Object.entries(corte.files)) chain.set(`jornada/000006/${name}`, bytes);
  const page = await newPage(t);
  const found = await ask(page, await serve(t, difusor(chain, { ...files, 'actas/7 básica #.jpg': undefined })), {
    sampling: 'sample',
  });
  t.regex(found.text, /10[01] archivos|(99|100) de 10[01] archivos/);
  t.regex(await page.locator('#unchecked').innerText(), /Los otros 15[01] archivos/);
  t.regex(await page.locator('#detail').innerText(), /entre 251; semilla [0-9a-f]{16}/);
  await page.click('#check-all');
  await page.getByText('250 de 251 archivos son iguales').first().waitFor();
  t.regex((await verdict(page)).text, /Falta: 1 archivo/);
});

inBrowser('a night of 145 cortes is checked while the page stays alive', async (t) => {
  const cortes = [makeCorte({ trust: good.trusts[0], files: { 'index.html': '1' } })];
  while (cortes.length < 145) {
    const previous = cortes.at(-1) as (typeof cortes)[number];
    cortes.push(makeCorte({ trust: good.trusts[0], previous, files: { 'index.html': String(cortes.length + 1) } }));
  }
  const chain: Files = new Map([...filesOf(good)].filter(([path]) => path.startsWith('trust/1')));
  for (const { files, statement } of cortes) {
    for (const [name, bytes] of Object.entries(files))
      chain.set(`jornada/${String(statement.number).padStart(6, '0')}/${name}`, bytes);
  }
  const page = await newPage(t);
  const site = await serve(t, difusor(chain, cortes.at(-1)?.content));
  await page.goto(new URL('cotejo/', site).href);
  await page.evaluate('window.turns = 0; setInterval(() => window.turns++, 20)');
  await page.click('#start');
  const found = await verdict(page);
  t.is(found.tone, 'uncompared');
  t.regex(await page.locator('#detail').innerText(), /145 cortes, desde el/);
  t.true(Number(await page.evaluate('window.turns')) > 5, 'the page had its turns');
});

inBrowser('a Difusor publishes the page beside its chain, and shows a drill in a folder of its own', async (t) => {
  await writePages(repository());
  const cortes = [...good.simulacro, ...good.jornada.slice(0, 3)];
  const now = Date.parse(cortes.at(-1)?.statement.taken_at ?? '') + 60_000;
  const running = await runDifusor(t, { trust: good.trusts[0], ports: { http: { host: '127.0.0.1', port: 0 } }, now });
  for (const corte of cortes) {
    await writeDelivery(running.config.inbox, corte);
    const { phase, number } = corte.statement;
    await running.until((event) => event.event === 'admitted' && event.phase === phase && event.number === number);
  }
  const address = `http://127.0.0.1:${running.http?.port}/cotejo/`;
  const page = await newPage(t);
  await page.goto(address);
  await page.selectOption('#sampling', 'all', { force: true });
  await page.click('#start');
  const official = await verdict(page);
  t.is(official.tone, 'uncompared', official.text);
  t.regex(official.text, /El corte 3 de la fase jornada/);
  t.regex(official.text, /11 archivos, todos iguales/);
  await page.fill('#site', new URL('fases/simulacro-1/', address).href);
  await page.click('#start');
  const drill = await verdict(page, new URL('chain/', address));
  t.regex(drill.text, /SIMULACRO/);
  t.regex(drill.text, /todos iguales/);
});

// What a hostile or broken server does with one file of a good site.

function answering(t: ExecutionContext, path: string, answer: Answering): Promise<URL> {
  const honest = difusor(filesOf(good));
  return serve(t, (request, response) => (request.url === path ? answer : honest)(request, response));
}

const STATEMENT = '/cotejo/chain/jornada/000002/corte.json';
const endless: Answering = (_, response) => {
  const more = () => {
    while (!response.destroyed && response.write(Buffer.alloc(65_536, ' ')));
    response.once('drain', more);
  };
  more();
};

inBrowser('endless bodies are cut', async (t) => {
  const page = await newPage(t);
  const statement = await ask(page, await answering(t, STATEMENT, endless));
  t.like(statement, { tone: 'bad', code: 'too-large', phase: 'jornada', number: 2 });
  t.is((await ask(page, await answering(t, '/cotejo/chain/index.json', endless))).tone, 'good');
  const live = await ask(page, await answering(t, '/index.html', endless), { sampling: 'all' });
  t.like(live, { tone: 'bad', code: null });
  t.regex(live.text, /Alterado: 1 archivo/);
});

inBrowser('a server that is silent, stops in the middle or drips is given up', async (t) => {
  let drip = () => {};
  const silent: Answering = () => {};
  const stalling: Answering = (_, response) => void response.write('{');
  const dripping: Answering = (_, response) => {
    drip = () => void response.write(' ');
  };
  for (const [answer, told] of [
    [silent, /dejó de contestar/],
    [stalling, /dejó de contestar/],
    [dripping, /lentitud/],
  ] as const) {
    const page = await newPage(t);
    await page.clock.install();
    const site = await answering(t, STATEMENT, answer);
    await page.goto(new URL('cotejo/', site).href);
    await page.click('#start');
    for (; (await page.locator('.verdict').count()) === 0; drip()) await page.clock.runFor(1_000);
    const found = await verdict(page);
    t.is(found.tone, 'unknown');
    t.regex(found.text, told);
  }
});

inBrowser('redirects within the site are followed, elsewhere they are not', async (t) => {
  const page = await newPage(t);
  const other = await serve(t, difusor(filesOf(good)));
  const closed = await serve(t, (_, response) => response.end('{}'));
  for (const location of [new URL(STATEMENT, other).href, closed.href]) {
    const site = await answering(t, STATEMENT, (_, response) => response.writeHead(302, { location }).end());
    const found = await ask(page, site);
    t.is(found.tone, 'unknown');
    t.regex(found.text, /envía a otro sitio/);
  }
  const moved = '/cotejo/chain/jornada/000003/corte.json';
  const within = await answering(t, '/css/estilo.css', (_, response) => response.writeHead(302, { location: '/css/x' }).end());
  t.regex((await ask(page, within, { sampling: 'all' })).text, /Falta: 1 archivo/);
  const lost = await answering(t, STATEMENT, (_, response) => response.writeHead(302, { location: moved }).end());
  const false2 = await ask(page, lost);
  t.like(false2, { tone: 'bad', code: 'signature-invalid', number: 2 });
  // The detail is in the page's language, as all of it.
  t.regex(false2.text, /Detalle técnico: la firma no es la de firma-1 sobre este corte\.json$/m);
  await page.click('#language');
  t.regex((await verdict(page)).text, /Technical detail: the signature is not firma-1's over this corte\.json$/m);
});

inBrowser('errors and silence of the network give no verdict', async (t) => {
  const page = await newPage(t);
  const down = await answering(t, STATEMENT, (_, response) => response.writeHead(403).end());
  t.regex((await ask(page, down)).text, /error 403/);
  const broken = await answering(t, STATEMENT, (request) => request.socket.destroy());
  t.like(await ask(page, broken), { tone: 'unknown', code: null });
  const asked = new Set<string>();
  const honest = difusor(filesOf(good));
  const busy = await serve(t, (request, response) => {
    const url = request.url ?? '';
    if (asked.has(url) || !url.startsWith('/cotejo/chain/')) honest(request, response);
    else response.writeHead(asked.add(url) && 503).end();
  });
  t.is((await ask(page, busy)).tone, 'good', 'a busy server is asked again');
});

inBrowser('a check can be cancelled, and begun again', async (t) => {
  let isSilent = true;
  const honest = difusor(filesOf(good));
  const site = await serve(t, (request, response) => {
    if (request.url !== STATEMENT || !isSilent) honest(request, response);
  });
  const page = await newPage(t);
  await page.goto(new URL('cotejo/', site).href);
  await page.click('#start');
  await page.click('#cancel');
  t.like(await verdict(page), { tone: 'unknown' });
  isSilent = false;
  await page.click('#start');
  await page.locator('.verdict.uncompared').waitFor();
  t.like(await verdict(page), { tone: 'uncompared' });
});

inBrowser('opened from a disk or another site it reads any Difusor that lets it', async (t) => {
  const site = await serve(t, difusor(filesOf(good)));
  const elsewhere = await serve(t, difusor(new Map()));
  const context = await newContext(t);
  for (const at of [`${elsewhere.href}cotejo/`, 'file:///cotejo.html']) {
    const page = await context.newPage();
    await page.route('file:///cotejo.html', (route) => route.fulfill({ body: html().toString(), contentType: 'text/html' }));
    await page.goto(`${at}#sitio=${site.href}`);
    await page.selectOption('#sampling', 'all', { force: true });
    await page.click('#start');
    t.is((await verdict(page)).tone, 'uncompared', at);
  }
  const closed = await serve(t, (_, response) => response.end('{}'));
  const page = await context.newPage();
  await page.goto(`${elsewhere.href}cotejo/#sitio=${closed.href}&idioma=en`);
  await page.click('#start');
  t.regex((await verdict(page)).text, /Access-Control-Allow-Origin/);
});
