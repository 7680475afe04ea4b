import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { blobOf, fingerprint, keyOf, pointOf, pointOfBlob } from '../../src/format/key.ts';
import { concat, string } from '../../src/format/wire.ts';
import { makeFolder } from '../kit/folders.ts';
import { makeKey, writePrivateKey } from '../kit/keys.ts';
import { requires } from '../kit/requires.ts';

const { publicKey, point } = makeKey('key');
const base64 = publicKey.split(' ')[1] as string;
const spelled = (blob: Uint8Array) => `ssh-ed25519 ${Buffer.from(blob).toString('base64')}`;

test('a key is read from its one spelling, and written in it', (t) => {
  t.deepEqual(pointOf(publicKey), point);
  t.is(keyOf(point), publicKey);
  t.deepEqual(pointOfBlob(blobOf(point)), point);
});

requires('openssh-client', ['ssh-keygen'])('the fingerprint is the one that ssh-keygen -l prints', async (t) => {
  const path = await writePrivateKey(makeKey('key'), join(await makeFolder(t), 'id'));
  t.is(execFileSync('ssh-keygen', ['-lf', `${path}.pub`], { encoding: 'utf8' }).split(' ')[1], fingerprint(publicKey));
});

const NOT: [string, string][] = [
  ['nothing', ''],
  ['a type alone', 'ssh-ed25519'],
  ['a type and a space', 'ssh-ed25519 '],
  ['base64 alone', base64],
  ['a comment', `${publicKey} firma-1`],
  ['an empty comment', `${publicKey} `],
  ['two spaces', `ssh-ed25519  ${base64}`],
  ['a tab', `ssh-ed25519\t${base64}`],
  ['a space before', ` ${publicKey}`],
  ['an end of line', `${publicKey}\n`],
  ['options before it', `namespaces="corte@cotejo" ${publicKey}`],
  ['another type', `ssh-rsa ${base64}`],
  ['a type of capitals', `SSH-ED25519 ${base64}`],
  ['another type inside', spelled(concat([string('ssh-rsa'), string(point)]))],
  ['a certificate', `ssh-ed25519-cert-v01@openssh.com ${base64}`],
  ['a security key', `sk-ssh-ed25519@openssh.com ${base64}`],
  ['an ECDSA key', 'ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBA=='],
  ['white space in the base64', `ssh-ed25519 ${base64.slice(0, 20)}\n${base64.slice(20)}`],
  ['missing base64', `ssh-ed25519 ${base64.slice(0, -4)}`],
  ['padding that does not belong', `ssh-ed25519 ${base64}=`],
  ['something after the point', spelled(concat([blobOf(point), Buffer.alloc(1)]))],
  ['an empty string after the point', spelled(concat([blobOf(point), string('')]))],
  ['31 bytes', spelled(blobOf(point.slice(1)))],
  ['33 bytes', spelled(blobOf(concat([point, Buffer.alloc(1)])))],
  ['a point not on the curve', spelled(blobOf(little(2n)))],
  ['the identity', spelled(blobOf(little(1n)))],
  ['a point of order 2', spelled(blobOf(little(2n ** 255n - 20n)))],
  ['a point of order 4', spelled(blobOf(little(0n)))],
  ['a point of order 8', spelled(blobOf(little(0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n)))],
  ['a second encoding of a point of order 1', spelled(blobOf(little(2n ** 255n - 18n)))],
  // y = 3 is on the curve: written as 3 + P it is the same point a second time
  ['a second encoding of a good point', spelled(blobOf(little(2n ** 255n - 16n)))],
];

for (const [what, text] of NOT) test(`no key: ${what}`, (t) => t.is(pointOf(text), null));

test('the point whose second encoding is refused is itself accepted', (t) => {
  t.deepEqual(Buffer.from(pointOf(spelled(blobOf(little(3n)))) ?? []), little(3n));
});

testProp(
  'no other text is the same key',
  [fc.nat(publicKey.length - 1), fc.constantFrom(...'ABCabc019+/= \n\0'), fc.boolean()],
  (t, at, character, insert) => {
    const text = publicKey.slice(0, at) + character + publicKey.slice(insert ? at : at + 1);
    fc.pre(text !== publicKey);
    const other = pointOf(text);
    t.true(other === null || keyOf(other) === text);
    t.true(other === null || Buffer.compare(other, point) !== 0);
  },
  { numRuns: 400 },
);

function little(n: bigint): Buffer {
  return Buffer.from(n.toString(16).padStart(64, '0'), 'hex').reverse();
}
