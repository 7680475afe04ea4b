import test from 'ava';
import { columnsOf } from '../../src/terminal/columns.ts';
import { journalLine } from '../../src/terminal/journal.ts';

test('an event is one line, and no value in it can look like another fact', (t) => {
  const event = { event: 'refused', delivery: 'jornada-000037', code: 'fork', detail: 'a "b"\nadmitted number=1', number: 2 };
  t.is(journalLine(event), 'refused delivery=jornada-000037 code=fork detail="a \\"b\\"\\nadmitted number=1" number=2');
  t.is(journalLine({ event: 'published', public: 'espera', number: null, detail: '' }), 'published public=espera');
});

test('columns stand under each other, and no line ends in spaces', (t) => {
  t.deepEqual(
    columnsOf([
      ['a', 'bb', ''],
      ['aaa', 'b', 'long'],
    ]),
    ['a    bb', 'aaa  b   long'],
  );
  t.deepEqual(columnsOf([]), []);
});
