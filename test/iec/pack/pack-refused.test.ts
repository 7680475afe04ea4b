import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { UsageError } from '../../../src/config/usage-error.ts';
import type { Code } from '../../../src/format/refusal.ts';
import { Refusal } from '../../../src/format/refusal.ts';
import type { PackOrder } from '../../../src/iec/pack/pack.ts';
import { SourceChanged } from '../../../src/iec/pack/source.ts';
import { at, type KitTrust, makeSigner, makeTrust, NOW, nextTrust, signTrust, writeTrust } from '../../kit/election.ts';
import { treeOf } from '../../kit/folders.ts';
import { makeKey } from '../../kit/keys.ts';
import { type Institute, makeInstitute } from '../institute.ts';

/** A key that must not be used: every refusal comes before anything is signed. */
const untouched = { ...makeKey('firma-1'), sign: () => Promise.reject(new Error('it was signed')) };

async function leavesNothing(t: ExecutionContext, iec: Institute, pack: () => Promise<unknown>): Promise<unknown> {
  const before = await treeOf(iec.chain);
  const error = await t.throwsAsync(pack());
  t.deepEqual(await treeOf(iec.chain), before);
  return error;
}

interface Case {
  readonly trust?: KitTrust;
  /** what is done after the first corte */
  readonly before?: (iec: Institute) => Promise<unknown>;
  readonly order: Partial<PackOrder>;
}

const refused = test.macro(async (t, code: Code, { trust, before, order }: Case) => {
  const iec = await makeInstitute(t, trust);
  await iec.publish({ 'index.html': 'uno' });
  await iec.pack();
  await before?.(iec);
  const error = await leavesNothing(t, iec, () => iec.pack({ key: untouched, ...order }));
  t.true(error instanceof Refusal, String(error));
  t.is((error as Refusal).code, code);
});

test("a stranger's key", refused, 'signer-unknown', { order: { key: makeKey('nadie') } });
test("a custodian's key is no signer's", refused, 'signer-unknown', { order: { key: makeKey('presidencia') } });
test('a phase that the signer does not sign', refused, 'wrong-phase', { order: { phase: 'simulacro-1' } });
test('a phase that is not there, or no name', refused, 'wrong-phase', { order: { phase: '../jornada' } });
test('a number past the signer', refused, 'signer-out-of-range', {
  trust: signTrust(makeTrust({ signers: [makeSigner('firma-1', 'jornada', 1, 1), makeSigner('ensayo-1', 'simulacro-1')] })),
  order: {},
});
test('an expired trust document', refused, 'trust-expired', {
  order: { now: () => Date.parse(makeTrust().expires_at) + 1000, takenAt: at(NOW + 3_600_000) },
});
test('an hour not after the one before', refused, 'time-order', { order: { takenAt: at(NOW + 60_000) } });
test('an hour ahead of the clock', refused, 'time-future', {
  order: { takenAt: at(NOW + 60_000 + 400_000), now: () => NOW + 60_000 },
});
test('an hour past the close of the phase', refused, 'phase-closed', {
  order: { takenAt: at(NOW + 10 * 86_400_000), now: () => NOW + 10 * 86_400_000 },
});
test('a time that is none', refused, 'statement-malformed', { order: { takenAt: '2018-07-02T02:00:00Z' } });
test('a note of 501 characters', refused, 'statement-malformed', { order: { note: 'ñ'.repeat(501) } });
test('a note of two lines', refused, 'statement-malformed', { order: { note: 'uno\ndos' } });
test('after the final corte', refused, 'after-final', { before: (iec) => iec.pack({ final: true }), order: {} });
test('a publication without a file', refused, 'manifest-malformed', { before: (iec) => iec.publish({}), order: {} });
test('a path that no reader takes', refused, 'path-forbidden', { before: (iec) => iec.publish({ 'a/b.': '' }), order: {} });
test('two paths that differ in case alone', refused, 'path-forbidden', {
  before: (iec) => iec.publish({ a: '', A: '' }),
  order: {},
});
test('a publication of 17 GiB, of which nothing is read', refused, 'too-large', {
  before: async ({ source }) => {
    await fs.writeFile(join(source, 'large'), '');
    await fs.truncate(join(source, 'large'), 17 * 2 ** 30);
  },
  order: {
    hooks: {
      read: () => {
        throw new Error('it was read');
      },
    },
  },
});
test('a chain with a hole', refused, 'gap', {
  before: async (iec) => {
    await iec.pack();
    await fs.rm(join(iec.chain, 'jornada/000001'), { recursive: true });
  },
  order: {},
});
test('a head that does not agree with itself', refused, 'manifest-mismatch', {
  before: (iec) => fs.appendFile(join(iec.chain, 'jornada/000001/SHA256SUMS'), '\n'),
  order: {},
});
test('a head that nobody signed', refused, 'signature-invalid', {
  before: async ({ chain }) => {
    const file = join(chain, 'jornada/000001/corte.json');
    await fs.writeFile(file, (await fs.readFile(file, 'utf8')).replace('"final": false', '"final": true'));
  },
  order: {},
});

const first = signTrust(makeTrust());
const ended = (last: number) =>
  nextTrust(first, { signers: first.document.signers.map((s) => (s.name === 'firma-1' ? { ...s, last } : s)) });

test('a chain that the newest trust document cuts', refused, 'signer-out-of-range', {
  trust: first,
  before: async (iec) => {
    await iec.pack();
    await iec.pack({ key: makeKey('relevo-1') });
    await writeTrust(signTrust(ended(1)), join(iec.chain, 'trust/2.json'));
  },
  order: { key: { ...makeKey('relevo-1'), sign: untouched.sign } },
});
test('a trust document without its threshold', refused, 'trust-threshold', {
  trust: first,
  before: (iec) => writeTrust(signTrust(ended(1), ['presidencia']), join(iec.chain, 'trust/2.json')),
  order: {},
});
test('a trust document that forgets', refused, 'trust-rewrites', {
  trust: first,
  before: (iec) => {
    const signers = first.document.signers.filter(({ name }) => name !== 'relevo-1');
    return writeTrust(signTrust(nextTrust(first, { signers })), join(iec.chain, 'trust/2.json'));
  },
  order: {},
});
test('a trust document past a hole', refused, 'trust-version', {
  trust: first,
  before: (iec) => writeTrust(signTrust(ended(1)), join(iec.chain, 'trust/3.json')),
  order: {},
});

test('a chain without trust documents, and a source in the wrong place, are errors and no verdicts', async (t) => {
  const iec = await makeInstitute(t);
  await iec.publish({ 'chain/x': '' });
  t.true((await leavesNothing(t, iec, () => iec.pack({ chain: iec.source }))) instanceof UsageError);
  t.true((await leavesNothing(t, iec, () => iec.pack({ source: iec.folder }))) instanceof UsageError);
  t.true((await leavesNothing(t, iec, () => iec.pack({ source: join(iec.source, 'chain/x') }))) instanceof UsageError);
  await fs.rm(join(iec.chain, 'trust'), { recursive: true });
  const error = await t.throwsAsync(iec.pack());
  t.is((error as NodeJS.ErrnoException).code, 'ENOENT');
});

const changing = test.macro(async (t, at: string, how: (source: string) => Promise<unknown>) => {
  const iec = await makeInstitute(t);
  await iec.publish({ a: 'A', b: 'B'.repeat(3_000_000), 'c/c': 'C', d: 'D' });
  await iec.pack();
  await iec.publish({ a: 'AA', b: 'BB'.repeat(3_000_000), 'c/c': 'CC', d: 'DD' });
  const read = async (path: string) => {
    if (path === at) await how(iec.source);
  };
  const error = await leavesNothing(t, iec, () => iec.pack({ key: untouched, hooks: { read, memoryBytes: 1_000_000 } }));
  t.true(error instanceof SourceChanged, String(error));
  await iec.publish({ a: 'fixed' });
  t.is((await iec.pack()).statement.number, 2);
});
test('a file that is written over after it was read', changing, 'c/c', (source) => fs.writeFile(join(source, 'a'), 'XX'));
test('a file that is written over before it is read', changing, 'a', (source) => fs.writeFile(join(source, 'd'), 'XX'));
test('a large file that shrinks before it is read', changing, 'a', (source) => fs.truncate(join(source, 'b'), 5));
test('a file that is removed before it is read', changing, 'a', (source) => fs.rm(join(source, 'd')));
test('a file that becomes a link', changing, 'a', async (source) => {
  await fs.rename(join(source, 'd'), join(source, 'c/d'));
  await fs.symlink('c/d', join(source, 'd'));
});
test('a file that comes last and is new', changing, 'd', (source) => fs.writeFile(join(source, 'e'), ''));
test('a folder that is switched for another one', changing, 'b', async (source) => {
  await fs.cp(join(source, 'c'), join(source, 'c2'), { recursive: true });
  await fs.rename(join(source, 'c'), join(source, 'c1'));
  await fs.rename(join(source, 'c2'), join(source, 'c'));
});

test('a key that fails, and one that signs something else, leave nothing', async (t) => {
  const iec = await makeInstitute(t);
  await iec.publish({ a: 'A' });
  await iec.pack();
  const failed = await leavesNothing(t, iec, () => iec.pack({ key: untouched }));
  t.is((failed as Error).message, 'it was signed');
  const key = makeKey('firma-1');
  const wrong = { ...key, sign: () => key.sign(Buffer.from('something else'), 'corte@cotejo') };
  const error = await leavesNothing(t, iec, () => iec.pack({ key: wrong }));
  t.is((error as Refusal).code, 'signature-invalid');
});
