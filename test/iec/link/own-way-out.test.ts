import test from 'ava';
import { cutOffOf } from '../../../src/iec/link/own-way-out.ts';
import type { TroubleCode } from '../../../src/iec/link/trouble.ts';

/** When it is the IEC's own connection, and when it can't be told. */

const cut = (...nodes: [string, TroubleCode | null][]) => cutOffOf(nodes.map(([difusor, code]) => ({ difusor, code })));

test('it is the IEC’s own connection where almost no Difusor can be reached, counted by Difusor', (t) => {
  t.deepEqual(cut(['a', 'unreachable'], ['b', 'no-answer'], ['c', 'iec-failed']), { failed: 3, of: 3 });
  t.is(cut(['a', 'unreachable'], ['b', null]), null);
  t.is(cut(['a', 'unreachable'], ['b', 'disk-full']), null, 'a node that answers is reached');
  t.is(cut(['a', 'unreachable'], ['a', 'unreachable']), null, 'two nodes of one Difusor are one');
  t.is(cut(['a', 'unreachable'], ['b', 'unreachable'], ['b', null]), null);
  t.is(cut(), null);
});
