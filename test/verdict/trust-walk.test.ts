import test, { type ExecutionContext } from 'ava';
import type { Code } from '../../src/format/refusal.ts';
import { type SignedTrust, startFrom } from '../../src/verdict/trust-chain.ts';
import { type TrustWalk, walkTrust } from '../../src/verdict/trust-walk.ts';
import { type KitTrust, makeTrust, nextTrust, signTrust } from '../kit/election.ts';

const one = signTrust(makeTrust());
const two = signTrust(nextTrust(one, { title: 'two' }));
const three = signTrust(nextTrust(two, { title: 'three' }));
const four = signTrust(nextTrust(three, { title: 'four' }));
const all = { 1: one, 2: two, 3: three, 4: four };

function walk(anchor: KitTrust, kept: Readonly<Record<number, SignedTrust>>): Promise<TrustWalk> {
  return walkTrust(startFrom(anchor), (version) => Promise.resolve(kept[version] ?? null));
}

function ends(t: ExecutionContext, { chain, refused }: TrustWalk, newest: number, held: number[], refusal: [number, Code] | null) {
  t.is(chain.newest.document.version, newest);
  t.deepEqual(
    [...chain.held.keys()].sort((a, b) => a - b),
    held,
  );
  t.deepEqual(refused && [refused.version, refused.code], refusal);
}

test('a walk goes on to the newest document and back to the oldest, from any anchor', async (t) => {
  for (const anchor of [one, two, three, four]) ends(t, await walk(anchor, all), 4, [1, 2, 3, 4], null);
});

test('the folder need not repeat the anchor, and any other missing document ends the walk', async (t) => {
  ends(t, await walk(two, { 3: three }), 3, [2, 3], null);
  ends(t, await walk(two, {}), 2, [2], null);
  ends(t, await walk(one, { 1: one, 3: three, 4: four }), 1, [1], null);
});

test('a document that can not be accepted ends the walk, and none after it is reached', async (t) => {
  const unsigned = { bytes: three.bytes, signatures: three.signatures.slice(1) };
  ends(t, await walk(one, { ...all, 3: unsigned }), 2, [1, 2], [3, 'trust-threshold']);
  ends(t, await walk(one, { ...all, 2: { bytes: Buffer.from('x'), signatures: [] } }), 1, [1], [2, 'trust-malformed']);
});

test('another document in the place of the anchor shows that this is another chain', async (t) => {
  const other = signTrust(makeTrust({ title: 'other' }));
  ends(t, await walk(one, { ...all, 1: other }), 1, [1], [1, 'trust-fork']);
  const strangers = signTrust(makeTrust({ title: 'other' }), ['x', 'y']);
  ends(t, await walk(one, { ...all, 1: strangers }), 1, [1], [1, 'trust-threshold']);
});

test('a document under the name of another version is refused, an older one and a newer one', async (t) => {
  ends(t, await walk(one, { ...all, 2: one }), 1, [1], [2, 'trust-version']);
  ends(t, await walk(one, { ...all, 2: three }), 1, [1], [2, 'trust-version']);
  ends(t, await walk(one, { ...all, 1: two }), 1, [1], [1, 'trust-version']);
  ends(t, await walk(three, { ...all, 2: one }), 4, [3, 4], [2, 'trust-version']);
});

test('a document from before the anchor is refused unless the anchor follows it', async (t) => {
  const other = signTrust(nextTrust(one, { title: 'other' }));
  ends(t, await walk(three, { ...all, 2: other }), 4, [3, 4], [2, 'trust-version']);
});

test('what can not be read is an error, not a verdict', async (t) => {
  const read = () => Promise.reject(new Error('disk'));
  await t.throwsAsync(() => walkTrust(startFrom(one), read), { message: 'disk' });
});
