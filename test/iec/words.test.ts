import test from 'ava';
import { words as delivery } from '../../src/iec/delivery/words.ts';
import { words as link } from '../../src/iec/link/words.ts';
import { words as pack } from '../../src/iec/pack/words.ts';
import { words as record } from '../../src/iec/record/words.ts';
import { words as setup } from '../../src/iec/setup/words.ts';
import { areBilingual } from '../kit/languages.ts';

test('what the IEC is told is Spanish in Spanish, of the same values', (t) => {
  areBilingual(t, { link, delivery, pack, record, setup });
});
