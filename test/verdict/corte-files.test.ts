import test from 'ava';
import { hashOf } from '../../src/format/hash.ts';
import { checkManifest, checkPackage, checkSigned } from '../../src/verdict/corte.ts';
import { startFrom } from '../../src/verdict/trust-chain.ts';
import { type Corte, type CortePlan, makeChain, makeCorte, publicationOf } from '../kit/cortes.ts';
import { makeTrust, signTrust } from '../kit/election.ts';
import { FORBIDDEN } from '../kit/paths.ts';
import { refuses } from '../kit/refuses.ts';

/** A8 and A9: whether the list and the package are those of the statement. */

const trust = signTrust(makeTrust());
const held = startFrom(trust);
const [first, second] = makeChain(2, { trust }) as [Corte, Corte];

const plan = (changes: Partial<CortePlan> = {}): CortePlan => ({ trust, files: publicationOf(2), previous: first, ...changes });
const corte2 = (changes: Partial<CortePlan> = {}) => makeCorte(plan(changes));

const manifest = (corte: Corte, bytes = corte.files.SHA256SUMS) => checkManifest(bytes, hashOf(bytes), corte.statement);

test('A8: a manifest that is not the one measured is a mismatch, before it is read', (t) => {
  const bytes = Buffer.from(second.files.SHA256SUMS);
  bytes[70] = (bytes[70] as number) ^ 1;
  refuses(t, 'manifest-mismatch', () => manifest(second, bytes));
  refuses(t, 'manifest-mismatch', () => manifest(second, Buffer.from('junk')));
  refuses(t, 'manifest-mismatch', () => manifest(second, first.files.SHA256SUMS));
  const longer = (s: Corte['statement']) => ({ ...s, manifest: { ...s.manifest, bytes: s.manifest.bytes + 1 } });
  refuses(t, 'manifest-mismatch', () => manifest(corte2({ mutate: longer })));
});

test('A8: a number of lines that is not the one stated is a mismatch', (t) => {
  for (const by of [-1, 1]) {
    const mutate = (s: Corte['statement']) => ({ ...s, manifest: { ...s.manifest, files: s.manifest.files + by } });
    refuses(t, 'manifest-mismatch', () => manifest(corte2({ mutate })));
  }
});

test('A8: a malformed manifest is malformed, even if it is well signed', (t) => {
  const spellings: ((honest: string) => string)[] = [
    () => '',
    (honest) => honest.trimEnd(),
    (honest) => `${honest}\n`,
    (honest) => honest.replaceAll('  ', ' *'),
    (honest) => honest.split('\n').reverse().join('\n').trimStart().concat('\n'),
    (honest) => honest + honest,
  ];
  for (const spell of spellings) {
    refuses(t, 'manifest-malformed', () => manifest(corte2({ manifestBytes: (honest) => Buffer.from(spell(honest.toString())) })));
  }
});

for (const [what, path] of FORBIDDEN.filter(([, path]) => path !== '' && !path.includes('\n'))) {
  test(`A8: forbidden in a signed corte: ${what}`, (t) => {
    const corte = corte2({ files: { [path]: 'x' } });
    t.notThrows(() => checkSigned(corte.files['corte.json'], corte.files['corte.json.sig'], held, { phase: 'jornada', number: 2 }));
    refuses(t, 'path-forbidden', () => manifest(corte));
  });
}

// A9

test('A9: a package of another length or hash than stated is a mismatch', (t) => {
  const bytes = second.files['corte.tar.gz'];
  const measured = { bytes: bytes.length, sha256: hashOf(bytes) };
  t.notThrows(() => checkPackage(measured, second.statement));
  refuses(t, 'package-mismatch', () => checkPackage({ ...measured, bytes: bytes.length + 1 }, second.statement));
  refuses(t, 'package-mismatch', () => checkPackage({ ...measured, sha256: 'a'.repeat(64) }, second.statement));
});
