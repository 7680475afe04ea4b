import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { Browser, BrowserContext } from 'playwright-core';
import type { Estado } from '../../src/page/lector/messages.ts';
import { closeBrowser, newContext } from '../kit/browser.ts';
import { type Corte, makeCorte } from '../kit/cortes.ts';
import { at, type KitTrust, makeSigner, makeTrust, nextTrust, signTrust } from '../kit/election.ts';
import { closeFirefox, newFirefoxContext } from '../kit/firefox.ts';
import { long, requires } from '../kit/requires.ts';
import { type Difusores, KINDS, startDifusores } from './difusores.ts';
import { buildLector, serveLector } from './origin.ts';
import { lectorPublication } from './publication.ts';
import { cortesOf, newReader, type Reader, unsigned, WHOLE } from './reader.ts';

/**
 * A night at the lector, in a real browser: ten cortes, a rotation of keys, a theft that is undone, every Difusor silent,
 * and an aviso, with five Difusores of which one does what it should. Whatever the frame shows is compared to the byte
 * with what was signed. With COTEJO_PICTURES=DIR each step leaves its pictures there, of a desk and of a telephone.
 */

type NewContext = (t: ExecutionContext, options?: Parameters<Browser['newContext']>[0]) => Promise<BrowserContext>;

test.after.always(closeBrowser);
test.after.always(closeFirefox);

long(requires('chromium and nginx', ['chromium', 'nginx'])).serial('a night in Chromium', (t) => night(t, newContext, 'chromium'));
const inFirefox = long(requires('firefox-esr and nginx', ['firefox-esr', 'nginx'])).serial;
if (process.env['COTEJO_SOAK'] === '1') inFirefox('a night in Firefox', (t) => night(t, newFirefoxContext, 'firefox'));

async function night(t: ExecutionContext, open: NewContext, browser: string): Promise<void> {
  const election = elected();
  const { cortes, forged, trusts } = election;
  const difusores = await startDifusores(t, trusts[0]);
  const origin = await serveLector(t, await buildLector(t, trusts[0], difusores.urls));
  const corte = (number: number) => cortes[number - 1] as Corte;
  for (let number = 1; number <= 3; number++) await difusores.give(corte(number), KINDS);

  const reader = await newReader(await open(t), origin.url);
  const picture = pictures(reader, browser);
  await shows(t, reader, corte(3));
  await picture('01-primera-visita');

  for (let number = 4; number <= 6; number++) {
    if (number === 5) await isWithheld(t, reader, difusores, corte(5));
    else await difusores.give(corte(number));
    await offers(t, reader, corte(number - 1), corte(number));
    if (number === 4) await picture('02-uno-mas-nuevo');
    await shows(t, reader, corte(number));
  }
  await difusores.giveTrust(trusts[1]);
  for (let number = 7; number <= 8; number++) {
    await difusores.give(corte(number));
    await offers(t, reader, corte(number - 1), corte(number));
    await shows(t, reader, corte(number));
  }
  t.is((await reader.ask({ ask: 'estado' })).trust, 2);
  await picture('03-relevo-de-firma');

  // A thief has relevo-1's key, and the Difusores show what he signed until the custodians have ended it.
  await difusores.give(forged);
  await offers(t, reader, corte(8), forged);
  await shows(t, reader, forged);
  await difusores.giveTrust(trusts[2]);
  await difusores.give(corte(9));
  const undone = await reader.looks(({ head }) => head?.sha256 === corte(9).sha256);
  t.is(undone.head?.sha256, corte(9).sha256);
  t.deepEqual(
    undone.troubles.filter(({ kind }) => kind === 'revocado'),
    [{ kind: 'revocado', number: 9, sha256: forged.sha256, version: 3 }],
  );
  await picture('04-robo-deshecho');
  await shows(t, reader, corte(9));
  await difusores.give(corte(10));
  await offers(t, reader, corte(9), corte(10));
  await shows(t, reader, corte(10));
  const stands = { calla: 'calla', atrasado: 'atrasado', bueno: 'responde' };
  const isSo = (estado: Estado) =>
    Object.entries(statesOf(estado, difusores)).every(([of, state]) => (stands as Record<string, string>)[of] === state);
  t.like(statesOf(await reader.looks(isSo), difusores), stands);
  await picture('05-diez-cortes');

  // Nobody answers, not even the lector's own origin.
  const everyone = [origin, ...Object.values(difusores.all)];
  for (const one of everyone) one.silence(true);
  await shows(t, reader, corte(10), 'without anybody');
  t.not((await reader.looks(({ offlineSince }) => offlineSince !== null)).offlineSince, null);
  await picture('06-sin-red');
  for (const one of everyone) if (one !== difusores.all.calla) one.silence(false);

  // By the last trust document a corte is due within a second: the notice falls due by the signed hours.
  await difusores.giveTrust(trusts[3]);
  const late = await reader.looks(({ trust }) => trust === 4);
  t.is(late.trust, 4);
  t.is(late.shows, 'aviso');
  await picture('07-aviso');
  for (const one of everyone) one.silence(true);
  await reader.page.reload();
  t.is((await reader.ask({ ask: 'estado' })).shows, 'aviso', 'with every mirror silent');
}

/** Opens the front and a page within; both are of this corte alone, and all that was given is what was signed. */
async function shows(t: ExecutionContext, reader: Reader, corte: Corte, where = ''): Promise<void> {
  const what = `corte ${corte.statement.number} ${where}`;
  await reader.given();
  for (const [path, file] of [['', 'index.html'] as const, ['municipio/saltillo.html', 'municipio/saltillo.html'] as const]) {
    const frame = await reader.open(path);
    t.deepEqual(new Set(Object.values(await cortesOf(frame))), new Set([String(corte.statement.number)]), what);
    t.like(await reader.documento(), { corte: { number: corte.statement.number, sha256: corte.sha256 }, path: file }, what);
    const given = await reader.given();
    t.true(given.length >= 6, `${what}: ${given.map((one) => one.path).join(' ')}`);
    t.deepEqual(unsigned(given, corte), [], what);
  }
}

/**
 * As long as only the one that alters has a corte, it is known, nothing of it is shown, and who gave something else is
 * named; then the others get it, too.
 */
async function isWithheld(t: ExecutionContext, reader: Reader, difusores: Difusores, corte: Corte): Promise<void> {
  const { altera } = difusores.all;
  await difusores.give(corte, ['altera']);
  await reader.looks(({ head }) => head?.sha256 === corte.sha256);
  await reader.given();
  const second = await newReader(reader.page.context(), reader.origin);
  await second.page.goto(reader.origin);
  const told = await second.looks(({ troubles }) => troubles.some(({ kind }) => kind === 'archivo'));
  t.deepEqual(
    told.troubles.filter(({ kind }) => kind === 'archivo'),
    [{ kind: 'archivo', number: corte.statement.number, path: 'index.html' }],
  );
  t.is(told.mirrors.find(({ url }) => url === altera.url)?.state, 'entrego-otra-cosa');
  t.is(await (await second.frame()).locator('#html').count(), 0);
  t.deepEqual(await second.unsigned([corte]), []);
  await second.page.close();
  await difusores.give(corte, ['calla', 'lento', 'bueno']);
}

/** A newer corte is known and offered; what is in the frame, and where its links lead, stays as it is. */
async function offers(t: ExecutionContext, reader: Reader, old: Corte, newer: Corte): Promise<void> {
  const estado = await reader.looks(({ head }) => head?.sha256 === newer.sha256);
  t.like(estado.head, { number: newer.statement.number, sha256: newer.sha256 });
  t.is(estado.shows, 'corte');
  await reader.given();
  const frame = await reader.frame();
  await frame.locator('#inicio').click();
  await frame.locator('h2', { hasText: 'Coahuila' }).waitFor();
  await frame.waitForFunction(WHOLE);
  t.deepEqual(new Set(Object.values(await cortesOf(frame))), new Set([String(old.statement.number)]));
  t.like(await reader.documento(), { corte: { sha256: old.sha256 }, path: 'index.html' });
  t.deepEqual(unsigned(await reader.given(), old), []);
}

function statesOf({ mirrors }: Awaited<ReturnType<Reader['ask']>>, { all }: Difusores): Record<string, string> {
  return Object.fromEntries(
    Object.values(all).map(({ kind, url }) => [kind, mirrors.find((one) => one.url === url)?.state ?? 'not named']),
  );
}

/** Documents 1 to 4 and cortes 1 to 10: firma-1 until 6, relevo-1 until 8, where it was stolen, and firma-2 from then on. */
function elected(): { trusts: [KitTrust, KitTrust, KitTrust, KitTrust]; cortes: Corte[]; forged: Corte } {
  const now = Date.now();
  const first = signTrust(makeTrust({ now }));
  const ended = (of: KitTrust, name: string, last: number) =>
    of.document.signers.map((signer) => (signer.name === name ? { ...signer, last } : signer));
  const second = signTrust(nextTrust(first, { signers: ended(first, 'firma-1', 6) }));
  const signers = [...ended(second, 'relevo-1', 8), makeSigner('firma-2', 'jornada', 9)];
  const third = signTrust(nextTrust(second, { signers }), ['cotaprep', 'auditor']);
  const phases = third.document.phases.map((phase) => ({ ...phase, period_seconds: 1, missed_limit: 1, grace_seconds: 0 }));
  const fourth = signTrust(nextTrust(third, { phases }));
  const cortes: Corte[] = [];
  const make = (number: number, signer: string, files: Record<string, string>) => {
    const trust = number <= 6 ? first : signer === 'firma-2' ? third : second;
    const takenAt = at(now - (20 - number) * 10_000);
    return makeCorte({ trust, previous: cortes[number - 2] ?? null, number, signer, takenAt, files });
  };
  for (let number = 1; number <= 8; number++)
    cortes.push(make(number, number <= 6 ? 'firma-1' : 'relevo-1', lectorPublication(number)));
  const forged = make(
    9,
    'relevo-1',
    lectorPublication(9, { 'datos/resultados.json': '{"corte":9,"votos":[{"partido":"Otro","votos":99999}]}\n' }),
  );
  cortes.push(make(9, 'firma-2', lectorPublication(9)));
  cortes.push(make(10, 'firma-2', lectorPublication(10)));
  return { trusts: [first, second, third, fourth], cortes, forged };
}

/** Takes pictures of a step, where they are asked for. */
function pictures({ page }: Reader, browser: string): (name: string) => Promise<void> {
  const folder = process.env['COTEJO_PICTURES'];
  return async (name) => {
    if (folder === undefined) return;
    await mkdir(folder, { recursive: true });
    for (const [of, size] of [
      ['escritorio', { width: 1280, height: 800 }] as const,
      ['telefono', { width: 390, height: 844 }] as const,
    ]) {
      await page.setViewportSize(size);
      await page.screenshot({ path: join(folder, `${browser}-${name}-${of}.png`) });
    }
  };
}
