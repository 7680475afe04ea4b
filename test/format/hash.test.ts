import { createHash } from 'node:crypto';
import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { hashOf, inGroups, isHash } from '../../src/format/hash.ts';

test('the hash of no bytes is the well-known one', (t) => {
  t.is(hashOf(new Uint8Array()), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
});

test('a hash is 64 lower-case hexadecimal digits', (t) => {
  t.true(isHash('0123456789abcdef'.repeat(4)));
  for (const bad of ['', '0'.repeat(63), '0'.repeat(65), 'A'.repeat(64), 'g'.repeat(64), `${'0'.repeat(64)}\n`])
    t.false(isHash(bad));
});

test('a hash is read aloud in eight groups of eight', (t) => {
  t.deepEqual(
    inGroups('0123456789abcdef'.repeat(4)),
    '01234567 89abcdef 01234567 89abcdef 01234567 89abcdef 01234567 89abcdef'.split(' '),
  );
});

testProp('it is the SHA-256 of the platform', [fc.uint8Array({ maxLength: 300 })], (t, bytes) => {
  t.is(hashOf(bytes), createHash('sha256').update(bytes).digest('hex'));
});
