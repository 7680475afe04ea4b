import { createHash } from 'node:crypto';
import test from 'ava';
import { type Recibo, recibosText } from '../../../src/format/recibos.ts';
import type { RecibosAnswer } from '../../../src/page/lector/recibos/messages.ts';
import { contraryIn } from '../../../src/page/lector/recibos/rounds.ts';
import { newTally, type Tally } from '../../../src/page/lector/recibos/tally.ts';
import type { ToldCount } from '../../../src/page/recibos/told.ts';
import { type Corte, makeCorte } from '../../kit/cortes.ts';
import { at, encode, makeSigner, makeTrust, nextTrust, signTrust } from '../../kit/election.ts';
import { makeKey } from '../../kit/keys.ts';
import { makeRecibo, PADRON, type ReciboPlan, reciboCases } from '../../kit/recibos.ts';
import { looked, reader, site } from './looking.ts';
import { memoryStore, openReader, type Reader, type Site, silent } from './reader.ts';
import { addCorte, filesOf, type Publication, publication } from './trial-site.ts';

/** The receipts of the corte that is shown, as the lector's worker counts them, at the Institute's address or a liar's. */

const INSTITUTE = 'https://iec/prep';

function padron(institute: string | null = INSTITUTE): Record<string, Buffer> {
  return { 'oficial/padron.json': encode({ ...PADRON, institute }) };
}

/** A publication whose newest corte has a padrón. */
function withPadron(more: Record<string, Buffer> = padron()): { of: Publication; corte: Corte } {
  const of = publication(0);
  return { of, corte: addCorte(of, { files: { ...filesOf(1), ...more } }) };
}

const askedOf = ({ statement, sha256 }: Corte) => ({ phase: statement.phase, number: statement.number, sha256 });

/** What the Institute's address has, which a test changes. */
interface Iec {
  file: string | Buffer | null;
  readonly asked: string[];
}

function iec(file: Iec['file']): Iec & { readonly site: Site } {
  const here = { file, asked: [] as string[] };
  const site: Site = (path) => {
    here.asked.push(path);
    return here.file === null ? undefined : Buffer.from(here.file);
  };
  return Object.assign(here, { site });
}

let clock = Date.now();

async function open(of: Publication, sites: Readonly<Record<string, Site>>, more = {}): Promise<Reader & { tally: Tally }> {
  const one = await reader(of, { bueno: site(of), ...sites }, { first: ['bueno'], hurry: 4, ...more });
  await looked(one);
  return { ...one, tally: newTally({ ...one.tallyPlan, now: () => clock }) };
}

/** As a reader's next question, after what was read is no longer fresh. */
async function again(tally: Tally, corte: Corte, former: readonly Recibo[] = []): Promise<RecibosAnswer | null> {
  clock += 60_000;
  return tally.of(askedOf(corte), former);
}

const counted = (answer: RecibosAnswer | null): Partial<ToldCount> => (answer?.told.kind === 'counted' ? answer.told : {});

for (const { name, found } of reciboCases({ number: 1, sha256: 'ab'.repeat(32) })) {
  test(`the lector counts as the page does: ${name}`, async (t) => {
    const { of, corte } = withPadron();
    const file = reciboCases({ number: 1, sha256: corte.sha256 }).find((one) => one.name === name)?.file ?? null;
    const here = iec(file);
    const { tally } = await open(of, { iec: here.site });
    const answer = await tally.of(askedOf(corte), []);
    t.deepEqual(here.asked, ['prep/recibos/jornada/000001.json']);
    const isWhole = found.refused?.length === 1 && found.signed === 0;
    t.is(answer?.told.kind, file === null ? 'none' : isWhole ? 'unread' : 'counted');
    if (answer?.told.kind !== 'counted') return;
    t.like(answer.told, {
      at: `${INSTITUTE}/recibos/`,
      signed: found.signed,
      nodes: 4,
      difusores: found.difusores,
      ofDifusores: 3,
      missing: found.missing.length,
      admitted: found.admitted?.length ?? 0,
      contrary: found.contrary?.length ?? 0,
      refused: found.refused?.length ?? 0,
    });
    t.is(answer.mayGrow, found.missing.length + (found.admitted?.length ?? 0) > 0);
    t.is((await tally.proof(askedOf(corte), contraryIn(answer.told))) !== null, (found.contrary?.length ?? 0) > 0);
  });
}

test('a corte without a padrón, or whose padrón names no place, has nobody asked for receipts', async (t) => {
  const here = iec('[]\n');
  for (const [name, files, told] of [
    ['none', {}, { kind: 'no-padron' }],
    ['malformed', { 'oficial/padron.json': Buffer.from('{}\n') }, { kind: 'no-padron' }],
    [
      'of another election',
      { 'oficial/padron.json': encode({ ...PADRON, election: 'otra', institute: INSTITUTE }) },
      { kind: 'no-padron' },
    ],
    ['without a place', padron(null), { kind: 'no-place' }],
  ] as const) {
    const { of, corte } = withPadron(files);
    const { tally } = await open(of, { iec: here.site });
    t.deepEqual(await tally.of(askedOf(corte), []), { type: 'cotejo/recibos', told, mayGrow: false }, name);
  }
  t.deepEqual(here.asked, []);
});

test('a padrón that no mirror gives as it was signed names nobody, and is asked for again', async (t) => {
  const { of, corte } = withPadron();
  let isForged = true;
  const forged = padron('https://ladron/');
  const liar: Site = (path) => (isForged && path.endsWith('padron.json') ? forged['oficial/padron.json'] : site(of)(path));
  const [here, thief] = [iec('[]\n'), iec('[]\n')];
  const one = await reader(of, { malo: liar, iec: here.site, ladron: thief.site }, { first: ['malo'] });
  await looked(one);
  const tally = newTally({ ...one.tallyPlan, now: () => clock });
  t.deepEqual(await tally.of(askedOf(corte), []), { type: 'cotejo/recibos', told: { kind: 'unread-padron' }, mayGrow: true });
  t.is(await tally.proof(askedOf(corte), []), 'not-now');
  isForged = false;
  t.is((await again(tally, corte))?.told.kind, 'counted');
  t.deepEqual([here.asked.length, thief.asked.length], [1, 0]);
});

test('receipts are of the very corte that is before the reader, an older one too, and of none that is not there or was revoked', async (t) => {
  const { of, corte: first } = withPadron();
  const second = addCorte(of, { files: { ...filesOf(2), ...padron() } });
  const receiptsOf: Site = (path) => {
    const number = Number(/(\d{6})\.json$/.exec(path)?.[1]);
    const corte = of.cortes[number - 1]!;
    const plans: ReciboPlan[] = number === 1 ? [{}] : [{}, { node: 'web2' }];
    return Buffer.from(recibosText(plans.map((plan) => makeRecibo({ number, sha256: corte.sha256 }, plan))));
  };
  const one = await open(of, { iec: receiptsOf });
  const { tally } = one;
  t.is(counted(await tally.of(askedOf(second), [])).signed, 2);
  t.is(counted(await tally.of(askedOf(first), [])).signed, 1);
  t.is(await tally.of({ ...askedOf(second), sha256: 'cd'.repeat(32) }, []), null);
  t.is(await tally.proof({ ...askedOf(second), sha256: 'cd'.repeat(32) }, []), 'not-now');
  const { document } = of.trusts[0]!;
  const signers = document.signers.map((signer) => (signer.name === 'firma-1' ? { ...signer, last: 1 } : signer));
  of.trusts.push(signTrust(nextTrust(of.trusts[0]!, { signers: [...signers, makeSigner('firma-2', 'jornada', 2)] })));
  of.cortes.pop();
  t.deepEqual((await looked(one)).kinds, ['revocado']);
  t.is(await again(one.tally, second), null);
  t.is(counted(await again(one.tally, first)).signed, 1);
});

test('in a drill they are counted as well, of its phase alone', async (t) => {
  const trust = signTrust(makeTrust({ now: Date.now() }));
  const takenAt = at(Date.now() - 60_000);
  const corte = makeCorte({ trust, phase: 'simulacro-1', takenAt, files: { ...filesOf(1), ...padron() } });
  const drill: Site = (path) => {
    const [, pinned = ''] = /^cotejo\/fases\/simulacro-1\/cotejo\/c\/1\/(.*)$/.exec(path) ?? [];
    const [, own = ''] = /^cotejo\/chain\/simulacro-1\/000001\/(.*)$/.exec(path) ?? [];
    return corte.content[pinned] ?? new Map(Object.entries(corte.files)).get(own);
  };
  const signed = (changes: object) => makeRecibo({ number: 1, sha256: corte.sha256 }, { changes });
  const here = iec(recibosText([signed({ phase: 'simulacro-1' }), signed({})]));
  const one = await openReader({
    anchor: trust,
    sites: { bueno: drill, iec: here.site },
    first: ['bueno'],
    now: Date.now,
    hurry: 4,
  });
  const answer = await newTally(one.tallyPlan).of(askedOf(corte), []);
  t.like(counted(answer), { signed: 1, refused: 1 });
  t.deepEqual(here.asked, ['prep/recibos/simulacro-1/000001.json']);
});

test('what comes later is counted; what is taken away again, or put in its place, takes nothing away', async (t) => {
  const { of, corte } = withPadron();
  const here = iec(null);
  const { tally } = await open(of, { iec: here.site });
  const receipt = (plan: ReciboPlan = {}) => makeRecibo({ number: 1, sha256: corte.sha256 }, plan);
  t.deepEqual([(await again(tally, corte))?.told.kind, (await again(tally, corte))?.mayGrow], ['none', true]);
  here.file = recibosText([receipt()]);
  t.is(counted(await again(tally, corte)).signed, 1);
  here.file = recibosText([receipt({ difusor: 'zocalo' })]);
  t.is(counted(await again(tally, corte)).signed, 2);
  for (const gone of [null, '[]\n', 'acuses\n', '<!doctype html>', recibosText([['x', 'y']])]) {
    here.file = gone;
    t.is(counted(await again(tally, corte)).signed, 2, String(gone));
  }
  const readings = here.asked.length;
  await tally.of(askedOf(corte), []);
  t.is(here.asked.length, readings, 'what was just read is not read again');
  tally.clear();
  here.file = '[]\n';
  t.is(counted(await again(tally, corte)).signed, 0, 'the reader asked to forget');
});

test('a place that is silent, slow, or has no end is left, and accuses nobody', async (t) => {
  const { of, corte } = withPadron();
  const { tally: waiting } = await open(of, { iec: silent }, { hurry: 100 });
  const unread = { type: 'cotejo/recibos', told: { kind: 'unread', at: `${INSTITUTE}/recibos/` }, mayGrow: true } as const;
  t.deepEqual(await waiting.of(askedOf(corte), []), unread);
  const here = iec(Buffer.alloc(8 * 1024 * 1024 + 1, 0x5b));
  const { tally } = await open(of, { iec: here.site });
  t.like(await tally.of(askedOf(corte), []), { told: { kind: 'unread' }, mayGrow: false });
  const { tally: alone } = await open(of, {});
  t.deepEqual(await alone.of(askedOf(corte), []), unread);
  const mute: Site = (path) => (path.endsWith('padron.json') ? silent(path) : site(of)(path));
  const one = await reader(of, { malo: mute }, { first: ['malo'], hurry: 300 });
  await looked(one);
  t.like(await newTally(one.tallyPlan).of(askedOf(corte), []), { told: { kind: 'unread-padron' }, mayGrow: true });
  const never = { ...one.tallyPlan.publication, files: { get: () => new Promise<never>(() => {}) } };
  const timeout = () => AbortSignal.timeout(10);
  const late = newTally({ ...one.tallyPlan, publication: never, timeout });
  t.like(await late.of(askedOf(corte), []), { told: { kind: 'unread-padron' } });
  t.is(await late.proof(askedOf(corte), []), 'not-now');
});

test('receipts that are padded with thousands of others count the same; where verifying them takes too long, none is counted', async (t) => {
  const { of, corte } = withPadron();
  const good = makeRecibo({ number: 1, sha256: corte.sha256 });
  const stranger = makeRecibo({ number: 1, sha256: corte.sha256 }, { difusor: 'radio', key: makeKey('stranger') });
  const junk = (i: number): Recibo => [
    good[0].replace('20:30:41', `20:31:${String(i % 60).padStart(2, '0')}`) + ' '.repeat(i),
    good[1],
  ];
  const here = iec(recibosText([...Array.from({ length: 400 }, (_, i) => junk(i)), good, stranger]));
  const one = await open(of, { iec: here.site });
  t.like(counted(await one.tally.of(askedOf(corte), [])), { signed: 1, refused: 400, contrary: 0, contradictions: 0 });
  const slow = newTally({
    ...one.tallyPlan,
    now: () => clock,
    breatherFor: (signal) => () => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    timeout: () => AbortSignal.timeout(20),
  });
  t.like(await slow.of(askedOf(corte), []), { told: { kind: 'unread' }, mayGrow: true });
});

test('two receipts of one number by one key are a proof, which is kept though the place hides it again', async (t) => {
  const { of, corte } = withPadron();
  const own = makeRecibo({ number: 1, sha256: corte.sha256 });
  const other = makeRecibo({ number: 1, sha256: 'ef'.repeat(32) });
  const elsewhere = makeRecibo({ number: 1, sha256: 'ef'.repeat(32) }, { difusor: 'zocalo' });
  const here = iec(recibosText([own, other, elsewhere]));
  const store = memoryStore();
  const { tally, lector } = await open(of, { iec: here.site }, { store });
  const answer = await tally.of(askedOf(corte), []);
  if (answer?.told.kind !== 'counted') return t.fail();
  const { told } = answer;
  t.like(told, { signed: 0, contrary: 2, contradictions: 2, missing: 2, difusores: 0 });
  t.like(told.shown[0], { other: { name: 'vanguardia/web1', corte: 'ef'.repeat(32) }, own: { name: 'vanguardia/web1' } });
  here.file = recibosText([own]);
  t.is(counted(await again(tally, corte)).contrary, 2);
  // A worker that was ended since knows nothing of it: the bar says what it was told.
  tally.clear();
  const shown = contraryIn(told);
  t.deepEqual(shown, [other, own, elsewhere, own]);
  const proof = await tally.proof(askedOf(corte), shown);
  if (!proof || proof === 'not-now') return t.fail();
  t.deepEqual(
    proof.acuses.map((one) => [one['acuse.json'], one['acuse.json.sig']]),
    [other, elsewhere, own].map((one) => [...one]),
  );
  const altered: Recibo = [other[0].replace('20:30:41', '20:30:40'), other[1]];
  for (const [name, none] of Object.entries({ altered: [altered, own], own: [own], nothing: [] }))
    t.is(await tally.proof(askedOf(corte), none), null, name);
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  t.is(hash(proof['corte.json']), corte.sha256);
  t.is(hash(proof.SHA256SUMS), corte.statement.manifest.sha256);
  t.true(proof.SHA256SUMS.includes(`${hash(proof['padron.json'])}  oficial/padron.json`));
  t.is(hash(proof['trust.json']), of.trusts[0]?.sha256 ?? '');
  t.false([...store.all.keys()].some((name) => /acuse|recibo/.test(name)));
  await lector.olvida();
});

test('a worker that was ended and knows nothing of it verifies the proof anew that the bar has, and counts it', async (t) => {
  const { of, corte } = withPadron();
  const own = makeRecibo({ number: 1, sha256: corte.sha256 });
  const other = makeRecibo({ number: 1, sha256: 'ef'.repeat(32) });
  const here = iec(recibosText([own]));
  const one = await open(of, { iec: here.site });
  const begin = () => newTally({ ...one.tallyPlan, now: () => clock });
  const tally = begin();
  t.like(counted(await tally.of(askedOf(corte), [other, own])), { contrary: 1, contradictions: 1, signed: 0, refused: 0 });
  t.is(counted(await again(tally, corte)).contrary, 1, 'and it is of those that stay counted');
  const forged: Recibo = [other[0].replace('20:30:41', '20:30:40'), other[1]];
  const stranger = makeRecibo({ number: 1, sha256: 'ef'.repeat(32) }, { difusor: 'radio', key: makeKey('stranger') });
  for (const [name, lie] of Object.entries({ forged, stranger, junk: ['x', 'y'] as const }))
    t.like(counted(await begin().of(askedOf(corte), [lie])), { contrary: 0, contradictions: 0, signed: 1 }, name);
});

test('the store is wiped between: what is before the reader is counted all the same', async (t) => {
  const { of, corte } = withPadron();
  const store = memoryStore();
  const here = iec(recibosText([makeRecibo({ number: 1, sha256: corte.sha256 })]));
  const { tally, contents } = await open(of, { iec: here.site }, { store });
  store.all.clear();
  await contents.clear();
  t.is(counted(await tally.of(askedOf(corte), [])).signed, 1);
});
