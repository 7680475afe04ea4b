import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import type { Page } from 'playwright-core';
import type { RecibosAnswer } from '../../../src/page/lector/recibos/messages.ts';
import type { ToldRecibos } from '../../../src/page/recibos/told.ts';
import { closeBrowser, newPage } from '../../kit/browser.ts';
import { faint } from '../../kit/contrast.ts';
import { englishWordsIn } from '../../kit/languages.ts';
import { inBrowser } from '../../kit/portal.ts';
import { makeRecibo } from '../../kit/recibos.ts';
import {
  askedOf,
  corteFacts,
  estadoOf,
  isAsked,
  lastAsks,
  NOW,
  openLector,
  type Saying,
  say,
  saying,
  serveLector,
} from './fake-worker.ts';
import { toldCount } from './told-count.ts';

/** What the bar's details say of the receipts, by what the worker answers. With COTEJO_PICTURES=DIR it leaves pictures. */

test.after.always(closeBrowser);

const pictures = process.env['COTEJO_PICTURES'];
const PHONE = { width: 390, height: 844 };
const SMALL = { width: 320, height: 640 };
const DESK = { width: 1280, height: 800 };

const at = 'https://prep.iec.example/recibos/';
const shown = corteFacts(37);
const count = toldCount(at);
const print = 'SHA256:Yl4bH0sTt1vG5eF2yQb1o9Tt4nq2n0kq1yq1m2b3c4d';
const receipt = (sha256: string) => ({
  name: 'vanguardia/web1',
  print,
  corte: sha256,
  publishedAt: '2018-07-01T20:30:42-05:00',
  recibo: makeRecibo({ number: 37, sha256 }),
});
const [own, other] = [receipt(shown.sha256), receipt('0b'.repeat(32))];
const contrary = { ...count, contrary: 1, signed: 40, contradictions: 1, shown: [{ other, own }] };

const TOLD: Readonly<Record<string, { readonly told: ToldRecibos; readonly says: RegExp }>> = {
  counted: { told: count, says: /41 de 50 nodos, de 38 de 45 difusores, firmaron que publican el corte 37, este mismo/ },
  some: { told: { ...count, admitted: 2, refused: 3 }, says: /2 más lo tienen[^]*3 acuses no sirven/ },
  contrary: { told: contrary, says: /Un acuse dice otra cosa[^]*No dice quién falló[^]*Guardar la prueba/ },
  'no-own': { told: { ...contrary, signed: 0, shown: [{ other, own: null }] }, says: /vale el corte mismo/ },
  none: { told: { kind: 'none', at }, says: /Ahí no hay acuses publicados del corte 37/ },
  unread: { told: { kind: 'unread', at }, says: /no se pudieron leer de https:\/\/prep\.iec/ },
  'no-padron': { told: { kind: 'no-padron' }, says: /no dice con qué llaves/ },
  'unread-padron': { told: { kind: 'unread-padron' }, says: /no se pudo obtener por ahora/ },
  'no-place': { told: { kind: 'no-place' }, says: /no dice dónde publica el Instituto/ },
};

const answered = (told: ToldRecibos): RecibosAnswer => ({ type: 'cotejo/recibos', told, mayGrow: true });
const still = { estado: estadoOf({ avisoAt: null }) };
const recibos = (told: ToldRecibos, more: Partial<Saying> = {}) => saying({ ...still, recibos: answered(told), ...more });

async function picture(page: Page, name: string): Promise<void> {
  if (pictures === undefined) return;
  await page.locator('#recibos').scrollIntoViewIfNeeded();
  await page.screenshot({ path: join(pictures, `lector-recibos-${name}.png`) });
}

inBrowser('the details say who signed, in both languages, on a telephone, by day and by night', async (t) => {
  const page = await openLector(t, recibos(count), { viewport: PHONE, colorScheme: 'light' });
  for (const [name, { told, says }] of Object.entries(TOLD)) {
    await say(page, recibos(told));
    await page.reload();
    await page.locator('[data-standing="corte"]').waitFor();
    t.is(await page.locator('#recibos').count(), 0, 'folded, nothing is said of it');
    await page.click('#details');
    const section = page.locator(`#recibos[data-recibos="${told.kind}"]`);
    await section.waitFor();
    const spanish = await section.innerText();
    t.regex(spanish, says, name);
    const isContrary = told.kind === 'counted' && told.contrary > 0;
    t.is(
      (await page.locator('#note').isVisible()) ? await page.locator('#note').getAttribute('data-gravity') : null,
      isContrary ? 'bad' : null,
    );
    t.is(await page.locator('#recibos-keep').count(), isContrary ? 1 : 0, name);
    t.is(await page.locator('html').getAttribute('data-tone'), 'good', 'what is seen is as verified as it was');
    t.deepEqual((await faint(page)).found, [], name);
    t.deepEqual(englishWordsIn(spanish), [], name);
    await picture(page, `${name}-es-phone`);
    await page.setViewportSize(SMALL);
    await page.emulateMedia({ colorScheme: 'dark' });
    t.deepEqual((await faint(page)).found, [], `${name} by night`);
    t.true(Number(await page.evaluate('document.documentElement.scrollWidth - innerWidth')) <= 0, name);
    await picture(page, `${name}-es-small-dark`);
    await page.click('#language');
    t.true(Number(await page.evaluate('document.documentElement.scrollWidth - innerWidth')) <= 0, `${name} in English`);
    const english = (await section.innerText()).split('\n');
    const left = new Set(spanish.split('\n').filter((line) => /\p{L}{4}.* .*\p{L}{4}/u.test(line)));
    t.deepEqual(
      english.filter((line) => left.has(line)),
      [],
      `${name}: nothing is left in Spanish`,
    );
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize(PHONE);
    await picture(page, `${name}-en-phone`);
    await page.setViewportSize(DESK);
    await picture(page, `${name}-en-desk`);
    await page.click('#language');
    await picture(page, `${name}-es-desk`);
    await page.setViewportSize(PHONE);
  }
});

inBrowser('two contrary receipts are told by the strip, shown whole, and saved as the proof', async (t) => {
  const proof = {
    type: 'cotejo/prueba-de-acuses',
    'trust.json': '{}\n',
    'corte.json': '{}\n',
    'corte.json.sig': 'x\n',
    SHA256SUMS: '',
    'padron.json': '{}\n',
    acuses: [other, own].map(({ recibo }) => ({ 'acuse.json': recibo[0], 'acuse.json.sig': recibo[1] })),
  } as const;
  const page = await openLector(t, recibos(contrary, { proofOfRecibos: proof }));
  await page.locator('[data-standing="corte"]').waitFor();
  await page.click('#details');
  await page.locator('#note-text', { hasText: 'otro corte 37' }).waitFor();
  const codes = await page.locator('#recibos .hash').allInnerTexts();
  t.deepEqual(
    codes.map((code) => code.replace(/\s/g, '')),
    [other.corte, own.corte],
  );
  await page.locator('#recibos summary').first().click();
  await say(page, recibos({ ...contrary, missing: 8 }, { proofOfRecibos: proof }));
  await page.locator('#recibos pre').first().waitFor();
  t.is(await page.locator('#recibos pre').first().innerText(), other.recibo.join(''), 'whoever reads it is not interrupted');
  // A worker that began anew has not the proof, and the place hides it by now: the bar goes on showing it, and tells it.
  await say(page, recibos(count, { proofOfRecibos: proof }));
  await page.click('#look');
  await isAsked(page, 'recibos', 2);
  t.like((await lastAsks(page))['recibos'], { former: [other.recibo, own.recibo] });
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('#recibos-keep')]);
  t.is(download.suggestedFilename(), 'prueba-acuses-jornada-37.json');
  t.deepEqual(JSON.parse(await readFile(await download.path(), 'utf8')), proof);
  t.regex(await page.locator('#note-text').innerText(), /otro corte 37/);
  await say(page, recibos(count, { proofOfRecibos: 'not-now' }));
  await page.click('#recibos-keep');
  await page.locator('#note-text', { hasText: 'por ahora no se pudo obtener' }).waitFor();
  await page.click('#forget-ask');
  await page.click('#forget-yes');
  await page.locator('#recibos', { hasText: '41 de 50' }).waitFor();
  t.like((await lastAsks(page))['recibos'], { former: [] });
});

inBrowser(
  'they are of the corte that is seen: going over to another asks anew, and where nothing is seen nothing is said',
  async (t) => {
    const newer = { estado: estadoOf({ head: corteFacts(38), avisoAt: null }) };
    const page = await openLector(t, recibos(contrary));
    await page.locator('[data-standing="corte"]').waitFor();
    await page.click('#details');
    await page.locator('#recibos[data-recibos="counted"]').waitFor();
    await say(page, recibos({ kind: 'none', at }, newer));
    await page.click('#newer');
    await page.locator('#recibos[data-recibos="none"]').waitFor();
    t.regex(await page.locator('#recibos').innerText(), /corte 38/);
    t.false(await page.locator('#note').isVisible(), 'what was told of the other corte is not told of this one');
    await say(page, recibos(contrary, { estado: estadoOf({ shows: 'aviso' }) }));
    await page.locator('[data-standing="aviso"]').waitFor();
    t.is(await page.locator('#recibos').count(), 0);
  },
);

inBrowser('while they are counted it says so, and where the worker does not answer, that', async (t) => {
  const page = await newPage(t);
  await page.clock.install({ time: NOW });
  await page.goto((await serveLector(t, recibos(count, { deaf: ['recibos', 'prueba-de-acuses'] }))).href);
  await page.locator('[data-standing="corte"]').waitFor();
  await page.click('#details');
  await isAsked(page, 'recibos');
  t.regex(await page.locator('#recibos').innerText(), /Contando/);
  await page.clock.runFor(101_000);
  await page.locator('#recibos', { hasText: 'no contestó' }).waitFor();
  await say(page, recibos(contrary, { deaf: ['prueba-de-acuses'] }));
  await page.clock.runFor(70_000);
  await page.click('#recibos-keep');
  await isAsked(page, 'prueba-de-acuses');
  await page.clock.runFor(31_000);
  await page.locator('#note-text', { hasText: 'no se guardó' }).waitFor();
});

inBrowser('nobody has to unfold the details to be told of two histories; without a network nobody is asked', async (t) => {
  const page = await newPage(t);
  await page.clock.install({ time: NOW - 1000 });
  // From here on the page's hours pass where they are told to, however long the machine takes.
  await page.clock.pauseAt(NOW);
  await page.goto((await serveLector(t, recibos(contrary))).href);
  await page.locator('[data-standing="corte"]').waitFor();
  t.false((await askedOf(page)).includes('recibos'), 'what is seen comes first');
  await page.context().setOffline(true);
  await page.clock.runFor(30_000);
  t.false((await askedOf(page)).includes('recibos'));
  await page.context().setOffline(false);
  await page.clock.runFor(20_000);
  await page.locator('#note-text', { hasText: 'otro corte 37' }).waitFor();
});
