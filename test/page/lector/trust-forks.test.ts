import test from 'ava';
import { hashOf } from '../../../src/format/hash.ts';
import { encodeUtf8 } from '../../../src/format/text.ts';
import type { Trouble } from '../../../src/page/lector/messages.ts';
import { signedBy } from '../../../src/verdict/trust-chain.ts';
import { encode, nextTrust, signTrust } from '../../kit/election.ts';
import { looked, reader, site } from './looking.ts';
import { memoryStore, type Site } from './reader.ts';
import { addCorte, fileAt, type Publication, publication } from './trial-site.ts';

/** Two trust documents of one version that the custodians signed: the gravest that a reader can meet. */

/** A publication under a second document, and another one under another second document. */
function two(): { readonly of: Publication; readonly other: Publication } {
  const of = publication(1);
  const other: Publication = { trusts: [...of.trusts], cortes: [...of.cortes] };
  addTrust(of);
  addTrust(other, { title: 'Otra elección' });
  return { of, other };
}

function addTrust({ trusts }: Publication, changes: Parameters<typeof nextTrust>[1] = {}): void {
  const newest = trusts.at(-1);
  if (!newest) throw new Error('there is no trust');
  trusts.push(signTrust(nextTrust(newest, changes)));
}

const shas = ({ of, other }: ReturnType<typeof two>) => [of, other].map(({ trusts }) => trusts[1]?.sha256 ?? '').sort();

test('of two that are shown beside each other both are kept, told as that, and proven; no mirror is blamed', async (t) => {
  const both = two();
  const { of, other } = both;
  addCorte(of);
  const store = memoryStore();
  const one = await reader(of, { uno: site(of), otro: site(other) }, { store });
  await looked(one);
  const { troubles, states, number } = await looked(one);
  const [fork, ...rest] = troubles;
  t.deepEqual(rest, []);
  if (fork?.kind !== 'bifurcacion-confianza') return t.fail(JSON.stringify(troubles));
  t.is(fork.version, 2);
  t.deepEqual([fork.one, fork.other].sort(), shas(both));
  t.false(Object.values(states).includes('entrego-otra-cosa'));
  if (fork.one === of.trusts[1]?.sha256) t.is(number, 2, 'what is right by the one that is followed is shown');
  t.is(one.lector.kept(), null, 'and no corte before the alarm is told');

  const proof = one.lector.pruebaDeConfianza(2);
  t.is(proof?.documentos.length, 2);
  for (const [i, { documento, firmas }] of proof?.documentos.entries() ?? []) {
    const bytes = encodeUtf8(documento);
    t.is(hashOf(bytes), i === 0 ? fork.one : fork.other);
    const { document } = [of, other].map(({ trusts }) => trusts[1]).find((made) => made?.sha256 === hashOf(bytes)) ?? {};
    t.true(document && signedBy(document, { bytes, signatures: firmas.map(encodeUtf8) }).length >= document.threshold);
  }
  t.is(one.lector.pruebaDeConfianza(1), null);

  const later = await reader(of, { uno: site(of) }, { store });
  t.deepEqual((await looked(later)).troubles, [fork], 'the proof is kept');
  t.is((await later.lector.olvida()).troubles.length, 0);
  t.deepEqual(
    (await looked(await reader(of, { uno: site(of) }, { store }))).kinds,
    [],
    'and forgotten where the reader asks for it',
  );
});

test('what the reader had forgotten is found anew by the same worker', async (t) => {
  const { of, other } = two();
  const one = await reader(of, { uno: site(of), otro: site(other) });
  await looked(one);
  t.deepEqual((await looked(one)).kinds, ['bifurcacion-confianza']);
  t.is((await one.lector.olvida()).troubles.length, 0);
  await looked(one);
  t.deepEqual((await looked(one)).kinds, ['bifurcacion-confianza']);
});

test('a mirror whose corte is of the other document has none that can be shown, and told nothing untrue', async (t) => {
  const { of, other } = two();
  const one = await reader(of, { uno: site(of) });
  await looked(one);
  addCorte(other);
  const sites = { uno: site(of), otro: site(other) };
  const store = memoryStore();
  await looked(await reader(of, { uno: site(of) }, { store }));
  const later = await reader(of, sites, { store });
  for (let i = 0; i < 2; i++) {
    const { kinds, states, number } = await looked(later);
    t.deepEqual([kinds, states, number], [['bifurcacion-confianza'], { uno: 'responde', otro: 'atrasado' }, 1]);
  }
});

test('two documents below the newest are found, and nobody is blamed for what follows them', async (t) => {
  for (const [ours, theirs] of [
    [3, 3],
    [4, 3],
    [3, 4],
    [2, 3],
  ] as const) {
    const { of, other } = two();
    while (of.trusts.length < ours) addTrust(of);
    while (other.trusts.length < theirs) addTrust(other);
    const store = memoryStore();
    await looked(await reader(of, { uno: site(of) }, { store }));
    const one = await reader(of, { uno: site(of), otro: site(other) }, { store });
    for (let i = 0; i < 2; i++) {
      if (i === 1) addCorte(other);
      const { troubles, states } = await looked(one);
      const [first, second] = [of, other].map(({ trusts }) => trusts[1]?.sha256 ?? '');
      const fork = { kind: 'bifurcacion-confianza', version: 2, one: first, other: second };
      t.deepEqual(troubles, [fork as Trouble], `${ours} and ${theirs}`);
      t.deepEqual(states, { uno: 'responde', otro: i === 0 ? 'responde' : 'atrasado' }, `${ours} and ${theirs}`);
    }
    t.is(one.lector.pruebaDeConfianza(2)?.documentos.length, 2);
  }
});

test('a corte that names what follows the other document is no fault, though the index told of nothing that follows', async (t) => {
  const { of, other } = two();
  addTrust(other);
  addCorte(other);
  const index = encode({
    election: of.trusts[0]?.document.election,
    trust: 2,
    phases: { jornada: { number: 2, corte: other.cortes[1]?.sha256 } },
  });
  const store = memoryStore();
  await looked(await reader(of, { uno: site(of) }, { store }));
  const otro: Site = (path) => (path === 'cotejo/chain/index.json' ? index : fileAt(other, path));
  const one = await reader(of, { uno: site(of), otro }, { store });
  for (let i = 0; i < 2; i++) {
    const { kinds, states } = await looked(one);
    t.deepEqual([kinds, states], [['bifurcacion-confianza'], { uno: 'responde', otro: 'atrasado' }]);
  }
});

test('what follows another document that too few custodians signed excuses nobody', async (t) => {
  for (const ours of [2, 3]) {
    const { of, other } = two();
    while (of.trusts.length < ours) addTrust(of);
    const [first, second] = other.trusts;
    if (!first || !second) throw new Error('there are two');
    other.trusts = [first, signTrust(second.document, ['presidencia'])];
    addTrust(other);
    const store = memoryStore();
    await looked(await reader(of, { uno: site(of) }, { store }));
    const one = await reader(of, { uno: site(of), otro: site(other) }, { store });
    const { troubles, states } = await looked(one);
    t.deepEqual(troubles, [{ kind: 'rechazado', mirror: 'otro', code: 'trust-threshold' }], `beside our ${ours}`);
    t.deepEqual(states, { uno: 'responde', otro: 'entrego-otra-cosa' });
  }
});

test('who is asked for a corte by its number, and has it of the other document, is not blamed for it', async (t) => {
  const { of, other } = two();
  addCorte(other);
  const store = memoryStore();
  await looked(await reader(of, { uno: site(of) }, { store }));
  const later = await reader(of, { uno: site(of), otro: site(other) }, { store });
  await looked(later);
  t.is(await later.lector.chosen({ phase: 'jornada', number: 2 }), null);
  const { mirrors } = later.lector.estadoNow();
  t.deepEqual(
    mirrors.map(({ state }) => state),
    ['responde', 'atrasado'],
  );
});

test('two anchors are found where both have a document over them', async (t) => {
  const of = publication(1);
  const other = publication(1);
  const [anchor] = of.trusts;
  if (!anchor) throw new Error('there is no trust');
  other.trusts = [signTrust({ ...structuredClone(anchor.document), title: 'Otra elección' })];
  for (const each of [of, other]) addTrust(each);
  const store = memoryStore();
  await looked(await reader(of, { uno: site(of) }, { store }));
  const { kinds, states } = await looked(await reader(of, { uno: site(of), otro: site(other) }, { store }));
  t.deepEqual([kinds, states], [['bifurcacion-confianza'], { uno: 'responde', otro: 'responde' }]);
});

test('a mirror that shows the other document only later is found by the same worker', async (t) => {
  const { of, other } = two();
  const lacking: Site = (path) => (path.includes('/trust/2.json') ? undefined : fileAt(of, path));
  let shown: Site = site(of);
  const sites: Record<string, Site> = { uno: site(of), otro: (path) => shown(path) };
  for (const state of ['responde', 'atrasado']) {
    if (state === 'atrasado') addCorte(other);
    for (const first of [site(of), lacking]) {
      shown = first;
      const one = await reader(of, sites);
      for (let i = 0; i < 2; i++) t.deepEqual((await looked(one)).kinds, []);
      shown = site(other);
      const { kinds, states } = await looked(one);
      t.deepEqual([kinds, states], [['bifurcacion-confianza'], { uno: 'responde', otro: state }]);
    }
  }
});

test('another document that too few custodians signed is a refused one, told of who gave it; and one in a store is not believed', async (t) => {
  const { of, other } = two();
  const [first, second] = other.trusts;
  if (!first || !second) throw new Error('there are two');
  const forged = signTrust(second.document, ['presidencia']);
  const wrong: Publication = { trusts: [first, forged], cortes: of.cortes };
  const store = memoryStore();
  await looked(await reader(of, { uno: site(of) }, { store }));
  store.all.set('confianza-otra', [{ bytes: forged.bytes, signatures: forged.signatures }]);
  const one = await reader(of, { uno: site(of), otro: site(wrong) }, { store });
  const { troubles, states } = await looked(one);
  t.deepEqual(troubles, [{ kind: 'rechazado', mirror: 'otro', code: 'trust-threshold' }]);
  t.is(states.otro, 'entrego-otra-cosa');
  t.is(one.lector.pruebaDeConfianza(2), null);
  wrong.trusts = of.trusts;
  t.deepEqual((await looked(one)).troubles, [], 'until it has the right one');
});
