import test from 'ava';
import { type Constancia } from '../../src/format/constancia.ts';
import { makeConstancia } from '../kit/constancia.ts';
import { encode, type KitTrust } from '../kit/election.ts';
import { makeKey } from '../kit/keys.ts';
import { check, first, fourth, good, second } from './constancia-stage.ts';

/** What was changed in a constancia is told by its member, and one that contradicts itself is refused. */

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
  ['recibos.difusores', 'more Difusores than there are', (c) => ({ recibos: { ...c.recibos!, nodes: 4, difusores: 4 } })],
  ['recibos.difusores', 'more Difusores than nodes', (c) => ({ recibos: { ...c.recibos!, difusores: 2 } })],
  ['recibos.difusores', 'nodes of no Difusor', (c) => ({ recibos: { ...c.recibos!, difusores: 0 } })],
  ['recibos.of_difusores', 'Difusores without a node', (c) => ({ recibos: { ...c.recibos!, of_difusores: 5 } })],
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
