import test from 'ava';
import { lockChain } from '../../../src/iec/pack/chain-lock.ts';
import { makeFolder } from '../../kit/folders.ts';

test('who finds the chain held hears so once, and waits unless it throws', async (t) => {
  const chain = await makeFolder(t);
  const first = await lockChain(chain, () => t.fail('nobody holds it'));
  const refuses = () => {
    throw new RangeError('another one is at it');
  };
  await t.throwsAsync(lockChain(chain, refuses), { instanceOf: RangeError });
  let heard = 0;
  const second = await lockChain(chain, () => {
    heard += 1;
    void first.release();
  });
  t.is(heard, 1);
  await second.release();
  await (await lockChain(chain, () => t.fail('nobody holds it any more'))).release();
});
