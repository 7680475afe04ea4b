import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type Recibo, recibosText } from '../../src/format/recibos.ts';
import { closeBrowser, takeAnyCertificate } from '../kit/browser.ts';
import { sh } from '../kit/command.ts';
import { makeCorte } from '../kit/cortes.ts';
import { at, encode, makeTrust, signTrust } from '../kit/election.ts';
import { makeFolder } from '../kit/folders.ts';
import { named, readGuide } from '../kit/guide.ts';
import { serveHttps } from '../kit/https.ts';
import { makeRecibo, PADRON, type ReciboPlan } from '../kit/recibos.ts';
import { requires } from '../kit/requires.ts';
import type { Answering } from '../kit/web.ts';
import { endWorker } from '../page/lector/open-lector.ts';
import { isContent, serveSite } from './mirror.ts';
import { lectorPublication } from './publication.ts';
import type { Reader } from './reader.ts';
import { newVisit } from './visit.ts';

/**
 * The receipts of the corte that is seen, in Chromium: the Institute's address is a real one, by https, and honest, or lies in
 * each way that there is. With COTEJO_PICTURES=DIR it leaves pictures.
 */

const inBrowser = requires('chromium and openssl', ['chromium', 'openssl']).serial;

test.after.always(closeBrowser);
takeAnyCertificate();

const now = Date.now();
const trust = signTrust(makeTrust({ now }));
const pictures = process.env['COTEJO_PICTURES'];
const OPEN = { 'access-control-allow-origin': '*' };

/** The Institute's address, what it answers, which a test changes, and what it was asked. */
interface Iec {
  readonly address: URL;
  answer: Answering;
  readonly asked: { readonly path: string; readonly headers: Readonly<Record<string, unknown>>; readonly after: number }[];
}

async function stage(t: ExecutionContext) {
  let files = 0;
  const asked: Iec['asked'] = [];
  const { address } = await serveHttps(t, (request, response) => {
    asked.push({ path: request.url ?? '', headers: request.headers, after: files });
    iec.answer(request, response);
  });
  const iec: Iec = { address, answer: nothing, asked };
  const padron = { 'oficial/padron.json': String(encode({ ...PADRON, institute: `${address.href}prep` })) };
  const corte = makeCorte({ trust, files: lectorPublication(1, padron), takenAt: at(now - 60_000) });
  const site = await serveSite(t, { trusts: [trust], cortes: [corte] }, (_, path) => {
    if (isContent(path)) files += 1;
    return false;
  });
  const visit = async () => (await newVisit(t, trust, [site.url])).reader;
  const of = (plan: ReciboPlan = {}) => makeRecibo({ number: 1, sha256: corte.sha256 }, plan);
  return { iec, corte, site, visit, of };
}

const nothing: Answering = (_, response) => response.writeHead(404, OPEN).end();
const gives =
  (body: string | Buffer, headers = OPEN): Answering =>
  (_, response) =>
    response.writeHead(200, headers).end(body);

/** What the details say of the receipts, once they say that they are of this kind. */
async function told({ page }: Reader, kind: string): Promise<string> {
  await page.locator('[data-standing="corte"]').waitFor();
  if (!(await page.locator('#panel').isVisible())) await page.click('#details');
  await page.locator(`#recibos[data-recibos="${kind}"]`).waitFor();
  return page.locator('#recibos').innerText();
}

async function picture({ page }: Reader, name: string): Promise<void> {
  if (pictures === undefined) return;
  await mkdir(pictures, { recursive: true });
  for (const language of ['es', 'en']) {
    for (const [size, viewport] of [
      ['desk', { width: 1280, height: 800 }],
      ['phone', { width: 390, height: 844 }],
    ] as const) {
      await page.setViewportSize(viewport);
      await page.locator('#recibos').scrollIntoViewIfNeeded();
      await page.screenshot({ path: join(pictures, `chromium-recibos-${name}-${language}-${size}.png`) });
    }
    await page.click('#language');
  }
}

inBrowser('how many signed, of the corte that is seen, after all of it has come, and nobody is told who reads', async (t) => {
  const { iec, site, visit, of } = await stage(t);
  iec.answer = gives(recibosText([of(), of({ node: 'web2' }), of({ difusor: 'zocalo' })]));
  const reader = await visit();
  await reader.open();
  const seen = site.asked.filter(({ path }) => isContent(path)).length;
  t.regex(await told(reader, 'counted'), /3 de 4 nodos, de 2 de 3 difusores, firmaron que publican el corte 1, este mismo/);
  t.true((iec.asked[0]?.after ?? 0) >= seen, 'all parts of what is seen came before');
  for (const { path, headers } of iec.asked) {
    t.is(path, '/prep/recibos/jornada/000001.json');
    t.deepEqual([headers['cookie'], headers['referer']], [undefined, undefined]);
  }
  t.deepEqual(
    site.asked.filter(({ path }) => path.includes('recibos')),
    [],
    'a Difusor is not asked for what the Institute publishes',
  );
  t.false(await reader.page.locator('#note').isVisible());
  await picture(reader, 'counted');
});

inBrowser(
  'a place that hides, alters, pads or replaces receipts accuses nobody, and changes nothing of what is seen',
  async (t) => {
    const { iec, visit, of } = await stage(t);
    const good = of();
    const altered: Recibo = [good[0].replace('20:30:41', '20:30:40'), good[1]];
    const copied: Recibo = [of({ difusor: 'zocalo', changes: { corte: 'ab'.repeat(32) } })[0], good[1]];
    const padding = Array.from({ length: 300 }, (_, i): Recibo => [`${good[0]}${' '.repeat(i + 1)}`, good[1]]);
    const stranger = of({ difusor: 'radio', changes: { corte: 'ab'.repeat(32) } });
    let sent = 0;
    const endless: Answering = (_, response) => {
      response.writeHead(200, OPEN);
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536, 0x20))) sent += 65_536;
      };
      response.on('drain', more);
      more();
    };
    const lies: Readonly<Record<string, readonly [Answering, string, RegExp]>> = {
      'hides all': [nothing, 'none', /no hay acuses publicados/],
      'hides some': [gives(recibosText([good])), 'counted', /1 de 4 nodos[^]*no dice nada contra nadie/],
      alters: [gives(recibosText([altered, of({ node: 'web2' })])), 'counted', /1 de 4 nodos[^]*no dice nada de quien nombran/],
      'puts words in a mouth': [gives(recibosText([good, copied])), 'counted', /1 de 4 nodos[^]*no dice nada de quien nombran/],
      pads: [gives(recibosText([...padding, good, stranger])), 'counted', /1 de 4 nodos[^]*300 acuses no sirven/],
      'gives a page': [gives('<!doctype html><p>1000 de 1000</p>'), 'none', /no hay acuses publicados/],
      'gives something else': [gives('{"nodos":1000}\n'), 'unread', /no se pudieron leer/],
      'has no end': [endless, 'unread', /no se pudieron leer/],
      'lets nobody read it': [gives(recibosText([good]), {} as typeof OPEN), 'unread', /no se pudieron leer/],
      'leads elsewhere': [
        (_, response) => response.writeHead(302, { ...OPEN, location: 'https://127.0.0.1:9/' }).end(),
        'unread',
        /no se pudieron leer/,
      ],
    };
    const reader = await visit();
    const { page } = reader;
    for (const [name, [answer, kind, says]] of Object.entries(lies)) {
      await reader.open();
      // What was counted before is remembered: each place is asked as by a new reader.
      await reader.ask({ ask: 'olvida' });
      iec.answer = answer;
      await reader.open();
      t.regex(await told(reader, kind), says, name);
      t.is(await page.locator('html').getAttribute('data-tone'), 'good', name);
      t.false(await page.locator('#note').isVisible(), name);
      t.is(await page.locator('#recibos-keep').count(), 0, name);
    }
    t.true(sent < 64 * 1024 * 1024, `${sent} bytes`);
  },
);

inBrowser('two receipts of one number by one key: told, saved, and checked with ssh-keygen alone', async (t) => {
  const { iec, corte, visit, of } = await stage(t);
  const other = of({ changes: { corte: 'ef'.repeat(32) } });
  iec.answer = gives(recibosText([of(), other, of({ difusor: 'zocalo' })]));
  const reader = await visit();
  await reader.open();
  t.regex(await told(reader, 'counted'), /1 de 4 nodos[^]*Un acuse dice otra cosa[^]*No dice quién falló/);
  const { page } = reader;
  await page.locator('#note[data-gravity="bad"]').waitFor();
  await picture(reader, 'contrary');
  // The worker is ended, as a browser does at any moment, and the place has nothing any more: the bar still has both.
  iec.answer = nothing;
  await endWorker({ context: page.context(), page });
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('#recibos-keep')]);
  t.is(download.suggestedFilename(), 'prueba-acuses-jornada-1.json');
  const folder = await makeFolder(t);
  const file = join(folder, 'prueba-acuses.json');
  await download.saveAs(file);
  const script = named(await readGuide('lector'), 'prueba-acuses');
  const checked = await sh(script, folder);
  t.is(checked.status, 0, checked.stderr);
  t.deepEqual(await readFile(join(folder, 'corte.json')), corte.files['corte.json']);
  t.deepEqual(
    [await readFile(join(folder, '0.json'), 'utf8'), await readFile(join(folder, '1.json'), 'utf8')],
    [other[0], of()[0]],
  );
  t.is(checked.stdout.split('Good "acuse@cotejo" signature for vanguardia/web1').length, 3, checked.stdout);

  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace('ef'.repeat(32), 'ee'.repeat(32)));
  t.not((await sh(script, folder)).status, 0, 'what was altered proves nothing');
});

inBrowser('without a network it says that the receipts could not be read, and shows what was verified', async (t) => {
  const { iec, site, visit } = await stage(t);
  iec.answer = () => {};
  const reader = await visit();
  await reader.open();
  await reader.ask({ ask: 'busca' });
  t.true(
    site.asked.some(({ path }) => path.endsWith('padron.json')),
    'the padrón is there',
  );
  await reader.page.context().setOffline(true);
  await reader.page.reload();
  t.regex(await told(reader, 'unread'), /no se pudieron leer/);
});
