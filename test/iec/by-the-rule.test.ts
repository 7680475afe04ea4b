import test from 'ava';
import { againstTheRule, type Line, type Night } from './by-the-rule.ts';

/** The rule written a second time, as a judge of logs: it passes a right log, and has a complaint for each kind of fault. */

const NIGHT: Night = { takenAt: Array.from({ length: 7 }, (_, i) => i * 1000), opensAt: 0, period: 1000, missedLimit: 3 };

const packed = (number: number): Line => ({ event: 'packed', period: number - 1, number });
const acuse = (number: number): Line => ({ event: 'acuse', node: 'zocalo/web1', number });
const state = (period: number, before: string, is: string, failed: number): Line => {
  return { event: 'state', node: 'zocalo/web1', period, before, state: is, failed };
};
const link = (is: 'enabled' | 'disabled'): Line => ({ event: `link-${is}`, difusor: 'zocalo' });

const RIGHT: Readonly<Record<string, Line>> = {
  one: packed(1),
  taken: acuse(1),
  two: packed(2),
  missed: state(1, 'al-dia', '1-falla', 1),
  three: packed(3),
  again: state(2, '1-falla', '2-fallas', 2),
  four: packed(4),
  interrupted: state(3, '2-fallas', 'interrumpido', 3),
  disabled: link('disabled'),
  five: packed(5),
  mended: acuse(5),
  back: state(4, 'interrumpido', 'recuperado', 0),
  enabled: link('enabled'),
  six: packed(6),
  better: acuse(6),
  well: state(5, 'recuperado', 'al-dia', 0),
  seven: packed(7),
};

const logOf = (changes: Readonly<Record<string, Line | null>>) =>
  Object.values({ ...RIGHT, ...changes }).filter((line) => line !== null);

test('a night by the rule passes, whatever the log says of other nodes', (t) => {
  t.deepEqual(againstTheRule(logOf({}), 'zocalo', NIGHT), []);
  const others = logOf({}).map((line) => ({ ...line, node: 'vanguardia/web1', difusor: 'vanguardia' }));
  const mixed = logOf({}).flatMap((line, i) => (line.event === 'packed' ? [line] : [others[i] as Line, line]));
  t.deepEqual(againstTheRule(mixed, 'zocalo', NIGHT), []);
});

test('an event may be told once more after a kill, and not after a regular stop', (t) => {
  const begun: Line = { event: 'started' };
  const told = (...between: Line[]) => {
    const { one, taken, two, missed } = RIGHT as Record<string, Line>;
    const lines = [begun, one, taken, two, missed, ...between, state(1, 'al-dia', '1-falla', 1)];
    return againstTheRule(lines as Line[], 'zocalo', NIGHT).length;
  };
  t.is(told(begun), 0);
  t.not(told({ event: 'stopped' }, begun), 0);
  t.not(told(begun, state(1, 'al-dia', '1-falla', 1)), 0);
});

test('a period that ended while the IEC was not running is not counted', (t) => {
  const missedAfter = (at: number) => {
    const { one, taken, two } = RIGHT as Record<string, Line>;
    const restarted = [{ event: 'stopped' }, { event: 'started', at: new Date(at).toISOString() }, packed(3)];
    return againstTheRule([one, taken, two, ...restarted] as Line[], 'zocalo', NIGHT).length;
  };
  const { opensAt, period } = NIGHT;
  t.is(missedAfter(opensAt + 2 * period), 0, 'corte 2 was missed in the second period, which had ended');
  t.is(missedAfter(opensAt), 1);
});

/** The fault, the first complaint about it, and how the log differs from the right one. */
const WRONG: readonly (readonly [title: string, complaint: string, changes: Readonly<Record<string, Line | null>>])[] = [
  ['a period that was missed and not counted', 'corte 2 was missed and not counted', { missed: null }],
  ['a period that was counted too early', 'corte 1 is lacking', { taken: acuse(0), two: state(0, 'al-dia', '2-fallas', 2) }],
  [
    'one who is counted as late and is not',
    'corte 3 is lacking',
    { mended: acuse(2), back: state(4, 'interrumpido', '1-falla', 1) },
  ],
  ['a state that is skipped', 'corte 2 is lacking', { again: state(2, '1-falla', 'interrumpido', 3) }],
  [
    'an interruption before the third period',
    'after 2 periods, with 2 cortes lacking',
    { again: state(2, '1-falla', 'interrumpido', 2) },
  ],
  ['well while a corte is lacking', '2 cortes are lacking', { better: acuse(4) }],
  ['recovered while more than the newest is lacking', '2 cortes are lacking, after interrumpido', { mended: acuse(3) }],
  ['a link that is not disabled', 'a corte was made before the link was disabled', { disabled: null }],
  ['a link that is disabled for nothing', 'the link of one who is recuperado', { well: link('disabled') }],
  ['a memory that is not what was told', 'it was 1-falla', { again: state(2, 'al-dia', '2-fallas', 2) }],
];

for (const [title, complaint, changes] of WRONG) {
  test(`not right: ${title}`, (t) => {
    const [said] = againstTheRule(logOf(changes), 'zocalo', NIGHT);
    t.is(said?.split(': {')[0], complaint);
  });
}
