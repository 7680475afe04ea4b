import test from 'ava';
import type { Estado } from '../../src/page/lector/messages.ts';
import { closeBrowser, takeAnyCertificate } from '../kit/browser.ts';
import { makeCorte } from '../kit/cortes.ts';
import { at, encode, makeSigner, makeTrust, nextTrust, signTrust } from '../kit/election.ts';
import { serveHttps } from '../kit/https.ts';
import { makeKey } from '../kit/keys.ts';
import { requires } from '../kit/requires.ts';
import { ALTERED, SIGNED } from './difusores.ts';
import { answering, isContent, type Night, type Site, serveSite } from './mirror.ts';
import { lectorPublication } from './publication.ts';
import { newVisit } from './visit.ts';

/** The mirrors that a signed padrón names, and one that a thief's names. */

const inBrowser = requires('chromium and openssl', ['chromium', 'openssl']).serial;

test.after.always(closeBrowser);
takeAnyCertificate();

const MINUTE = 60_000;
const now = Date.now();
const first = signTrust(makeTrust({ now }));
const signers = first.document.signers.map((signer) => (signer.name === 'firma-1' ? { ...signer, last: 1 } : signer));
const second = signTrust(nextTrust(first, { signers: [...signers, makeSigner('firma-2', 'jornada', 2)] }));

function padron(...urls: readonly string[]): Record<string, string> {
  const difusores = urls.map((url, i) => ({
    name: `difusor-${i}`,
    title: `Difusor ${i}`,
    url,
    logo: null,
    nodes: [{ name: 'web1', acuse_key: makeKey(`difusor-${i}`).publicKey }],
  }));
  const document = { type: 'cotejo/padron', format: 1, election: first.document.election, institute: null, difusores };
  return { 'oficial/padron.json': String(encode(document)) };
}

inBrowser('mirrors come from the signed padrón; a thief’s mirror gives nothing unsigned, and goes with his corte', async (t) => {
  const nothing: Night = { trusts: [first], cortes: [] };
  const [honest, thief]: [Omit<Site, 'url'>, Omit<Site, 'url'>] = [
    { night: nothing, twist: null, asked: [] },
    { night: nothing, twist: null, asked: [] },
  ];
  const [named, bad] = await Promise.all(
    [honest, thief].map((site) => serveHttps(t, answering(site)).then(({ address }) => address.href)),
  );
  if (named === undefined || bad === undefined) throw new Error('two were started');
  const one = makeCorte({ trust: first, files: lectorPublication(1, padron(named)), takenAt: at(now - 3 * MINUTE) });
  const stolen = makeCorte({
    trust: first,
    previous: one,
    files: lectorPublication(2, padron(bad, named)),
    takenAt: at(now - 2 * MINUTE),
  });
  const real = makeCorte({
    trust: second,
    previous: one,
    signer: 'firma-2',
    files: lectorPublication(2, padron(named)),
    takenAt: at(now - MINUTE),
  });

  const site = await serveSite(t, { trusts: [first], cortes: [one] });
  honest.night = site.night;
  const { reader } = await newVisit(t, first, [site.url]);
  await reader.open();
  const names = async (isThere: string, has: boolean) => {
    const isSo = ({ mirrors }: Estado) => mirrors.some(({ url }) => url === isThere) === has;
    return (await reader.looks(isSo)).mirrors.map(({ name, url }) => [name, url]);
  };
  t.deepEqual(
    (await names(named, true)).find(([, url]) => url === named),
    ['Difusor 0', named],
  );

  for (const place of [site, honest, thief]) place.night = { trusts: [first], cortes: [one, stolen] };
  thief.twist = (response, path, body) => {
    if (!isContent(path) || !body) return false;
    response.writeHead(200, { 'content-type': 'text/html' }).end(String(body).replaceAll(SIGNED, ALTERED));
    return true;
  };
  t.truthy((await names(bad, true)).find(([, url]) => url === bad));
  await reader.given();
  await reader.open();
  t.deepEqual(await reader.unsigned([stolen]), []);

  await reader.ask({ ask: 'busca' });
  for (const { asked } of [honest, thief]) t.true(asked.length > 0, 'whom a padrón names is asked');
  for (const place of [site, honest]) place.night = { trusts: [first, second], cortes: [one, real] };
  const told = await reader.looks(({ troubles }) => troubles.some(({ kind }) => kind === 'revocado'));
  const revoked = told.troubles.some((trouble) => trouble.kind === 'revocado' && trouble.number === 2 && trouble.version === 2);
  t.true(revoked, JSON.stringify(told));
  t.is(
    (await names(bad, false)).find(([, url]) => url === bad),
    undefined,
  );
  await reader.open();
  t.deepEqual(await reader.unsigned([real]), []);
});
