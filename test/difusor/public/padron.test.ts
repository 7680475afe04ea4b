import { readFileSync, realpathSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { newest } from '../../../src/difusor/phase/phase.ts';
import { settlePublic } from '../../../src/difusor/phase/settle.ts';
import type { DifusorConfig } from '../../../src/difusor/setup/config.ts';
import { newLook, type ShownNow } from '../../../src/serve/web/shown.ts';
import { openSite } from '../../../src/serve/web/site.ts';
import { makeCorte, writeDelivery } from '../../kit/cortes.ts';
import { at, encode, makeTrust, NOW, signTrust } from '../../kit/election.ts';
import { inJson } from '../../kit/inside.ts';
import { makeKey } from '../../kit/keys.ts';
import { makeNode } from '../../kit/node.ts';

/** The notice leads to whom the padrón of the last corte names. */

const trust = signTrust(makeTrust());
const LATE = 33 * 60_000;

const difusor = (name: string, title: string, url = `https://${name}.example/`) => {
  return { name, title, url, logo: null, nodes: [{ name: 'web1', acuse_key: makeKey(name).publicKey }] };
};
const padron = {
  type: 'cotejo/padron',
  format: 1,
  election: trust.document.election,
  institute: 'https://iec.example/prep',
  difusores: [
    difusor('vanguardia', 'Vanguardia'),
    difusor('zocalo', 'El <b>Zócalo</b> & "Cía"', "https://z.example/?a='b'&c"),
    difusor('siglo', 'El Siglo'),
  ],
};

async function admitted(t: ExecutionContext, bytes: Buffer | null, config: Partial<DifusorConfig> = {}) {
  const kit = await makeNode(t, { trust, keepsTheRule: true, now: NOW + 60_000, config });
  const files = { 'index.html': 'uno', ...(bytes && { 'oficial/padron.json': bytes }) };
  const corte = makeCorte({ trust, files, takenAt: at(NOW) });
  await writeDelivery(kit.config.inbox, corte);
  t.deepEqual(await kit.outcomes(), { [corte.delivery]: 'admitted' });
  const phase = () => kit.node.phases.get('jornada')!;
  const ready = () => readFileSync(kit.path('state/pages/jornada/aviso/index.html'), 'utf8');
  const errors = () => kit.events.filter(({ event }) => event === 'error');
  return { kit, corte, phase, ready, errors };
}

/** Where a page leads to, with the words of each link. */
const linksOf = (page: string) => [...page.matchAll(/<a href="([^"]*)"[^>]*>([^<]*)<\/a>/g)].map(([, to, words]) => [to, words]);

const htmlOf = (shown: ShownNow | null) => (shown?.kind === 'aviso' ? Buffer.from(shown.html).toString() : '');

const LED = [
  ['https://iec.example/prep', 'Instituto Electoral de Coahuila'],
  ['https://z.example/?a=&#39;b&#39;&#38;c', 'El &#60;b&#62;Zócalo&#60;/b&#62; &#38; &#34;Cía&#34;'],
  ['https://siglo.example/', 'El Siglo'],
];

test('the notice that lies ready when a corte is admitted leads to the IEC and to the others, and not to itself', async (t) => {
  const { kit, phase, ready, errors } = await admitted(t, encode(padron));
  t.deepEqual(linksOf(ready()), LED);
  t.is(errors().length, 0);
  // After a restart it is the same one: the padrón is read from the disk.
  const before = realpathSync(kit.path('state/pages/jornada/aviso'));
  await kit.reopen();
  t.is(realpathSync(kit.path('state/pages/jornada/aviso')), before);
  kit.clock.now = NOW + LATE;
  t.true(await settlePublic(phase()));
  t.deepEqual(linksOf(readFileSync(kit.path('state/public/jornada/index.html'), 'utf8')), LED);
});

test('the built-in server makes the same notice where the daemon left none', async (t) => {
  const { kit } = await admitted(t, encode(padron));
  kit.clock.now = NOW + LATE;
  await rm(kit.path('state/pages'), { recursive: true });
  const look = newLook(openSite(kit.config, { now: () => kit.clock.now, tell: () => {} }));
  t.deepEqual(linksOf(htmlOf(await look(trust.document.phases[1]!, trust.document))), LED);
});

test('an administrator’s own list goes before the padrón’s', async (t) => {
  const { ready } = await admitted(t, encode(padron), { difusores: [{ title: 'Sólo éste', url: 'https://x.example/' }] });
  t.deepEqual(linksOf(ready()), [LED[0], ['https://x.example/', 'Sólo éste']]);
});

test('a corte without a padrón has the notice that it always had', async (t) => {
  const { ready, errors } = await admitted(t, null);
  t.deepEqual(linksOf(ready()), []);
  t.regex(ready(), /con los demás difusores oficiales/);
  t.is(errors().length, 0);
});

const bad = test.macro(async (t, bytes: Buffer) => {
  const { kit, ready, errors } = await admitted(t, bytes);
  t.deepEqual(linksOf(ready()), []);
  t.true(ready().includes(`datetime="${at(NOW)}"`));
  t.is(errors().length, 1, 'it is told, once');
  t.is(inJson(errors()[0]).what, 'the padrón of corte 1 of jornada');
  await kit.pass();
  t.is(errors().length, 1);
});
test('a padrón that is no document stops neither the corte nor the notice', bad, Buffer.from('<script>'));
test('nor one that is far too large', bad, Buffer.alloc(1_000_000, ' '));
test('nor one of another election', bad, encode({ ...padron, election: 'otra' }));
test('nor one with a script for an address', bad, encode({ ...padron, institute: 'javascript:alert(1)' }));

test('a padrón that can’t be read in passing is read when it can be, by the node and by the built-in server', async (t) => {
  const { kit, corte, phase, errors } = await admitted(t, encode(padron));
  const entry = corte.manifest.find(({ path }) => path === 'oficial/padron.json')!;
  const [content, shown] = [phase().content.path(entry.sha256), join(phase().trees.of(1), 'oficial/padron.json')];
  const again = newest(phase(), phase().head!);
  const look = newLook(openSite(kit.config, { now: () => NOW + LATE, tell: () => {} }));
  const page = () => look(trust.document.phases[1]!, trust.document);
  await rm(kit.path('state/pages'), { recursive: true });
  for (const file of [content, shown]) await rename(file, `${file}.aside`);
  for (let i = 0; i < 2; i++) t.is(await again.padron(), null);
  t.is(errors().length, 1, 'it is told, once');
  t.deepEqual(linksOf(htmlOf(await page())), []);
  for (const file of [content, shown]) await rename(`${file}.aside`, file);
  t.is((await again.padron())?.difusores.length, 3);
  t.deepEqual(linksOf(htmlOf(await page())), LED);
});
