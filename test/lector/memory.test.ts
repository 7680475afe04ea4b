import test from 'ava';
import { closeBrowser } from '../kit/browser.ts';
import { type Corte, makeCorte } from '../kit/cortes.ts';
import { at, makeSigner, makeTrust, nextTrust, signTrust } from '../kit/election.ts';
import { requires } from '../kit/requires.ts';
import { type Night, serveSite } from './mirror.ts';
import { lectorPublication } from './publication.ts';
import { cortesOf, newReader } from './reader.ts';
import { newVisit } from './visit.ts';

/** What a reader's browser remembers: what it has seen, for each tab its corte, the last verified one without a network. */

const inBrowser = requires('chromium', ['chromium']).serial;

test.after.always(closeBrowser);

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const now = Date.now();
const trust = signTrust(makeTrust({ now }));
const cortes: Corte[] = [];
for (let number = 1; number <= 3; number++)
  cortes.push(
    makeCorte({
      trust,
      previous: cortes.at(-1) ?? null,
      files: lectorPublication(number),
      takenAt: at(now - (4 - number) * MINUTE),
    }),
  );
const upTo = (number: number): Night => ({ trusts: [trust], cortes: cortes.slice(0, number) });
const only = (number: number) => new Set([String(number)]);

inBrowser('two tabs stand on two cortes, and neither is given a byte of the other', async (t) => {
  const site = await serveSite(t, upTo(1));
  const { reader: one, context, origin } = await newVisit(t, trust, [site.url]);
  const before = await one.open();
  site.night = upTo(2);
  t.is((await one.looks(({ head }) => head?.number === 2)).head?.number, 2);
  const two = await newReader(context, origin.url);
  const after = await two.open();
  for (const [reader, frame, number] of [
    [one, before, 1],
    [two, after, 2],
    [one, before, 1],
  ] as const) {
    const [old] = await Promise.all([reader.given(), frame.locator('#municipio').click()]);
    t.truthy(old);
    await frame.locator('h2', { hasText: 'Saltillo' }).waitFor();
    await frame.waitForFunction("document.body.dataset.datos !== undefined && document.readyState === 'complete'");
    t.deepEqual(new Set(Object.values(await cortesOf(frame))), only(number));
    t.is((await reader.documento())?.corte.number, number);
    t.deepEqual(await reader.unsigned([cortes[number - 1] as Corte]), []);
    await frame.locator('#inicio').click();
    await frame.locator('h2', { hasText: 'Coahuila' }).waitFor();
  }
});

inBrowser('never an older corte than this reader has seen, until the reader forgets it', async (t) => {
  const site = await serveSite(t, upTo(3));
  const { reader } = await newVisit(t, trust, [site.url]);
  await reader.open();
  site.night = upTo(2);
  await reader.looks(({ mirrors }) => mirrors.every(({ state }) => state === 'atrasado'));
  t.deepEqual(new Set(Object.values(await cortesOf(await reader.open()))), only(3));
  const told = await reader.ask({ ask: 'estado' });
  t.is(told.seen?.number, 3);
  t.true(
    told.mirrors.every(({ state }) => state === 'atrasado'),
    JSON.stringify(told.mirrors),
  );
  await reader.ask({ ask: 'olvida' });
  await reader.ask({ ask: 'busca' });
  t.deepEqual(new Set(Object.values(await cortesOf(await reader.open()))), only(2));
});

inBrowser('another corte of a number that was seen is the proof of two histories, and both are kept', async (t) => {
  const site = await serveSite(t, upTo(2));
  const { reader } = await newVisit(t, trust, [site.url]);
  await reader.open();
  const other = makeCorte({
    trust,
    previous: cortes[0] as Corte,
    files: lectorPublication(2),
    note: 'otra historia',
    takenAt: at(now - MINUTE),
  });
  site.night = { trusts: [trust], cortes: [cortes[0] as Corte, other] };
  const { troubles } = await reader.looks(({ troubles: all }) => all.length > 0);
  const fork = troubles.find((one) => one.kind === 'bifurcacion');
  t.is(fork?.number, 2);
  t.deepEqual(new Set([fork?.one, fork?.other]), new Set([cortes[1]?.sha256, other.sha256]));
});

inBrowser('what a stolen key signed is shown until its end is learnt, and then the reader is told', async (t) => {
  const site = await serveSite(t, upTo(3));
  const { reader } = await newVisit(t, trust, [site.url]);
  await reader.open();
  const ended = trust.document.signers.map((signer) => (signer.name === 'firma-1' ? { ...signer, last: 2 } : signer));
  const second = signTrust(nextTrust(trust, { signers: [...ended, makeSigner('firma-2', 'jornada', 3)] }));
  const real = makeCorte({
    trust: second,
    previous: cortes[1] as Corte,
    signer: 'firma-2',
    files: lectorPublication(3, { 'img/acta.svg': '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>\n' }),
    takenAt: at(now - MINUTE / 2),
  });
  site.night = { trusts: [trust, second], cortes: [...cortes.slice(0, 2), real] };
  const { troubles, head } = await reader.looks(({ head: found }) => found?.sha256 === real.sha256);
  t.is(head?.sha256, real.sha256);
  t.deepEqual(
    troubles.filter(({ kind }) => kind === 'revocado' || kind === 'bifurcacion'),
    [{ kind: 'revocado', number: 3, sha256: cortes[2]?.sha256 ?? '', version: 2 }],
  );
  await reader.given();
  await reader.open();
  t.deepEqual(await reader.unsigned([real]), []);
  t.is((await reader.documento())?.corte.sha256, real.sha256);
});

for (const [name, ahead] of [
  ['ahead', DAY],
  ['behind', -DAY],
] as const) {
  inBrowser(`a reader’s clock that is a day ${name} is told as a doubt`, async (t) => {
    const { reader } = await newVisit(t, trust, [(await serveSite(t, upTo(3))).url], { ahead });
    await reader.page.goto(reader.origin);
    const estado = await reader.settled();
    const clock = estado.troubles.find(({ kind }) => kind === 'reloj');
    // By how much is known from the newest corte's hour alone.
    t.true(clock?.kind === 'reloj' && Math.abs(clock.seconds * 1000 - ahead) < 60 * MINUTE, JSON.stringify(estado.troubles));
    t.is(estado.head?.number, 3);
  });
}

inBrowser('a store that is wiped or full: it is shown all the same', async (t) => {
  const { reader, context } = await newVisit(t, trust, [(await serveSite(t, upTo(3))).url]);
  await reader.open();
  const devtools = await context.newCDPSession(reader.page);
  await devtools.send('Storage.clearDataForOrigin', {
    origin: new URL(reader.origin).origin,
    storageTypes: 'indexeddb,cache_storage,local_storage',
  });
  t.deepEqual(new Set(Object.values(await cortesOf(await reader.open()))), only(3));
  await devtools.send('Storage.overrideQuotaForOrigin', { origin: new URL(reader.origin).origin, quotaSize: 0 });
  t.deepEqual(new Set(Object.values(await cortesOf(await reader.open('municipio/saltillo.html')))), only(3));
  t.deepEqual(await reader.unsigned(cortes.slice(2)), []);
});

inBrowser('without a network the last verified corte is shown, with its age', async (t) => {
  const site = await serveSite(t, upTo(3));
  const { reader, context } = await newVisit(t, trust, [site.url]);
  await reader.open();
  await context.setOffline(true);
  site.twist = (response) => !!response.destroy();
  t.deepEqual(new Set(Object.values(await cortesOf(await reader.open()))), only(3));
  const estado = await reader.looks(({ offlineSince }) => offlineSince !== null);
  t.is(typeof estado.offlineSince, 'number');
  t.is(estado.head?.number, 3);
  t.deepEqual(await reader.unsigned(cortes.slice(2)), []);
});

inBrowser('a drill is never taken for the election', async (t) => {
  const drill = makeCorte({ trust, phase: 'simulacro-1', files: lectorPublication(1), takenAt: at(now - MINUTE) });
  const { reader } = await newVisit(t, trust, [(await serveSite(t, { trusts: [trust], cortes: [drill] })).url]);
  await reader.page.goto(reader.origin);
  const estado = await reader.settled();
  if (estado.shows === 'corte') t.true(estado.phase?.isDrill);
  else t.is(estado.head, null);
});
