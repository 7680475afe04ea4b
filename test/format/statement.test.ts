import test from 'ava';
import { LIMITS } from '../../src/format/limits.ts';
import { parseStatement, type Statement } from '../../src/format/statement.ts';
import { makeChain } from '../kit/cortes.ts';
import { encode, makeTrust, signTrust } from '../kit/election.ts';
import { refuses } from '../kit/refuses.ts';

const trust = signTrust(makeTrust());
const [first, second] = makeChain(2, { trust }).map(({ statement }) => statement) as [Statement, Statement];

test('statements are read as they were written', (t) => {
  t.deepEqual(parseStatement(encode(first)), first);
  t.deepEqual(parseStatement(encode(second)), second);
});

const H = 'a'.repeat(64);
const MALFORMED: [string, object][] = [
  ['another type', { type: 'cotejo/trust' }],
  ['a later format', { format: 2 }],
  ['format as text', { format: '1' }],
  ['an election that is no name', { election: 'Coahuila 2018' }],
  ['a phase that climbs', { phase: '..' }],
  ['number 0', { number: 0, previous: null }],
  ['number 1,000,000', { number: 1_000_000 }],
  ['a negative number', { number: -1 }],
  ['a number with a fraction', { number: 1.5 }],
  ['no previous in corte 2', { previous: null }],
  ['a previous of capitals', { previous: H.toUpperCase() }],
  ['an empty previous', { previous: '' }],
  ['no trust', { trust: null }],
  ['trust version 0', { trust: { version: 0, sha256: H } }],
  ['trust without its hash', { trust: { version: 1 } }],
  ['trust with more', { trust: { version: 1, sha256: H, name: 'x' } }],
  ['an hour in UTC', { taken_at: '2018-07-02T01:00:00Z' }],
  ['an hour that does not exist', { taken_at: '2018-06-31T20:00:00-05:00' }],
  ['final as a number', { final: 1 }],
  ['a note with a line end', { note: 'a\nb' }],
  ['a note of 501 characters', { note: 'x'.repeat(501) }],
  ['a note of 501 emoji', { note: '😀'.repeat(501) }],
  ['no note at all', { note: undefined }],
  ['a negative length', { manifest: { ...first.manifest, bytes: -1 } }],
  ['a length that is not whole', { package: { ...first.package, bytes: 0.5 } }],
  ['a hash cut short', { package: { ...first.package, sha256: H.slice(1) } }],
  ['a measure missing', { package: { sha256: H, bytes: 1, files: 1 } }],
  ['a measure too many', { manifest: { ...first.manifest, lines: 1 } }],
  ['a member more', { comment: 'x' }],
];

for (const [what, change] of MALFORMED) {
  test(`malformed: ${what}`, (t) => refuses(t, 'statement-malformed', () => parseStatement(encode({ ...second, ...change }))));
}

test('malformed: a previous in corte 1', (t) => {
  refuses(t, 'statement-malformed', () => parseStatement(encode({ ...first, previous: H })));
});

test('a note of 500 characters is read, counted as people count', (t) => {
  for (const note of ['x'.repeat(500), '😀'.repeat(500), '']) t.is(parseStatement(encode({ ...first, note })).note, note);
});

const { manifestBytes, files, packageBytes, contentBytes, corteNumber } = LIMITS;
const AT: [string, (n: number) => Statement, number][] = [
  ['bytes of SHA256SUMS', (bytes) => ({ ...second, manifest: { ...second.manifest, bytes } }), manifestBytes],
  ['files', (n) => ({ ...second, manifest: { ...second.manifest, files: n } }), files],
  ['bytes of content', (n) => ({ ...second, manifest: { ...second.manifest, content_bytes: n } }), contentBytes],
  ['bytes of the package', (bytes) => ({ ...second, package: { ...second.package, bytes } }), packageBytes],
  ['bytes of new content', (n) => ({ ...second, package: { ...second.package, content_bytes: n } }), contentBytes],
];

for (const [what, make, limit] of AT) {
  test(`the ${what} may be at the limit, one more is too large`, (t) => {
    t.notThrows(() => parseStatement(encode(make(limit))));
    refuses(t, 'too-large', () => parseStatement(encode(make(limit + 1))));
    refuses(t, 'too-large', () => parseStatement(encode(make(Number.MAX_SAFE_INTEGER))));
  });
}

test('the highest number is the highest of six digits', (t) => {
  t.is(parseStatement(encode({ ...second, number: corteNumber })).number, 999_999);
});
