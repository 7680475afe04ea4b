import { createHash } from 'node:crypto';
import test from 'ava';
import { openContents } from '../../../src/page/lector/browser-contents.ts';

/** A browser whose store of answers does not answer. */

const hash = (bytes: Uint8Array) => Promise.resolve(createHash('sha256').update(bytes).digest('hex'));

test('a browser whose store does not answer is waited for once, and has none from then on', async (t) => {
  let opened = 0;
  const never = () => {
    opened += 1;
    return new Promise<never>(() => {});
  };
  const contents = openContents({ open: never, delete: never }, 'x', hash, () => false, 20);
  t.true(contents.keeps());
  t.is(await contents.get('ab'.repeat(32)), null);
  t.false(contents.keeps());
  await contents.put('ab'.repeat(32), new Uint8Array(3));
  t.is(await contents.get('ab'.repeat(32)), null);
  await contents.clear();
  t.is(opened, 1);
});
