import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { acta } from '../../src/custodian/acta.ts';
import { ceremonyInEnglish } from '../../src/custodian/ceremony-en.ts';
import { ceremonyInSpanish } from '../../src/custodian/ceremony-es.ts';
import { type Change, changesBetween } from '../../src/custodian/changes.ts';
import { allowedSigners } from '../../src/custodian/export.ts';
import { inspect } from '../../src/custodian/inspect.ts';
import { review } from '../../src/custodian/review.ts';
import { custodianOf } from '../../src/custodian/signatures.ts';
import type { Trust } from '../../src/format/trust.ts';
import { heldTrustOf } from '../../src/verdict/trust-chain.ts';
import { makeCustodian, makeSigner, makeTrust, nextTrust, signTrust } from '../kit/election.ts';
import { makeKey } from '../kit/keys.ts';

const BEFORE = signTrust(makeTrust());
const HELD = heldTrustOf(BEFORE.bytes);
const plain = (text: string) => text;

/** The review of the document with these changes, in Spanish, signed by these. */
function reviewOf(changes: Partial<Trust>, by: readonly string[] = []) {
  return review(inspect(signTrust(nextTrust(BEFORE, changes), by), HELD), ceremonyInSpanish, plain);
}

test('the review of a planned change of keys says all of it and nothing else', (t) => {
  const text = reviewOf({
    signers: [
      ...makeTrust().signers.map((s) => (s.name === 'firma-1' ? { ...s, last: 36 } : s)),
      makeSigner('firma-2', 'jornada', 37),
    ],
  });
  const said = text.split('\n').filter((line) => line.startsWith('  \u2022') || line.includes('Nada más'));
  t.is(said.length, 3);
  t.regex(said[0] ?? '', /SALE la llave de firma firma-1 \(jornada\): su último corte válido es el 36\.$/);
  t.regex(said[1] ?? '', /ENTRA la llave de firma firma-2, SHA256:\S{43}, para jornada, del corte 37 en adelante\.$/);
  t.is(said[2], '  Nada más cambia.');
});

test('a new hour of issue alone changes nothing', (t) => {
  t.regex(reviewOf({}), /Sólo cambian la versión y la fecha de emisión\. Nada más cambia\./);
});

test('days of the week are those of the written date, at its own offset', (t) => {
  t.is(ceremonyInSpanish.moment('2018-07-01T20:00:00-05:00'), 'domingo 1 de julio de 2018, 20:00 h (UTC\u221205:00)');
  t.is(ceremonyInEnglish.moment('2018-07-01T23:59:59+14:00'), 'Sunday 1 July 2018, 23:59:59 (UTC+14:00)');
  t.is(ceremonyInSpanish.moment('2000-02-29T00:00:00-06:00'), 'martes 29 de febrero de 2000, 00:00 h (UTC\u221206:00)');
});

test('who has signed and who is missing is counted on both sides', (t) => {
  const custodians = [makeCustodian('presidencia'), makeCustodian('cotaprep'), makeCustodian('contraloria'), makeCustodian('ople')];
  const text = reviewOf({ custodians, threshold: 3 }, ['presidencia', 'auditor']);
  t.regex(text, /2 de 3 por la versión 1 \(presidencia, auditor\): completo, se necesitan 2/);
  t.regex(text, /1 de 4 por la versión 2 \(presidencia\): se necesitan 3, faltan 2 cualesquiera de cotaprep, contraloria, ople/);
});

test('the hash stands in eight groups of eight', (t) => {
  const document = heldTrustOf(signTrust(nextTrust(BEFORE)).bytes);
  const groups = document.sha256.match(/.{8}/g) ?? [];
  t.true(reviewOf({}).includes(`  ${groups.slice(0, 4).join(' ')}\n  ${groups.slice(4).join(' ')}`));
});

test('a document that could never follow is refused instead of being described', (t) => {
  const forgets = signTrust(nextTrust(BEFORE, { signers: [] }));
  t.throws(() => inspect(forgets, HELD), { code: 'trust-rewrites' });
  t.throws(() => inspect(signTrust(nextTrust(BEFORE, { previous: '0'.repeat(64) })), HELD), { code: 'trust-version' });
  t.throws(() => inspect(signTrust(nextTrust(BEFORE, { threshold: 9 })), HELD), { code: 'trust-malformed' });
});

test('without the document before it, the review says that it does not know what changes', (t) => {
  const text = review(inspect(signTrust(nextTrust(BEFORE)), null), ceremonyInSpanish, plain);
  t.regex(text, /ATENCIÓN: no se comparó con la versión anterior/);
  t.notRegex(text, /Nada más cambia/);
});

test('a custodian who keeps the name and changes keys signs with the old key under another name', (t) => {
  const renewed = { name: 'auditor', key: makeKey('auditor, again').publicKey };
  const document = nextTrust(BEFORE, { custodians: [makeCustodian('presidencia'), makeCustodian('cotaprep'), renewed] });
  const inspected = inspect(signTrust(document), HELD);
  t.is(custodianOf(renewed.key, inspected), 'auditor');
  t.is(custodianOf(makeKey('auditor').publicKey, inspected), 'auditor-v1');
  t.is(custodianOf(makeKey('presidencia').publicKey, inspected), 'presidencia');
  t.is(custodianOf(makeKey('firma-1').publicKey, inspected), null);
});

test('a custodian who leaves still signs for the version before', (t) => {
  const document = nextTrust(BEFORE, { custodians: [makeCustodian('presidencia'), makeCustodian('cotaprep')] });
  t.is(custodianOf(makeKey('auditor').publicKey, inspect(signTrust(document), HELD)), 'auditor');
});

test('the acta is one closed page: no script, nothing from elsewhere, whatever the title says', (t) => {
  const evil = '</title><script src=//evil.example>"&\u202e';
  const page = acta(inspect(signTrust(nextTrust(BEFORE, { title: evil })), HELD));
  t.notRegex(page, /<script|\u202e|<[^>]*(src|href)=/);
  t.regex(page, /default-src 'none'/);
  t.regex(page, /&#60;script src=\/\/evil\.example&#62;&#34;&#38;\\u\{202e\}/);
});

test("the acta has a line for every custodian's handwritten signature, also for those who leave", (t) => {
  const custodians = [makeCustodian('presidencia'), makeCustodian('cotaprep'), makeCustodian('contraloria')];
  const page = acta(inspect(signTrust(nextTrust(BEFORE, { custodians }), ['presidencia']), HELD));
  t.is(page.split('class="by-hand"').length - 1, 4);
  t.is(page.split('<td>sí<td').length - 1, 1);
});

test('allowed_signers leaves out a signer that may sign nothing, and says where one ends', (t) => {
  const lines = allowedSigners({
    ...makeTrust(),
    signers: [makeSigner('a', 'jornada', 1, 36), makeSigner('b', 'jornada', 1, 0), makeSigner('c', 'jornada', 37)],
  }).split('\n');
  t.deepEqual(
    lines.map((line) => line.split(' ').slice(0, 2).join(' ')),
    [
      '# a',
      'a namespaces="corte@cotejo"',
      'c namespaces="corte@cotejo"',
      ...['presidencia', 'cotaprep', 'auditor'].map((c) => `${c} namespaces="trust@cotejo"`),
      '',
    ],
  );
});

const OLD = makeTrust();
const ADDED = ['firma-2', 'firma-3'].map((name) => makeSigner(name, 'jornada', 5));
const NAMES = ['presidencia', 'cotaprep', 'auditor', 'ople'];
const KEYS = new Map(NAMES.flatMap((name) => [name, `${name}, again`]).map((name) => [name, makeKey(name).publicKey]));

const time = fc.constantFrom('2018-12-01T00:00:00-06:00', '2018-12-02T00:00:00-06:00', '2018-12-03T00:00:00-06:00');
const changed = fc.record({
  title: fc.constantFrom('a', 'b'),
  expires_at: time,
  threshold: fc.integer({ min: 1, max: 2 }),
  custodians: fc
    .subarray(['presidencia', 'cotaprep', 'auditor', 'ople'], { minLength: 2 })
    .chain((names) =>
      fc
        .tuple(...names.map((name) => fc.constantFrom(name, `${name}, again`)))
        .map((keys) => names.map((name, i) => ({ name, key: KEYS.get(keys[i] ?? '') ?? '' }))),
    ),
  lasts: fc.array(fc.option(fc.integer({ min: 0, max: 9 })), { minLength: 3, maxLength: 3 }),
  added: fc.subarray(ADDED),
  closes_at: time,
  grace_seconds: fc.constantFrom(120, 60),
  phase: fc.boolean(),
});

testProp('the changes that are listed, made to the old document, give the new one: nothing goes unsaid', [changed], (t, c) => {
  const old = OLD;
  const after: Trust = {
    ...old,
    title: c.title,
    expires_at: c.expires_at,
    threshold: c.threshold,
    custodians: c.custodians,
    signers: [...old.signers.map((s, i) => ({ ...s, last: c.lasts[i] ?? null })), ...c.added],
    phases: [
      ...old.phases.map((p) => ({ ...p, closes_at: c.closes_at, grace_seconds: c.grace_seconds })),
      ...(c.phase && old.phases[0] ? [{ ...old.phases[0], name: 'simulacro-2' }] : []),
    ],
  };
  t.deepEqual(sorted(changesBetween(old, after).reduce(apply, old)), sorted(after));
});

/** Applies what the review says to the old document. */
function apply(trust: Trust, change: Change): Trust {
  switch (change.kind) {
    case 'title':
    case 'expires_at':
    case 'threshold':
      return { ...trust, [change.kind]: change.to };
    case 'custodian-enters':
      return { ...trust, custodians: [...trust.custodians, change.custodian] };
    case 'custodian-leaves':
      return { ...trust, custodians: trust.custodians.filter(({ name }) => name !== change.custodian.name) };
    case 'custodian-key':
      return { ...trust, custodians: trust.custodians.map((c) => (c.name === change.name ? { ...c, key: change.to } : c)) };
    case 'signer-enters':
      return { ...trust, signers: [...trust.signers, change.signer] };
    case 'signer-ends':
      return { ...trust, signers: trust.signers.map((s) => (s.name === change.signer.name ? { ...s, last: change.last } : s)) };
    case 'phase-enters':
      return { ...trust, phases: [...trust.phases, change.phase] };
    case 'phase-changes':
      return { ...trust, phases: trust.phases.map((p) => (p.name === change.to.name ? change.to : p)) };
  }
}

function sorted(trust: Trust): Trust {
  const byName = <T extends { name: string }>(entries: readonly T[]) => [...entries].sort((a, b) => (a.name < b.name ? -1 : 1));
  return { ...trust, custodians: byName(trust.custodians), signers: byName(trust.signers), phases: byName(trust.phases) };
}
