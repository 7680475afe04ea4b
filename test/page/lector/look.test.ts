import test from 'ava';
import type { Phase } from '../../../src/format/trust.ts';
import { makeChain } from '../../kit/cortes.ts';
import { at, encode, makeCustodian, makeSigner, makeTrust, nextTrust, signTrust } from '../../kit/election.ts';
import { kindsOf, looked, reader, site } from './looking.ts';
import { openReader, type Site, silent } from './reader.ts';
import { addCorte, fileAt, type Publication, publication } from './trial-site.ts';

/** What one look takes of a mirror, and what is said of it. */

const MINUTE = 60_000;

/** As many further trust documents, each of the one before. */
function successions(of: Publication, times: number): void {
  for (let i = 0; i < times; i++) of.trusts.push(signTrust(nextTrust(of.trusts.at(-1)!)));
}

test('a mirror whose answers take long is climbed in as many looks as it needs, and is not called silent', async (t) => {
  const of = publication(0);
  successions(of, 5);
  addCorte(of);
  let left = 0;
  let now = Date.now();
  // In the time of a look so many of its trust's files come: a document has four.
  const slow: Site = (path) => (path.startsWith('cotejo/chain/trust/') && left-- <= 0 ? silent(path) : fileAt(of, path));
  const { lector } = await reader(of, { lento: slow }, { now: () => now });
  for (let look = 1; look <= 5; look++) {
    left = 6;
    await lector.estado().work;
    const { trust, mirrors, troubles } = lector.estadoNow();
    t.deepEqual([trust, mirrors[0]?.state], [look + 1, 'responde']);
    t.false(kindsOf(troubles).includes('rechazado'));
    now += 10 * MINUTE;
  }
  left = Infinity;
  await lector.estado().work;
  t.is(lector.estadoNow().head?.number, 1);
});

test('a document that is refused keeps nobody from those before the anchor', async (t) => {
  const of = publication(0);
  successions(of, 1);
  addCorte(of);
  successions(of, 1);
  const anchor = of.trusts[2]!;
  const strangers = ['uno', 'dos', 'tres'].map(makeCustodian);
  of.trusts.push(signTrust(nextTrust(anchor, { custodians: strangers }), ['uno', 'dos', 'tres']));
  const { number, troubles } = await looked(await openReader({ anchor, sites: { malo: site(of) }, now: Date.now }));
  t.is(number, 1);
  t.deepEqual(troubles, [{ kind: 'rechazado', mirror: 'malo', code: 'trust-threshold' }]);
});

/** Two drills, and the results later. */
function drills(cortes: Readonly<Record<string, number>>) {
  const now = Date.now();
  const made = makeTrust({ now });
  const [drill, official] = made.phases as [Phase, Phase];
  const later = { ...official, opens_at: at(now + 60 * MINUTE) };
  const phases = [drill, { ...drill, name: 'simulacro-2' }, later];
  const trust = signTrust({ ...made, phases, signers: [...made.signers, makeSigner('ensayo-2', 'simulacro-2')] });
  const chains = Object.entries(cortes).map(([phase, n]) => ({
    phase,
    chain: makeChain(n, { trust, phase, signer: phase.replace('simulacro', 'ensayo') }),
  }));
  const siteWith = (counts: Readonly<Record<string, number>>): Site => {
    const shown = chains.map(({ phase, chain }) => ({ phase, chain: chain.slice(0, counts[phase] ?? 0) }));
    const claims = shown.flatMap(({ phase, chain }) => {
      const newest = chain.at(-1);
      return newest ? [[phase, { number: newest.statement.number, corte: newest.sha256 }]] : [];
    });
    const index = encode({ election: made.election, trust: 1, phases: Object.fromEntries(claims) });
    return (path) => {
      if (path === 'cotejo/chain/index.json') return index;
      const [, phase, folder, name] = /^cotejo\/chain\/([^/]+)\/(\d{6})\/(.+)$/.exec(path) ?? [];
      const corte = shown.find((one) => one.phase === phase)?.chain[Number(folder) - 1];
      return (corte?.files as Record<string, Buffer> | undefined)?.[name ?? ''];
    };
  };
  return { anchor: trust, siteWith };
}

test('who is behind is told by the phase that is shown, whatever others it has', async (t) => {
  const { anchor, siteWith } = drills({ 'simulacro-1': 2, 'simulacro-2': 4 });
  const sites = {
    'al-dia': siteWith({ 'simulacro-1': 2, 'simulacro-2': 4 }),
    tercero: siteWith({ 'simulacro-1': 2, 'simulacro-2': 3 }),
    primero: siteWith({ 'simulacro-1': 2 }),
  };
  const one = await openReader({ anchor, sites, now: Date.now });
  await looked(one);
  const { number, phase, states, kinds } = await looked(one);
  t.deepEqual([phase?.name, number, kinds], ['simulacro-2', 4, []]);
  t.deepEqual(states, { 'al-dia': 'responde', tercero: 'atrasado', primero: 'atrasado' });
  const mirrors = one.lector.estadoNow().mirrors.map((mirror) => mirror.number);
  t.deepEqual(mirrors, [4, 3, null]);
});

test('a mirror whose new corte is not whole yet is behind, and accused of nothing', async (t) => {
  const of = publication(2);
  // A cache in front of it, with the answers of two nodes: the index of one, the files of the other.
  for (const missing of [/000002\/corte\.json$/, /000002\/SHA256SUMS$/, /000001\/corte\.json\.sig$/]) {
    const mixed: Site = (path) => (missing.test(path) ? undefined : fileAt(of, path));
    const one = await reader(of, { mezclado: mixed, bueno: site(of) });
    const { number, states, kinds } = await looked(one);
    t.deepEqual([number, states, kinds], [2, { mezclado: 'atrasado', bueno: 'responde' }, []], String(missing));
  }
  const signers = [...of.trusts[0]!.document.signers, makeSigner('firma-2', 'jornada', 3)];
  of.trusts.push(signTrust(nextTrust(of.trusts[0]!, { signers })));
  addCorte(of, { signer: 'firma-2' });
  const early = await looked(await reader(of, { mezclado: (path) => (path.includes('trust/2') ? undefined : fileAt(of, path)) }));
  t.deepEqual([early.states.mezclado, early.kinds], ['responde', []], 'the trust by which it is right has not come yet');
  const alone = await looked(await reader(of, { mezclado: (path) => (path.includes('000003') ? undefined : fileAt(of, path)) }));
  t.deepEqual([alone.number, alone.states.mezclado, alone.kinds], [null, 'responde', []]);
});

test('a clock that is set right while the page is open keeps nobody from looking, nor an accusation for longer', async (t) => {
  const of = publication(1);
  let now = Date.now() + 24 * 60 * MINUTE;
  let isWrong = true;
  const honest = site(of);
  const one = await reader(
    of,
    { uno: (path) => (isWrong && path.endsWith('corte.json.sig') ? Buffer.from('x') : honest(path)) },
    { now: () => now },
  );
  await one.lector.estado().work;
  t.is(one.lector.estadoNow().mirrors[0]?.state, 'entrego-otra-cosa');
  now -= 24 * 60 * MINUTE;
  t.is(one.lector.estadoNow().mirrors[0]?.state, 'responde', 'an accusation of tomorrow');
  isWrong = false;
  const before = one.asked.length;
  await one.lector.estado().work;
  t.true(one.asked.length > before);
  t.is(one.lector.estadoNow().head?.number, 1);
  const after = one.asked.length;
  await one.lector.estado().work;
  t.is(one.asked.length, after, 'and then it waits as ever');
});

test('a document that the index did not tell of, and that is refused, is told of its mirror', async (t) => {
  const of = publication(1);
  of.trusts.push(signTrust(nextTrust(of.trusts[0]!), ['uno', 'dos']));
  addCorte(of);
  const { election } = of.trusts[0]!.document;
  const phases = { jornada: { number: 2, corte: of.cortes[1]!.sha256 } };
  const index = encode({ election, trust: 1, phases });
  const one = await reader(of, { malo: (path) => (path === 'cotejo/chain/index.json' ? index : fileAt(of, path)) });
  const { number, troubles } = await looked(one);
  t.deepEqual([number, troubles], [null, [{ kind: 'rechazado', mirror: 'malo', code: 'trust-threshold' }]]);
});

test('several pages that ask while one look is under way make one failure of it', async (t) => {
  const of = publication(1);
  let now = Date.now();
  const one = await reader(of, { ido: () => Promise.reject(new TypeError('no network')) }, { now: () => now });
  await Promise.all([1, 2, 3, 4].map(() => one.lector.estado().work));
  const before = one.asked.length;
  now += 20_000;
  await one.lector.estado().work;
  t.true(one.asked.length > before, 'it is asked again after a quarter of a minute');
});
