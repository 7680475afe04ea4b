import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { auditChain } from '../../src/audit/chain.ts';
import { auditConstancia } from '../../src/audit/constancia.ts';
import { constanciaJson, constanciaText } from '../../src/audit/report/constancia.ts';
import { folderSource } from '../../src/audit/source/folder.ts';
import { type Constancia, parseConstancia } from '../../src/format/constancia.ts';
import { BROKEN_CHAINS, filesOf, type Good, goodChain, writeFiles } from '../kit/broken-chains.ts';
import { cotejo } from '../kit/command.ts';
import { makeConstancia } from '../kit/constancia.ts';
import { makeCorte, publicationOf } from '../kit/cortes.ts';
import { encode, type KitTrust, makeTrust, signTrust } from '../kit/election.ts';
import { makeFolder } from '../kit/folders.ts';
import { makeKey, type TestKey } from '../kit/keys.ts';
import { makeRecibo, PADRON } from '../kit/recibos.ts';

/** A constancia is checked again by whoever gets it, and what was changed in it is told by its member. */

const good = goodChain();
const [first, second] = good.trusts;
const [, , , fourth, fifth] = good.jornada;

interface By {
  readonly by?: KitTrust;
  readonly chain?: string;
}

/** As the command does it, without starting a program for each. */
async function audited(constancia: unknown, { by = first, chain }: By = {}) {
  const bytes = constancia instanceof Buffer ? constancia : encode(constancia);
  const source = chain === undefined ? null : await folderSource(chain);
  const checked = source && { source, audit: await auditChain(source, by) };
  return auditConstancia(parseConstancia(bytes, 'constancia.json'), by, checked);
}

const check = async (constancia: unknown, by: By = {}) => constanciaJson(await audited(constancia, by));
const text = async (constancia: unknown, by: By = {}) =>
  constanciaText(await audited(constancia, by), {
    language: 'es',
    told: (words) => (typeof words === 'string' ? words : words.es),
    bold: (words) => words,
  });

async function writeChain(t: ExecutionContext, files = filesOf(good)) {
  return writeFiles(await makeFolder(t), files);
}

test('a constancia proves of itself that the corte was signed, and by an anchor of either version', async (t) => {
  const { chain } = await writeChain(t);
  const alone = await check(makeConstancia(good));
  t.like(alone, { number: 5, corte: fifth.sha256, trust: { anchor: 1, version: 2 }, in_chain: null, refused: null });
  t.deepEqual(alone.checked, ['form', 'trust', 'signature', 'members']);
  t.deepEqual(alone.not_checked, ['chain', 'shown', 'hour', 'newest']);
  const inChain = await check(makeConstancia(good), { chain });
  t.like(inChain, { in_chain: 'same', refused: null });
  t.true(inChain.checked.includes('chain'));
  t.like(await check(makeConstancia(good), { by: second }), { number: 5, refused: null });
});

test('what can not be told is not refused: a gap in the trust, and a corte that the chain has not', async (t) => {
  const { chain } = await writeChain(t);
  const constancia = makeConstancia(good);
  const without = { ...constancia, documents: { ...constancia.documents, trust: [] } };
  const gap = await check(without);
  t.like(gap, { number: null, refused: null });
  t.false(gap.checked.includes('signature'));
  t.like(await check(without, { chain }), { number: 5, in_chain: 'same' }, 'the chain has the documents');
  const files = filesOf(good);
  for (const path of files.keys()) if (path.startsWith('jornada/000005/')) files.delete(path);
  const shorter = await writeChain(t, files);
  t.like(await check(constancia, { chain: shorter.chain }), { in_chain: 'absent', refused: null });
});

test('another corte of the number in the chain, signed too, is told as two histories', async (t) => {
  const { chain } = await writeChain(t);
  const twin = makeCorte({ trust: second, signer: 'relevo-1', previous: fourth, files: { 'index.html': 'otro' } });
  const constancia = makeConstancia({ ...good, jornada: [...good.jornada.slice(0, 4), twin] as never });
  t.like(await check(constancia), { number: 5, refused: null });
  const told = await check(constancia, { chain });
  t.like(told, { found: 'fork', in_chain: 'other', refused: { at: 'documents.corte', code: 'fork' } });
  t.notRegex(await text(constancia, { chain }), /creerle/, 'whoever has the proof of two histories is believed');
});

/** As a reader saved it while the key of firma-1 was stolen, before trust 2 ended it at corte 3. */
function savedDuringTheft(): Constancia {
  const stolen = makeCorte({ trust: first, signer: 'firma-1', previous: good.jornada[2], files: { 'index.html': 'ladrón' } });
  const { number, taken_at, manifest } = stolen.statement;
  const constancia = makeConstancia(good);
  const signer = first.document.signers.find(({ name }) => name === 'firma-1')!;
  return {
    ...constancia,
    trust: { version: 1, sha256: first.sha256 },
    corte: { ...constancia.corte, number, taken_at, sha256: stolen.sha256, signer: signer.name, key: signer.key },
    files: { ...constancia.files!, listed: manifest.files },
    not_checked: ['newer', 'packages', 'others', 'truth'],
    documents: {
      trust: constancia.documents.trust.slice(0, 1),
      corte: String(stolen.files['corte.json']),
      signature: String(stolen.files['corte.json.sig']),
    },
  };
}

test('what was saved during a theft is told as signed and disowned since, and what is changed in it, as wrong', async (t) => {
  const { chain } = await writeChain(t);
  const constancia = savedDuringTheft();
  t.like(await check(constancia), { found: 'signed', number: 4, refused: null });
  const refused = { at: 'documents.signature', code: 'signer-out-of-range' };
  const told = await check(constancia, { chain });
  t.like(told, { found: 'disowned', number: 4, in_chain: 'other', refused });
  t.true(told.checked.includes('signature'));
  t.notRegex(await text(constancia, { chain }), /creerle/);
  t.like(await check(constancia, { by: second }), { found: 'disowned', refused }, 'by a newer anchor, and no chain');
  const changed = { ...constancia, corte: { ...constancia.corte, final: true } };
  t.like(await check(changed, { chain }), { found: 'wrong', refused: { at: 'corte.final' } });
  t.regex(await text(changed, { chain }), /creerle/);
  const without = { ...constancia, documents: { ...constancia.documents, trust: [] } };
  t.like(await check(without, { by: second }), { found: 'unknown', refused: null }, 'whether the key was ever good is not at hand');
  t.like(await check({ ...constancia, trust: { version: 2, sha256: second.sha256 } }, { chain }), { found: 'wrong' });
});

test('two trust documents that the custodians signed are a proof in whoever’s hands', async (t) => {
  const { chain } = await writeChain(t);
  const twin = signTrust({ ...second.document, title: 'Otra elección' });
  const constancia = makeConstancia({ ...good, trusts: [first, twin] });
  const told = await check(constancia, { chain });
  t.like(told, { found: 'fork', number: null, refused: { at: 'documents.trust[1]', code: 'trust-fork' } });
  t.notRegex(await text(constancia, { chain }), /creerle/);
  const forged = signTrust({ ...second.document, title: 'Otra elección' }, { auditor: makeKey('otro') });
  t.like(await check(makeConstancia({ ...good, trusts: [first, forged] }), { chain }), { found: 'wrong' });
});

test('a chain whose trust document is broken says nothing against a constancia that has the sound one', async (t) => {
  const { breakIt } = BROKEN_CHAINS.find(({ name }) => name === 'trust 2 is signed by too few')!;
  const files = filesOf(good);
  breakIt(files, good);
  const { chain } = await writeChain(t, files);
  t.like(await check(makeConstancia(good), { chain }), { found: 'signed', number: 5, in_chain: 'absent', refused: null });
});

test('a hash of a trust document that is not at hand is not told, and no comparison of it counts as made', async (t) => {
  const constancia = makeConstancia(good);
  const anchor = { ...constancia.anchor, sha256: 'ab'.repeat(32) };
  const without = { ...constancia, anchor, documents: { ...constancia.documents, trust: [] } };
  const told = await check(without, { by: second });
  t.like(told, { found: 'signed', number: 5, untold: ['anchor.sha256'], refused: null });
  t.true(told.checked.includes('signature'));
  t.false(told.checked.includes('members'));
  t.regex(await text(without, { by: second }), /nada demuestra[^]*abababab/, 'it stands below what is only said');
  const { chain } = await writeChain(t);
  t.like(await check(without, { by: second, chain }), { refused: { at: 'anchor.sha256' } }, 'the chain has that document');
  t.like(await check(makeConstancia(good), { by: second }), { untold: [] });
});

test('by another’s anchor it proves nothing', async (t) => {
  const custodians = [{ name: 'otro', key: makeKey('otro').publicKey }];
  const stranger = signTrust(makeTrust({ custodians, threshold: 1 }), ['otro']);
  t.is((await check(makeConstancia(good), { by: stranger })).refused?.at, 'documents.trust[0]');
});

const replaced = (text: string, from: string, to: string) => {
  if (!text.includes(from)) throw new Error(`${from} is not in the text`);
  return text.replace(from, to);
};

const TAMPERED: ReadonlyArray<readonly [at: string, code: string, change: (constancia: Constancia) => unknown, by?: KitTrust]> = [
  ['election', 'statement-malformed', (c) => ({ ...c, election: 'otra' })],
  ['verdict', 'statement-malformed', (c) => ({ ...c, fault: { phase: 'jornada', number: 6, code: 'fork' } })],
  ['site', 'statement-malformed', (c) => ({ ...c, site: null })],
  ['anchor.sha256', 'statement-malformed', (c) => ({ ...c, anchor: { ...c.anchor, sha256: second.sha256 } })],
  ['trust.sha256', 'statement-malformed', (c) => ({ ...c, trust: { ...c.trust, sha256: first.sha256 } })],
  ['anchor.version', 'statement-malformed', (c) => ({ ...c, anchor: { ...c.anchor, version: 2 } })],
  [
    'anchor.version',
    'statement-malformed',
    ({ documents, ...c }) => ({ ...c, anchor: { ...c.anchor, version: 77 }, documents: { ...documents, trust: [] } }),
  ],
  [
    'trust.version',
    'statement-malformed',
    ({ documents, ...c }) => ({
      ...c,
      trust: { version: 1, sha256: first.sha256 },
      documents: { ...documents, trust: documents.trust.slice(0, 1) },
    }),
    second,
  ],
  ['trust.version', 'statement-malformed', (c) => ({ ...c, trust: { ...c.trust, version: 3 } })],
  ['trust.version', 'statement-malformed', (c) => ({ ...c, trust: { ...c.trust, version: 1 } })],
  ['corte.phase', 'statement-malformed', (c) => ({ ...c, corte: { ...c.corte, phase: 'simulacro-1' } })],
  ['corte.kind', 'statement-malformed', (c) => ({ ...c, corte: { ...c.corte, kind: 'simulacro' } })],
  ['corte.number', 'statement-malformed', (c) => ({ ...c, corte: { ...c.corte, number: 6 } })],
  ['corte.taken_at', 'statement-malformed', (c) => ({ ...c, corte: { ...c.corte, taken_at: '2018-07-01T23:00:00-05:00' } })],
  ['corte.final', 'statement-malformed', (c) => ({ ...c, corte: { ...c.corte, final: true } })],
  ['corte.sha256', 'statement-malformed', (c) => ({ ...c, corte: { ...c.corte, sha256: 'ab'.repeat(32) } })],
  ['corte.signer', 'statement-malformed', (c) => ({ ...c, corte: { ...c.corte, signer: 'firma-1' } })],
  ['corte.key', 'statement-malformed', (c) => ({ ...c, corte: { ...c.corte, key: makeKey('firma-1').publicKey } })],
  ['files.listed', 'statement-malformed', (c) => ({ ...c, files: { ...c.files, listed: 1000 } })],
  ['files.compared', 'statement-malformed', (c) => ({ ...c, files: { ...c.files, compared: 1000 } })],
  ['files.same', 'statement-malformed', (c) => ({ ...c, files: { ...c.files, same: 2 } })],
  ['files.same', 'statement-malformed', (c) => ({ ...c, files: { ...c.files, same: 0 } })],
  ['files.same', 'statement-malformed', (c) => ({ ...c, files: { ...c.files, differing: [{ path: 'x', how: 'stale' }] } })],
  [
    'documents.signature',
    'signature-invalid',
    (c) => ({ ...c, documents: { ...c.documents, corte: replaced(c.documents.corte, '"number": 5', '"number": 6') } }),
  ],
  [
    'documents.signature',
    'signature-invalid',
    (c) => ({ ...c, documents: { ...c.documents, signature: String(fourth.files['corte.json.sig']) } }),
  ],
  ['documents.signature', 'signature-malformed', (c) => ({ ...c, documents: { ...c.documents, signature: 'firma\n' } })],
  [
    'documents.trust[1].document',
    'trust-malformed',
    (c) => ({ ...c, documents: { ...c.documents, trust: [c.documents.trust[0], { document: '{}\n', signatures: [] }] } }),
  ],
  [
    'documents.trust[1]',
    'trust-threshold',
    ({ documents, ...c }) => ({
      ...c,
      documents: { ...documents, trust: [documents.trust[0], { ...documents.trust[1], signatures: [] }] },
    }),
  ],
  ['documents.trust[1]', 'trust-version', (c) => ({ ...c, documents: { ...c.documents, trust: c.documents.trust.toReversed() } })],
];

for (const [i, [at, code, change, by = first]] of TAMPERED.entries()) {
  test(`${i + 1}: a change at ${at} is told there: ${code}`, async (t) => {
    const told = await check(change(makeConstancia(good)), { by });
    t.like(told.refused, { at, code });
    t.is(told.corte, null);
  });
}

/** No member of it is other than what was signed, and what it says of itself can not all be true. */
const CONTRADICTORY: ReadonlyArray<readonly [at: string, what: string, change: (constancia: Constancia) => object]> = [
  ['anchor.given', 'it agrees, and nothing was compared', (c) => ({ anchor: { ...c.anchor, given: 'nada' } })],
  ['anchor.given', 'it is to be compared, and was', () => ({ verdict: 'falta-comparar' })],
  ['verdict', 'a fault of the chain, and it can’t be told', () => ({ verdict: 'no-se-sabe', fault: FAULT })],
  ['verdict', 'it does not agree, and everything is the same', () => ({ verdict: 'no-concuerda' })],
  ['verdict', 'it does not agree, and one file was not read', (c) => ({ verdict: 'no-concuerda', files: differing(c, 'failed') })],
  ['files.compared', 'it agrees over no file', (c) => ({ files: { ...c.files!, compared: 0, same: 0 } })],
  [
    'files.same',
    'it does not agree, and files are of no kind',
    (c) => ({ verdict: 'no-concuerda', files: { ...differing(c, 'stale'), compared: 3 } }),
  ],
  ['recibos.nodes', 'more nodes than there are', (c) => ({ recibos: { ...c.recibos!, nodes: 500 } })],
  ['recibos.difusores', 'more Difusores than there are', (c) => ({ recibos: { ...c.recibos!, nodes: 2, difusores: 2 } })],
  ['recibos.difusores', 'more Difusores than nodes', (c) => ({ recibos: { ...c.recibos!, difusores: 2, of_difusores: 2 } })],
  ['recibos.difusores', 'nodes of no Difusor', (c) => ({ recibos: { ...c.recibos!, difusores: 0 } })],
  ['recibos.of_difusores', 'Difusores without a node', (c) => ({ recibos: { ...c.recibos!, of_difusores: 3 } })],
  ['recibos.of_difusores', 'nodes of no Difusor at all', () => ({ recibos: { ...NO_RECEIPTS, of: 2 } })],
  ['not_checked', 'a word twice', (c) => ({ not_checked: [...c.not_checked, 'truth'] })],
  ['not_checked', 'out of order', (c) => ({ not_checked: c.not_checked.toReversed() })],
  ['not_checked', 'what no page can check is told as checked', () => ({ not_checked: ['rest'] })],
  ['not_checked', 'the rest of a sample is told as checked', () => ({ not_checked: ALWAYS })],
  ['not_checked', 'a rest of all', (c) => ({ files: { ...c.files!, compared: c.files!.listed, same: c.files!.listed } })],
  ['not_checked', 'a site was compared, and was not', () => ({ not_checked: ['newer', 'site', 'rest', ...ALWAYS.slice(1)] })],
  ['not_checked', 'no site was compared, and was', () => ({ files: null, not_checked: ALWAYS })],
  ['not_checked', 'no receipts were counted, and were', () => ({ recibos: null })],
  ['not_checked', 'receipts were counted, and were not', () => ({ not_checked: ['newer', 'rest', 'recibos', ...ALWAYS.slice(1)] })],
  ['not_checked', 'an anchor was given, and not compared', (c) => ({ not_checked: ['anchor', ...c.not_checked] })],
  [
    'not_checked',
    'the anchor is to be compared, and was',
    (c) => ({ verdict: 'falta-comparar', anchor: { ...c.anchor, given: 'nada' } }),
  ],
];

const ALWAYS = ['newer', 'packages', 'others', 'truth'];
const FAULT = { phase: 'jornada', number: 6, code: 'fork' };
const NO_RECEIPTS = { nodes: 0, of: 0, difusores: 0, of_difusores: 0, contrary: [] };
const differing = ({ files }: Constancia, how: string) => ({
  ...files!,
  compared: 2,
  differing: [{ path: 'index.html', how }],
});

for (const [at, what, change] of CONTRADICTORY) {
  test(`it contradicts itself at ${at}: ${what}`, async (t) => {
    const constancia = makeConstancia(good);
    t.like((await check({ ...constancia, ...change(constancia) })).refused, { at, code: 'statement-malformed' });
  });
}

test('what a page can honestly come to contradicts nothing', async (t) => {
  const constancia = makeConstancia(good);
  const { listed } = constancia.files!;
  const whole = { ...constancia.files!, compared: listed, same: listed };
  const nada = { ...constancia.anchor, given: 'nada' };
  const honest: readonly object[] = [
    { verdict: 'falta-comparar', anchor: nada, not_checked: ['anchor', 'newer', 'rest', ...ALWAYS.slice(1)] },
    { verdict: 'no-se-sabe', anchor: nada },
    { verdict: 'no-concuerda', fault: FAULT },
    { verdict: 'no-concuerda', files: differing(constancia, 'altered') },
    { verdict: 'no-se-sabe', files: differing(constancia, 'failed') },
    { files: whole, not_checked: [...ALWAYS, 'page'] },
    { not_checked: ['newer', 'unserved', ...ALWAYS.slice(1)] },
    { site: null, files: null, not_checked: ['newer', 'site', ...ALWAYS.slice(1)] },
    { recibos: null, not_checked: ['newer', 'rest', 'recibos', ...ALWAYS.slice(1)] },
    { recibos: NO_RECEIPTS },
  ];
  for (const changes of honest) t.is((await check({ ...constancia, ...changes })).refused, null, JSON.stringify(changes));
});

test('an hour long before the corte is told as a clock that was off, and is no lie', async (t) => {
  const constancia = makeConstancia(good);
  const at = async (checked_at: string) => check({ ...constancia, checked_at });
  t.like(await at('2001-07-01T19:45:00-05:00'), { said: { clock_off: true }, refused: null });
  t.like(await at('2018-07-01T02:00:00-05:00'), { said: { clock_off: false }, refused: null }, 'within a day it may be the zone');
  t.like(await at('2018-07-09T19:45:00-05:00'), { said: { clock_off: false } });
});

test('contrary receipts that it encloses are checked, by the key that it says', async (t) => {
  const corte = { number: 5, sha256: 'ab'.repeat(32) };
  const key = makeKey('acuse of vanguardia web1').publicKey;
  const withReceipt = ([acuse, signature]: readonly [string, string], changes: object = {}) => {
    const constancia = makeConstancia(good);
    const contrary = [{ difusor: 'vanguardia', node: 'web1', key, acuse, signature, ...changes }];
    return { ...constancia, recibos: { ...constancia.recibos!, contrary } };
  };
  t.like(await check(withReceipt(makeRecibo(corte))), { contrary: 0, said: { contrary: 1 }, refused: null });
  const wrong = [
    withReceipt(makeRecibo({ number: 5, sha256: fifth.sha256 })),
    withReceipt(makeRecibo({ ...corte, number: 4 })),
    withReceipt(makeRecibo(corte), { node: 'web2' }),
    withReceipt(makeRecibo(corte), { key: makeKey('otra').publicKey }),
    withReceipt([makeRecibo(corte)[0], makeRecibo({ ...corte, number: 4 })[1]]),
  ];
  const crowd = withReceipt(makeRecibo(corte));
  t.is(
    (await check({ ...crowd, recibos: { ...crowd.recibos, of: 1 } })).refused?.at,
    'recibos.nodes',
    'a contrary node is none that signed',
  );
  const twice = withReceipt(makeRecibo(corte));
  const [one] = twice.recibos.contrary;
  wrong.push({ ...twice, recibos: { ...twice.recibos, contrary: [one, { ...one! }] as never } });
  for (const constancia of wrong) t.regex((await check(constancia)).refused?.at ?? '', /^recibos\.contrary\[[01]\]/);
});

test('a contrary receipt is proven by the padrón of the corte alone, which only a chain has', async (t) => {
  const files = { ...publicationOf(5), 'oficial/padron.json': encode(PADRON) };
  const listed = makeCorte({ trust: second, signer: 'relevo-1', previous: fourth, files });
  const withPadron: Good = { ...good, jornada: [good.jornada[0], good.jornada[1], good.jornada[2], fourth, listed] };
  const { chain } = await writeChain(t, filesOf(withPadron));
  const base = makeConstancia(withPadron);
  const withKey = (key: TestKey, { node = 'web1' } = {}) => {
    const [acuse, signature] = makeRecibo({ number: 5, sha256: 'ab'.repeat(32) }, { key, node });
    const contrary = [{ difusor: 'vanguardia', node, key: key.publicKey, acuse, signature }];
    return { ...base, recibos: { ...base.recibos!, contrary } };
  };
  const [theirs, anybody] = [makeKey('acuse of vanguardia web1'), makeKey('cualquiera')];
  const isSaid = /lo que dice quien la hizo[^]*dice que vanguardia/;
  t.like(await check(withKey(theirs), { chain }), { contrary: 1, said: { contrary: 0 }, refused: null });
  t.notRegex(await text(withKey(theirs), { chain }), isSaid);
  const said = { contrary: 0, said: { contrary: 1 }, refused: null };
  for (const [constancia, by] of [
    [withKey(theirs), {}],
    [withKey(anybody), {}],
    [withKey(anybody), { chain }],
    [withKey(theirs, { node: 'web2' }), { chain }],
  ] as const) {
    t.like(await check(constancia, by), said);
    t.regex(await text(constancia, by), isSaid, 'it stands below what is only said');
  }
  await rm(join(chain, 'jornada/000005/corte.tar.gz'));
  t.like(await check(withKey(theirs), { chain }), said, 'a chain that does not have the padrón proves no key');
});

test('a site that showed a notice has files that are not the same, and none that differs', async (t) => {
  const constancia = makeConstancia(good);
  const files = { ...constancia.files, compared: 5, same: 0 };
  t.is((await check({ ...constancia, verdict: 'no-se-sabe', files })).refused, null);
});

test('what has not its one spelling, or is too large, is refused whole', async (t) => {
  const bytes = encode(makeConstancia(good));
  for (const [given, code] of [
    [Buffer.concat([bytes, Buffer.from('\n')]), 'statement-malformed'],
    [Buffer.from(JSON.stringify(makeConstancia(good))), 'statement-malformed'],
    [Buffer.from('<!doctype html>'), 'statement-malformed'],
    [encode({ ...makeConstancia(good), signed: true }), 'statement-malformed'],
    [Buffer.alloc(2 * 1024 * 1024 + 1, ' '), 'too-large'],
  ] as const) {
    await t.throwsAsync(check(given), { code });
  }
});

test('the command: its exit statuses, and what nobody can prove, in either language', async (t) => {
  const { chain, anchor } = await writeChain(t);
  const folder = await makeFolder(t);
  const [file, tampered, gap] = ['good.json', 'tampered.json', 'gap.json'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const constancia = makeConstancia(good);
  await writeFile(file, encode(constancia));
  await writeFile(tampered, encode({ ...constancia, corte: { ...constancia.corte, number: 6 } }));
  await writeFile(gap, encode({ ...constancia, documents: { ...constancia.documents, trust: [] } }));
  const run = (...args: string[]) => cotejo(['audit', 'constancia', ...args, '--anchor', anchor], undefined, { LC_ALL: 'C' });
  const english = await run(file, '--chain', chain);
  t.is(english.status, 0, english.stderr);
  t.regex(english.stdout, /corte 5 of jornada was signed[^]*nothing proves[^]*no proof of\s+that the site showed/);
  const wrong = await run(tampered, '--json');
  t.is(wrong.status, 1);
  t.is((JSON.parse(wrong.stdout) as { refused: { at: string } }).refused.at, 'corte.number');
  const unknown = await run(gap);
  t.is(unknown.status, 3);
  t.regex(unknown.stderr, /hint: --chain/);
  await rm(join(chain, 'jornada/000002/corte.json'));
  t.is((await run(file, '--chain', chain)).status, 1, 'the chain itself is broken');
  const spanish = await cotejo(['audit', 'constancia', file, '--anchor', anchor], undefined, { LC_ALL: 'es_MX.UTF-8' });
  t.regex(spanish.stdout, /el corte 5 de jornada fue firmado[^]*nada demuestra[^]*qué no demuestra\s+que el sitio haya mostrado/);
});
