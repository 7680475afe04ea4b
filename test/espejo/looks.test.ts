import test from 'ava';
import { type Looks, newLooks } from '../../src/espejo/looks.ts';

/** How much each pass looks at, by a clock that stands where it is put. */

type Head = Parameters<Looks['has']>[0];

const MINUTE = 60_000;

function made() {
  const clock = { now: 0 };
  const looks = newLooks(() => clock.now);
  const pass = (key: string, head: Head, isEnded = false) => {
    const due = looks.due(key);
    looks.has(head, isEnded);
    looks.ended(due === 'rest' ? 'new' : due, key, head);
    return due;
  };
  return { clock, looks, pass };
}

const head = (number: number, corte = `hash of ${number}`): Head => ({ number, corte });

test('all is looked at every ten minutes, though every ten minutes there is a new corte, which goes first', (t) => {
  const { clock, pass } = made();
  t.is(pass('1', head(1)), 'whole');
  const seen: string[] = [];
  for (let number = 2; number < 5; number++) {
    clock.now += 10 * MINUTE + 1;
    seen.push(pass(String(number), head(number)), pass(String(number), head(number)), pass(String(number), head(number)));
  }
  t.deepEqual(seen, ['new', 'whole', 'rest', 'new', 'whole', 'rest', 'new', 'whole', 'rest']);
  // Where no pass ever finds the node as the last one left it, all is looked at none the less.
  for (const [i, due] of (['new', 'new', 'whole'] as const).entries()) {
    clock.now += 10 * MINUTE + 1;
    t.is(pass(`other ${i}`, head(10 + i)), due);
  }
});

test('after a handover nothing is watched, but by a process that began after it, and for ten minutes', (t) => {
  const { clock, pass } = made();
  pass('8', head(8));
  t.is(pass('9', head(9), true), 'new');
  t.is(pass('9', head(9), true), 'rest');
  const later = made();
  later.pass('9', head(9), true);
  t.is(later.pass('9', head(9), true), 'again');
  later.clock.now += 10 * MINUTE + 1;
  t.is(later.pass('9', head(9), true), 'whole');
  t.is(later.pass('9', head(9), true), 'rest');
  later.pass('10', head(10), true);
  t.is(later.pass('10', head(10), true), 'rest');
  t.is(clock.now, 0);
});

test('numbers up to the last that was disowned are watched, however that is known', (t) => {
  const watched = (prepare: (made: Looks) => void) => {
    const { looks, pass } = made();
    pass('8', head(8));
    prepare(looks);
    const numbers = [9, 10, 11];
    return numbers.filter((number) => {
      pass(`anew ${number}`, head(number, 'another'), true);
      return pass(`anew ${number}`, head(number, 'another'), true) === 'again';
    });
  };
  t.deepEqual(
    watched(() => {}),
    [],
  );
  const nodeWentBack = (looks: Looks) => {
    looks.has(head(10), false);
    looks.has(head(8), false);
  };
  t.deepEqual(watched(nodeWentBack), [9, 10]);
  t.deepEqual(
    watched((looks) => looks.saw(head(9))),
    [9],
    'the pointer named another corte of that number',
  );
  t.deepEqual(
    watched((looks) => {
      looks.saw(head(10));
      looks.has(head(8), false);
    }),
    [9, 10],
    'the pointer was ahead, and its corte is not any more',
  );
  t.deepEqual(
    watched((looks) => looks.disowned(10)),
    [9, 10],
  );
});
