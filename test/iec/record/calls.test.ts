import { join } from 'node:path';
import test from 'ava';
import { lock } from '../../../src/disk/lock.ts';
import { ToldError } from '../../../src/format/said.ts';
import { changeCalls, readCalls } from '../../../src/iec/record/calls.ts';
import { makeFolder } from '../../kit/folders.ts';

test('a call is noted after another one, and given up where that one never ends', async (t) => {
  const panel = await makeFolder(t);
  const call = { node: 'vanguardia/web1', episode: { count: 1, since: '2018-07-01T20:00:00-05:00' }, at: '', note: 'sin luz' };
  const other = await lock(join(panel, '.llamadas.lock'), { wait: false });
  await t.throwsAsync(
    changeCalls(panel, 'jornada', () => [call], 200),
    { instanceOf: ToldError },
  );
  t.deepEqual(await readCalls(panel, 'jornada'), []);
  const changed = changeCalls(panel, 'jornada', () => [call]);
  await other?.release();
  await changed;
  t.deepEqual(await readCalls(panel, 'jornada'), [call]);
});
