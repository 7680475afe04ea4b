import test from 'ava';
import { newTakenThere } from '../../../src/difusor/state/taken-there.ts';

test('what was taken is passed over, and where more is there than is remembered, all of that name', (t) => {
  const taken = newTakenThere(2);
  taken.add('inbox/.taken-1');
  t.true(taken.has('inbox/.taken-1'));
  t.false(taken.has('traer/.taken-1'));
  taken.add('inbox/.taken-2');
  t.true(taken.has('inbox/.taken-3'));
});
