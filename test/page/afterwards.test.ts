import { readFile } from 'node:fs/promises';
import test, { type ExecutionContext } from 'ava';
import type { Page } from 'playwright-core';
import { auditConstancia } from '../../src/audit/constancia.ts';
import { constanciaJson } from '../../src/audit/report/constancia.ts';
import { parseConstancia } from '../../src/format/constancia.ts';
import { type Recibo, recibosText } from '../../src/format/recibos.ts';
import { BROKEN_CHAINS, type Files, filesOf } from '../kit/broken-chains.ts';
import { closeBrowser, newPage } from '../kit/browser.ts';
import { faint } from '../kit/contrast.ts';
import { makeCorte, publicationOf } from '../kit/cortes.ts';
import { encode, nextTrust, signTrust } from '../kit/election.ts';
import { ask, difusor, good, shown, verdict } from '../kit/page.ts';
import { makeRecibo, PADRON } from '../kit/recibos.ts';
import { requires } from '../kit/requires.ts';
import { serve } from '../kit/web.ts';

/** What the page offers once the verdict stands: who signed that they publish it, what to keep, what to do now. */

const inBrowser = requires('chromium', ['chromium']).serial;

test.after.always(closeBrowser);

const INSTITUTE = 'https://iec.example/prep';
const padron = encode({ ...PADRON, institute: INSTITUTE });
const site = { ...publicationOf(5), 'oficial/padron.json': padron };
const newest = makeCorte({ trust: good.trusts[1], signer: 'relevo-1', previous: good.jornada[4], files: site });
const [anchor] = good.trusts;

/** The good chain, and a sixth corte that has a padrón. */
function chain(): Files {
  const files = filesOf(good);
  for (const [name, bytes] of Object.entries(newest.files)) files.set(`jornada/000006/${name}`, bytes);
  const phases = { jornada: { number: 6, corte: newest.sha256 } };
  return files.set('index.json', encode({ election: anchor.document.election, trust: 2, phases }));
}

interface Opened {
  readonly shows?: Readonly<Record<string, Buffer | string | undefined>>;
  /** what the Institute publishes; null for an address that has no receipts */
  readonly recibos?: string | null;
  /** a file of the publication that the network keeps back */
  readonly cut?: string | null;
}

async function open(t: ExecutionContext, { shows = newest.content, recibos = null, cut = null }: Opened = {}) {
  const page = await newPage(t);
  if (cut !== null) await page.route(`**/${cut}`, (route) => route.abort());
  const asked: string[] = [];
  await page.route(`${INSTITUTE}/**`, (route) => {
    asked.push(route.request().url());
    const headers = { 'access-control-allow-origin': '*' };
    return route.fulfill(recibos === null ? { status: 404, headers } : { status: 200, headers, body: recibos });
  });
  const honest = difusor(chain(), shows);
  const own: string[] = [];
  const at = await serve(t, (request, response) => {
    own.push(request.url ?? '');
    honest(request, response);
  });
  const found = await ask(page, at, { anchor: anchor.sha256, sampling: 'all' });
  return { page, at, found, asked, own };
}

async function saved(page: Page): Promise<{ name: string; bytes: Buffer }> {
  await page.locator('#save').waitFor();
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('#save')]);
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

async function checked(bytes: Buffer) {
  const constancia = parseConstancia(bytes, 'constancia.json');
  return { constancia, audit: constanciaJson(await auditConstancia(constancia, anchor, null)) };
}

const of = (plan: Parameters<typeof makeRecibo>[1] = {}): Recibo => makeRecibo({ number: 6, sha256: newest.sha256 }, plan);

inBrowser('how many nodes of how many Difusores signed that they publish it, from where the corte says', async (t) => {
  const recibos = recibosText([of(), of({ node: 'web2' }), of({ difusor: 'zocalo' })]);
  const { page, found, asked, own } = await open(t, { recibos });
  t.is(found.tone, 'good', found.text);
  const card = page.locator('#recibos[data-recibos="counted"]');
  t.regex(await card.innerText(), /3 de 4 nodos, de 2 de 3 difusores, firmaron que publican el corte 6/);
  t.deepEqual(asked, [`${INSTITUTE}/recibos/jornada/000006.json`]);
  t.is(own.filter((path) => path === '/oficial/padron.json').length, 2, 'as a file of the site, and as the padrón');
  for (const file of ['corte.json', 'corte.json.sig'])
    t.is(own.filter((path) => path.endsWith(`/000006/${file}`)).length, 1, `${file} is kept from the check`);
  t.is(await page.locator('#steps-now').count(), 0);
  const { constancia } = await checked((await saved(page)).bytes);
  t.like(constancia.recibos, { nodes: 3, of: 4, difusores: 2, of_difusores: 3, contrary: [] });
  t.false(constancia.not_checked.includes('recibos'));
});

inBrowser('receipts that are not there, can not be read, or prove nothing change no verdict', async (t) => {
  const nothing = of({ difusor: 'zocalo', namespace: 'corte@cotejo' });
  for (const [recibos, kind, told] of [
    [null, 'none', /Ahí no hay acuses/],
    ['<!doctype html><title>IEC</title>', 'none', /Ahí no hay acuses/],
    ['{}\n', 'unread', /no se pudieron leer/],
    [recibosText([of(), nothing]), 'counted', /1 de 4 nodos[^]*Un acuse no sirve/],
  ] as const) {
    const { page, found } = await open(t, { recibos });
    t.is(found.tone, 'good', found.text);
    t.regex(await page.locator(`#recibos[data-recibos="${kind}"]`).innerText(), told);
  }
});

inBrowser('a padrón that the network keeps back is told as that, and not as one that there is not', async (t) => {
  const { page, asked } = await open(t, { cut: 'oficial/padron.json' });
  await page.locator('#recibos[data-recibos="unread-padron"]').waitFor();
  t.deepEqual(asked, []);
});

inBrowser('without a padrón as it was signed nobody is asked for receipts', async (t) => {
  const forged = String(padron).replace(INSTITUTE, 'https://evil.example/');
  const { page, asked } = await open(t, { shows: { ...newest.content, 'oficial/padron.json': forged } });
  await page.locator('#recibos[data-recibos="no-padron"]').waitFor();
  t.deepEqual(asked, []);
  t.is(await page.locator('#steps-now a').count(), 0, 'and no site is named by what was not signed');
});

inBrowser('a verdict does not wait for receipts that never come', async (t) => {
  const page = await newPage(t);
  await page.route(`${INSTITUTE}/**`, () => {});
  const found = await ask(page, await serve(t, difusor(chain(), newest.content)), { anchor: anchor.sha256, sampling: 'all' });
  t.is(found.tone, 'good');
  t.regex(await page.locator('#recibos').innerText(), /Contando/);
  await page.click('#start');
  t.is((await verdict(page)).tone, 'good', 'and another check is not held up');
});

inBrowser('a reader may name another place of receipts, also in a link', async (t) => {
  const page = await newPage(t);
  const asked: string[] = [];
  await page.route('https://copia.example/**', (route) => {
    asked.push(route.request().url());
    return route.fulfill({ headers: { 'access-control-allow-origin': '*' }, body: recibosText([of()]) });
  });
  const at = await serve(t, difusor(chain(), newest.content));
  await page.goto(new URL('cotejo/#acuses=copia.example/recibos', at).href);
  await page.fill('#recibos-at', 'ftp://copia.example/');
  await page.click('#start');
  t.is(await page.getAttribute('#recibos-at', 'aria-invalid'), 'true');
  t.is(await page.evaluate('document.activeElement.id'), 'recibos-at');
  await page.goto('about:blank');
  await page.goto(new URL('cotejo/#acuses=copia.example/recibos', at).href);
  await page.click('#start');
  t.regex(await page.locator('#recibos[data-recibos="counted"]').innerText(), /1 de 4 nodos/);
  t.deepEqual(asked, ['https://copia.example/recibos/jornada/000006.json']);
});

inBrowser('two receipts of one number are shown as the proof, and the constancia carries them', async (t) => {
  const other = of({ difusor: 'zocalo', changes: { corte: 'ab'.repeat(32) } });
  const { page, found } = await open(t, { recibos: recibosText([of(), of({ difusor: 'zocalo' }), other]) });
  t.is(found.tone, 'good');
  const card = page.locator('#recibos.bad');
  t.regex(await card.innerText(), /1 de 4 nodos[^]*zocalo\/web1 se firmó el acuse de otro corte 6/);
  const receipts = await card.locator('.receipt .hash').allInnerTexts();
  t.deepEqual(
    receipts.map((text) => text.replace(/\s/g, '')),
    ['ab'.repeat(32), newest.sha256],
  );
  t.is(await card.locator('pre').first().textContent(), other.join(''));
  t.is(await page.locator('#steps-now').getAttribute('data-kind'), 'contrary');
  await page.setViewportSize({ width: 320, height: 640 });
  await page.evaluate('for (const one of document.querySelectorAll("details")) one.open = true');
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    t.deepEqual((await faint(page)).found, [], colorScheme);
  }
  t.true(Number(await page.evaluate('document.documentElement.scrollWidth')) <= 320, 'nothing overflows a telephone');
  const { constancia, audit } = await checked((await saved(page)).bytes);
  t.is(constancia.recibos?.contrary.length, 1);
  t.like(audit, { contrary: 0, said: { contrary: 1 }, refused: null }, 'the file has no padrón to prove the key');
});

inBrowser('the constancia that is saved is checked again, and says what the reader knew', async (t) => {
  const { page, at } = await open(t);
  const { name, bytes } = await saved(page);
  t.is(name, 'constancia-jornada-000006.json');
  const { constancia, audit } = await checked(bytes);
  t.like(audit, { number: 6, corte: newest.sha256, trust: { anchor: 1, version: 2 }, refused: null });
  t.like(constancia, { verdict: 'concuerda', site: at.href, fault: null, anchor: { given: 'codigo' } });
  t.is(Date.parse(constancia.checked_at), Date.parse('2018-07-01T19:45:00-05:00'), 'by the clock of the reader');
  t.is(constancia.files?.same, constancia.files?.compared);
  t.true(constancia.not_checked.includes('recibos'));
  t.false(constancia.not_checked.includes('anchor'));
});

inBrowser('without a code the constancia says so, until the reader compares', async (t) => {
  const page = await newPage(t);
  await ask(page, await serve(t, difusor(chain(), newest.content)), { anchor: 'none' });
  const before = (await checked((await saved(page)).bytes)).constancia;
  t.like(before, { verdict: 'falta-comparar', files: null, anchor: { given: 'nada' } });
  t.true(before.not_checked.includes('anchor'));
  t.true(before.not_checked.includes('site'));
  await page.check('#compared');
  const after = (await checked((await saved(page)).bytes)).constancia;
  t.like(after, { verdict: 'concuerda', anchor: { given: 'comparado' } });
  t.false(after.not_checked.includes('anchor'));
});

inBrowser('a constancia of altered files names them, and one of a broken chain its fault', async (t) => {
  const { page, found } = await open(t, { shows: { ...newest.content, 'index.html': 'otra cosa', 'css/estilo.css': undefined } });
  t.is(found.tone, 'bad');
  const { constancia, audit } = await checked((await saved(page)).bytes);
  t.is(audit.refused, null);
  t.deepEqual(constancia.files?.differing, [
    { path: 'index.html', how: 'altered' },
    { path: 'css/estilo.css', how: 'missing' },
  ]);
  t.is(constancia.verdict, 'no-concuerda');

  const { breakIt, expected } = BROKEN_CHAINS.find(({ expected: { code, number } }) => code === 'signer-unknown' && number > 1)!;
  const files = filesOf(good);
  breakIt(files, good);
  await ask(page, await serve(t, difusor(files, shown)));
  const broken = await checked((await saved(page)).bytes);
  t.deepEqual(broken.constancia.fault, expected);
  t.like(broken.audit, { number: expected.number - 1, refused: null });
});

inBrowser('trust documents that are too long for the file are left out, and a chain has them', async (t) => {
  const [first] = good.trusts;
  const trusts = [signTrust({ ...first.document, title: 'x'.repeat(62_000) })];
  while (trusts.length < 36) trusts.push(signTrust(nextTrust(trusts.at(-1)!, { signers: first.document.signers })));
  const only = makeCorte({ trust: trusts.at(-1)!, files: { 'index.html': '1' } });
  const files: Files = new Map();
  for (const { document, bytes, signedBy } of trusts) {
    const name = `trust/${document.version}.json`;
    files.set(name, Buffer.from(bytes));
    for (const [custodian, signature] of Object.entries(signedBy)) files.set(`${name}.${custodian}.sig`, signature);
  }
  for (const [name, bytes] of Object.entries(only.files)) files.set(`jornada/000001/${name}`, bytes);
  const page = await newPage(t);
  await ask(page, await serve(t, difusor(files, only.content)), { anchor: trusts[0]!.sha256 });
  const { bytes } = await saved(page);
  t.true(bytes.length < 2 * 1024 * 1024);
  const constancia = parseConstancia(bytes, 'constancia.json');
  t.deepEqual(constancia.documents.trust, []);
  t.is(constancia.trust.version, 36);
  const alone = constanciaJson(await auditConstancia(constancia, trusts[0]!, null));
  t.like(alone, { corte: null, refused: null }, 'not told by itself');
  t.like(constanciaJson(await auditConstancia(constancia, trusts.at(-1)!, null)), { corte: only.sha256, refused: null });
});

inBrowser('in print there is the constancia alone, with what was not checked', async (t) => {
  const { page } = await open(t);
  await page.locator('#save').waitFor();
  await page.emulateMedia({ media: 'print' });
  const text = await page.locator('body').innerText();
  t.regex(text, /Constancia de comprobación[^]*6 de la fase jornada[^]*Qué NO se comprobó[^]*no demuestra/);
  t.regex(text, /cotejo audit constancia constancia-jornada-000006\.json/);
  t.true(text.replace(/\s/g, '').includes(newest.sha256));
  t.notRegex(text, /Comprobar\n|Imprimir/);
  const pdf = (await page.pdf({ format: 'Letter', preferCSSPageSize: true })).toString('latin1');
  t.is(pdf.match(/\/Type\s*\/Page\b/g)?.length, 1, 'on one page');
});

// What to do now, by kind of fault.

const STEPS: ReadonlyArray<readonly [kind: string | null, shows: Opened['shows'], chain?: (files: Files) => void]> = [
  [null, undefined],
  ['altered', { ...newest.content, 'index.html': 'otra cosa' }],
  ['behind', { ...newest.content, 'index.html': good.jornada[3].content['index.html'] }],
  ['nothing', {}],
  ['nothing', undefined, (files) => files.clear()],
  ['chain', undefined, (files) => void files.set('jornada/000003/corte.json', Buffer.from('{}\n'))],
];
for (const [i, [kind, shows = newest.content, change = () => {}]] of STEPS.entries()) {
  inBrowser(`what to do now, ${i}: ${kind}`, async (t) => {
    const files = chain();
    change(files);
    const page = await newPage(t);
    await page.route(`${INSTITUTE}/**`, (route) => route.fulfill({ status: 404, headers: { 'access-control-allow-origin': '*' } }));
    await ask(page, await serve(t, difusor(files, shows)), { anchor: anchor.sha256, sampling: 'all' });
    const card = page.locator('#steps-now');
    t.is(await card.count(), kind === null ? 0 : 1);
    if (kind === null) return;
    t.is(await card.getAttribute('data-kind'), kind);
    t.true((await card.locator('.todo > li').count()) >= 2);
    if (kind !== 'altered') return;
    await page.locator('#recibos[data-recibos="none"]').waitFor();
    const links = await card.locator('a').evaluateAll((all) => all.map((a) => (a as unknown as { href: string }).href));
    t.deepEqual(links, [INSTITUTE, 'https://v.example/', 'https://z.example/', 'https://c.example/']);
  });
}

inBrowser('without a code no other site is named after a fault: the padrón may be anybody’s', async (t) => {
  const page = await newPage(t);
  await page.route(`${INSTITUTE}/**`, (route) => route.fulfill({ status: 404, headers: { 'access-control-allow-origin': '*' } }));
  const shows = { ...newest.content, 'index.html': 'otra cosa' };
  await ask(page, await serve(t, difusor(chain(), shows)), { anchor: 'none', sampling: 'all' });
  await page.locator('#recibos[data-recibos="none"]').waitFor();
  const card = page.locator('#steps-now[data-kind="altered"]');
  t.true((await card.locator('.todo > li').count()) >= 2);
  t.is(await card.locator('a').count(), 0);
});

inBrowser('a code of no document of the chain, and a server that does not answer', async (t) => {
  const page = await newPage(t);
  const at = await serve(t, difusor(chain(), newest.content));
  await ask(page, at, { anchor: 'ab'.repeat(32) });
  t.is(await page.locator('#steps-now').getAttribute('data-kind'), 'anchor');
  const honest = difusor(chain(), newest.content);
  const down = await serve(t, (request, response) =>
    request.url?.includes('/jornada/000002/') || request.url?.includes('/historia/')
      ? response.writeHead(403).end()
      : honest(request, response),
  );
  await ask(page, down, { anchor: anchor.sha256 });
  t.is(await page.locator('#steps-now').getAttribute('data-kind'), 'network');
});
