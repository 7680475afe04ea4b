import test from 'ava';
import { instantOf } from '../../../src/format/time.ts';
import type { Trouble } from '../../../src/page/lector/messages.ts';
import { answerOf } from '../../../src/page/lector/publication.ts';
import { BROKEN_CHAINS, type Files, filesOf, goodChain } from '../../kit/broken-chains.ts';
import { type Corte, makeCorte } from '../../kit/cortes.ts';
import { encode, makeSigner, nextTrust, signTrust } from '../../kit/election.ts';
import { kindsOf, looked, reader, site } from './looking.ts';
import { memoryContents, memoryStore, openReader, type Reader, type Site, silent } from './reader.ts';
import { addCorte, fileAt, type Publication, filesOf as pagesOf, publication } from './trial-site.ts';

/** What the lector's worker knows, and what it gives, of mirrors right and wrong. */

const good = goodChain();
const MINUTE = 60_000;

/** Of a site, this file is what is given instead. */
function altered(of: Publication, file: RegExp, instead: (honest: Buffer | undefined) => Buffer | undefined): Site {
  return (path) => (file.test(path) ? instead(fileAt(of, path)) : fileAt(of, path));
}

/** A file as the reader gets it: its status and its text; of the newest corte if none is named. */
async function given({ lector }: Reader, path: string, number: number | null = null): Promise<[number, string]> {
  const held = await lector.chosen({ phase: null, number });
  if (!held) return [0, ''];
  const pin = {
    phase: held.corte.statement.phase,
    number: held.corte.statement.number,
    sha256: held.corte.sha256,
    marco: 'm',
    path,
  };
  const answer = await answerOf(lector.publication, pin, 'client', new URL(path, 'https://lector.example/'), null);
  return [answer.status, await answer.text()];
}

test('the newest corte of any mirror is shown; who is behind, silent or gone is told', async (t) => {
  const of = publication(2);
  const stale: Publication = { trusts: of.trusts, cortes: of.cortes.slice(0, 1) };
  const gone: Site = () => Promise.reject(new TypeError('no network'));
  const one = await reader(of, { atrasado: site(stale), bueno: site(of), mudo: silent, ido: gone });
  await looked(one);
  const { number, states, kinds, shows } = await looked(one);
  t.is(number, 2);
  t.is(shows, 'corte');
  t.deepEqual(states, { atrasado: 'atrasado', bueno: 'responde', mudo: 'calla', ido: 'calla' });
  t.deepEqual(kinds, []);
  t.deepEqual(await given(one, '/datos/total.json'), [200, '{"corte":2}\n']);
});

test('an older corte than this reader has seen is never taken for the newest, whoever gives it', async (t) => {
  const of = publication(3);
  const store = memoryStore();
  await looked(await reader(of, { bueno: site(of) }, { store }));
  const old: Publication = { trusts: of.trusts, cortes: of.cortes.slice(0, 2) };
  const later = await reader(of, { bueno: site(old) }, { store });
  const { number, troubles, seen } = await looked(later);
  t.is(number, 3, 'what was verified before stays');
  t.is(seen?.number, 3);
  t.deepEqual(troubles, [{ kind: 'mas-viejo', number: 2, seen: 3 }]);
  t.is((await later.lector.olvida()).seen, null);
  t.is((await looked(later)).number, 2, 'the reader asked to forget');
});

test('without a network the last verified corte is shown, and since when nobody answers', async (t) => {
  const of = publication(1);
  const [store, contents] = [memoryStore(), memoryContents()];
  const before = await reader(of, { bueno: site(of) }, { store, contents });
  await given(before, '/');
  const offline: Site = () => Promise.reject(new TypeError('no network'));
  const later = await reader(of, { bueno: offline }, { store, contents });
  const { number, offlineSince } = await looked(later);
  t.is(number, 1);
  t.not(offlineSince, null);
  t.is((await given(later, '/'))[0], 200);
  t.is((await given(later, '/distrito/'))[0], 503, 'a page that was never read is not there');
});

test('who claims more than it has, or stops in the middle, keeps nobody waiting', async (t) => {
  const of = publication(2);
  const [{ document }] = of.trusts as [Publication['trusts'][number]];
  const claims = encode({
    election: document.election,
    trust: 9,
    phases: { jornada: { number: 999_999, corte: 'ab'.repeat(32) } },
  });
  const liar: Site = (path) => (path.endsWith('index.json') ? claims : fileAt(of, path));
  const stops: Site = (path) => (path.includes('000002') ? silent(path) : fileAt(of, path));
  const endless: Site = (path) => (path.includes('/jornada/') ? Buffer.alloc(17 * 1024 * 1024, 32) : fileAt(of, path));
  const one = await reader(of, { mentira: liar, alto: stops, infinito: endless, bueno: site(of) });
  t.is((await one.lector.chosen({ phase: null, number: null }))?.corte.statement.number, 2);
  await looked(one);
  const { number, states, trust } = await looked(one);
  t.deepEqual([number, trust], [2, 1]);
  t.is(states.mentira, 'atrasado');
  t.is(states.infinito, 'entrego-otra-cosa');
  t.is(states.bueno, 'responde');
});

test('a file is given as it was signed, of another mirror where one gives something else', async (t) => {
  const of = publication(1);
  const cases: ReadonlyArray<readonly [string, (honest: Buffer | undefined) => Buffer | undefined]> = [
    ['other bytes', () => Buffer.from('{"corte":9}\n')],
    ['half of it', (honest) => honest?.subarray(0, 5)],
    ['nothing in it', () => Buffer.alloc(0)],
    ['more than all files together', () => Buffer.alloc(1_000_000)],
  ];
  for (const [name, instead] of cases) {
    const one = await reader(of, { malo: altered(of, /total\.json$/, instead), bueno: site(of) });
    t.deepEqual(await given(one, '/datos/total.json'), [200, '{"corte":1}\n'], name);
    const { states } = await looked(one);
    t.is(states.malo, 'entrego-otra-cosa', name);
    await given(one, '/distrito/');
    t.is(one.asked.at(-1), 'https://bueno/cotejo/c/1/distrito/index.html', 'who gave something else is asked last');
  }
  const alone = await reader(of, { malo: altered(of, /total\.json$/, () => Buffer.from('x')) });
  t.is((await given(alone, '/datos/total.json'))[0], 503, 'and where there is no other, nothing is given');
  t.true((await looked(alone)).kinds.includes('archivo'));
});

test('who answers a look at once and stalls on files keeps no file from being had of another, and is asked after it', async (t) => {
  const of = publication(1);
  const stalls: Site = (path) => (path.startsWith('cotejo/chain/') ? fileAt(of, path) : silent(path));
  const one = await reader(of, { uno: stalls, dos: stalls, tres: stalls, bueno: site(of) }, { hurry: 4 });
  t.is((await given(one, '/'))[0], 200);
  await looked(one);
  const before = one.asked.length;
  t.is((await given(one, '/distrito/'))[0], 200);
  t.is(one.asked[before], 'https://bueno/cotejo/c/1/distrito/index.html');
});

test('what a mirror lacks at the corte’s own address is taken from what it shows now, if it is the same', async (t) => {
  const of = publication(1);
  const bare: Site = (path) => (path.startsWith('cotejo/c/') ? undefined : fileAt(of, path));
  const one = await reader(of, { sencillo: bare });
  t.is((await given(one, '/'))[0], 200);
  addCorte(of);
  t.is((await given(one, '/datos/total.json', 1))[0], 503, 'it shows another corte by now, and nobody is blamed');
  t.is((await looked(one)).states.sencillo, 'responde');
});

test('a page is of one corte, which stays to be had after newer ones came', async (t) => {
  const of = publication(1);
  const one = await reader(of, { bueno: site(of) });
  await looked(one);
  addCorte(of);
  t.is((await looked(one)).number, 2);
  t.is((await given(one, '/datos/total.json', 1))[1], '{"corte":1}\n');
  t.is((await given(one, '/datos/total.json'))[1], '{"corte":2}\n');
  t.is((await looked(one)).number, 2, 'to open an older one changes nothing');
});

test('two signed cortes of one number are told as what they are, and the first stays', async (t) => {
  const of = publication(2);
  const store = memoryStore();
  const one = await reader(of, { bueno: site(of) }, { store });
  await looked(one);
  const other: Publication = { trusts: of.trusts, cortes: of.cortes.slice(0, 1) };
  const forged = addCorte(other, { files: { ...pagesOf(2), 'datos/total.json': '{"corte":77}\n' } });
  const later = await reader(of, { otro: site(other), bueno: site(of) }, { store });
  const { troubles, head } = await looked(later);
  const [first, second] = [of.cortes[1]?.sha256, forged.sha256];
  t.deepEqual(troubles, [{ kind: 'bifurcacion', phase: 'jornada', number: 2, one: first, other: second } as Trouble]);
  t.is(head?.sha256, first);
  const again = await reader(of, { bueno: site(of) }, { store });
  t.deepEqual((await looked(again)).kinds, ['bifurcacion'], 'the proof is kept');
});

test('a corte that follows another than the one that was seen proves two histories', async (t) => {
  const of = publication(1);
  const one = await reader(of, { bueno: site(of) });
  await looked(one);
  const other: Publication = { trusts: of.trusts, cortes: [] };
  addCorte(other, { files: { ...pagesOf(1), 'datos/total.json': '{"corte":77}\n' } });
  addCorte(other);
  of.cortes.splice(0, of.cortes.length, ...other.cortes);
  const { troubles } = await looked(one);
  const [trouble] = troubles;
  t.deepEqual([trouble?.kind, trouble?.kind === 'bifurcacion' && trouble.number], ['bifurcacion', 1]);
});

test('a revocation ends what a stolen key signed, its mirrors too, and is told', async (t) => {
  const of = publication(1);
  const padron = (host: string) => ({
    'oficial/padron.json': encode({
      type: 'cotejo/padron',
      format: 1,
      election: of.trusts[0]?.document.election,
      institute: null,
      difusores: [{ name: 'uno', title: host, url: `https://${host}/`, logo: null, nodes: [{ name: 'web1', acuse_key: key }] }],
    }).toString(),
  });
  const key = of.trusts[0]?.document.signers[0]?.key;
  addCorte(of, { files: { ...pagesOf(2), ...padron('ladron') } });
  const sites = { bueno: site(of), ladron: site(of) };
  const one = await reader(of, sites, { first: ['bueno'] });
  await looked(one);
  t.deepEqual(Object.keys((await looked(one)).states), ['bueno', 'ladron'], 'the padrón names it');
  const { document } = of.trusts[0]!;
  const signers = document.signers.map((signer) => (signer.name === 'firma-1' ? { ...signer, last: 1 } : signer));
  of.trusts.push(signTrust(nextTrust(of.trusts[0]!, { signers: [...signers, makeSigner('firma-2', 'jornada', 2)] })));
  of.cortes.pop();
  const revoked = await looked(one);
  t.deepEqual([revoked.number, revoked.kinds], [1, ['revocado']], 'what its signer signed before stands');
  t.deepEqual(Object.keys(revoked.states), ['bueno']);
  t.is((await given(one, '/datos/total.json', 1))[0], 200, 'what stands can be read');
  addCorte(of, { signer: 'firma-2' });
  const { number, troubles, trust } = await looked(one);
  t.deepEqual([number, trust], [2, 2]);
  t.false(kindsOf(troubles).includes('bifurcacion'), 'a revoked corte proves no fork');
});

test('every broken chain is blocked, or its corte taken from another mirror', async (t) => {
  const newest = good.jornada[4];
  const now = () => instantOf(newest.statement.taken_at) + 5 * MINUTE;
  const ofChain =
    (files: Files): Site =>
    (path) =>
      path.startsWith('cotejo/chain/')
        ? files.get(path.slice('cotejo/chain/'.length))
        : newest.content[path.replace(/^cotejo\/c\/5\//, '')];
  const honest = new Set([...good.jornada, ...good.simulacro].map(({ sha256 }) => sha256));
  const [anchor] = good.trusts;
  for (const { name, breakIt, expected, needsPackages } of BROKEN_CHAINS) {
    const files = filesOf(good);
    breakIt(files, good);
    const alone = await looked(await openReader({ anchor, sites: { malo: ofChain(files) }, now }));
    // What is wrong with the newest corte, its list or the trust is seen at once; the history behind it is the page's to check.
    const isOfHead = expected.phase === null || (expected.phase === 'jornada' && expected.number === 5);
    if (isOfHead && !needsPackages) {
      const isShown = alone.number === 5 && alone.kinds.length === 0;
      t.false(isShown, name);
    }
    // Whatever is refused is refused by the code that the page, the command and the script have for it.
    const codes = alone.troubles.flatMap((trouble) => (trouble.kind === 'rechazado' ? [trouble.code] : []));
    t.deepEqual(
      codes.filter((code) => code !== expected.code),
      [],
      name,
    );
    const both = await looked(await openReader({ anchor, sites: { malo: ofChain(files), bueno: ofChain(filesOf(good)) }, now }));
    const isRight = both.number === 5 && honest.has(both.head?.sha256 ?? '');
    t.true(isRight || both.kinds.some((kind) => ['bifurcacion', 'rechazado', 'revocado'].includes(kind)), name);
  }
});

test('by the reader’s clock: wait, corte, notice; a clock that is wrong is told as such', async (t) => {
  const of = publication(1);
  const [corte] = of.cortes as [Corte];
  const taken = instantOf(corte.statement.taken_at);
  let now = taken + MINUTE;
  let shows = 'corte';
  const pointer = () =>
    encode({ phase: 'jornada', number: 1, corte: corte.sha256, taken_at: corte.statement.taken_at, shows, base: null });
  const one = await reader(
    of,
    { bueno: (path) => (path === 'cotejo/ultimo.json' ? pointer() : fileAt(of, path)) },
    { now: () => now },
  );
  t.is((await looked(one)).shows, 'corte');
  now = taken + 24 * 60 * MINUTE;
  const ahead = await looked(one);
  t.is(ahead.shows, 'aviso');
  t.deepEqual(ahead.kinds, ['reloj']);
  shows = 'aviso';
  t.deepEqual((await looked(one)).kinds, [], 'the mirrors say the same: no doubt');
  now = taken - 24 * 60 * MINUTE;
  const behind = await looked(one);
  t.deepEqual([behind.shows, behind.kinds], ['espera', ['reloj']]);
});

test('what is kept is there at once, but where something else is to be told in its place', async (t) => {
  const of = publication(1);
  const store = memoryStore();
  let now = instantOf(of.cortes[0]?.statement.taken_at ?? '') + MINUTE;
  const open = (sites: Readonly<Record<string, Site>>) => reader(of, sites, { store, now: () => now });
  const first = await open({ bueno: site(of) });
  t.is(first.lector.kept(), null, 'nothing is kept');
  await looked(first);
  const later = await open({ callado: silent });
  t.is(later.lector.kept()?.corte.statement.number, 1);
  t.deepEqual(later.asked, [], 'nobody is asked for it');
  now += 24 * 60 * MINUTE;
  t.is(later.lector.kept(), null, 'the aviso is due');
  now -= 48 * 60 * MINUTE;
  t.is(later.lector.kept(), null, 'the hour of opening has not come');
  now += 24 * 60 * MINUTE;
  const other: Publication = { trusts: of.trusts, cortes: [] };
  addCorte(other, { files: { ...pagesOf(1), 'datos/total.json': '{"corte":77}\n' } });
  const torn = await open({ otro: site(other) });
  t.deepEqual((await looked(torn)).kinds, ['bifurcacion']);
  t.is(torn.lector.kept(), null, 'two histories');
});

test('no drill stands in the place of results: not once an official phase has opened, though no corte of it can be had', async (t) => {
  const files = filesOf(good);
  const { election } = good.trusts[0].document;
  const [drill] = good.simulacro;
  const only = { number: 1, corte: drill.sha256 };
  files.set('index.json', encode({ election, trust: 2, phases: { 'simulacro-1': only } }));
  const drills: Site = (path) => files.get(path.replace(/^cotejo\/chain\//, ''));
  let now = instantOf(drill.statement.taken_at) + MINUTE;
  const one = await openReader({ anchor: good.trusts[0], sites: { uno: drills }, now: () => now });
  t.like(await looked(one), { number: null, phase: { name: 'jornada', isDrill: false } });
  now = instantOf(good.trusts[0].document.phases[1]!.closes_at) + MINUTE;
  t.like(await looked(one), { number: null, phase: { name: 'jornada', isDrill: false } });
  now = instantOf(good.trusts[0].document.phases[1]!.opens_at) - MINUTE;
  t.like(await looked(one), { number: 1, phase: { name: 'simulacro-1', isDrill: true } });
});

test('what was told of a mirror or a file ends when it is right again', async (t) => {
  const of = publication(1);
  const [thief] = [
    makeCorte({ trust: of.trusts[0]!, files: pagesOf(1), signer: 'nadie', takenAt: of.cortes[0]!.statement.taken_at }),
  ];
  let isWrong = true;
  const wrong: Site = (path) => {
    if (!isWrong) return fileAt(of, path);
    if (path.endsWith('corte.json.sig')) return thief?.files['corte.json.sig'];
    return path.endsWith('total.json') ? Buffer.from('x') : fileAt(of, path);
  };
  const one = await reader(of, { uno: wrong });
  t.deepEqual((await looked(one)).troubles, [{ kind: 'rechazado', mirror: 'uno', code: 'signer-unknown' }]);
  isWrong = false;
  t.deepEqual((await looked(one)).troubles, []);
  isWrong = true;
  await given(one, '/datos/total.json');
  t.deepEqual((await looked(one)).kinds, ['archivo']);
  isWrong = false;
  await given(one, '/datos/total.json');
  t.deepEqual((await looked(one)).kinds, []);
});

test('an altered store is not believed', async (t) => {
  const of = publication(2);
  const [store, contents] = [memoryStore(), memoryContents()];
  await given(await reader(of, { bueno: site(of) }, { store, contents }), '/');
  const forged = makeCorte({
    trust: of.trusts[0]!,
    previous: of.cortes[0]!,
    files: pagesOf(7),
    signer: 'nadie',
    takenAt: of.cortes[1]!.statement.taken_at,
  });
  const { 'corte.json': corteJson, 'corte.json.sig': signature, SHA256SUMS: sums } = forged.files;
  store.all.set(`corte/${forged.sha256}`, { corteJson, signature, sums });
  const signer = of.trusts[0]?.document.signers.find(({ name }) => name === 'firma-1')?.key;
  store.all.set('visto/jornada', { number: 2, sha256: forged.sha256, signer });
  const later = await reader(of, { bueno: site(of) }, { store, contents });
  const { head } = await looked(later);
  t.not(head?.sha256, forged.sha256);
});
