import test from 'ava';
import { said } from '../../../src/format/said.ts';
import { stateWords } from '../../../src/iec/panel/words.ts';
import {
  failed,
  isMissed,
  linkOf,
  NEW_LINK,
  NEW_STANDING,
  periodAt,
  reached,
  type Standing,
  startOfPeriod,
  succeeded,
} from '../../../src/iec/record/standing.ts';
import { makeTrust } from '../../kit/election.ts';

const CAUSE = { code: 'unreachable', detail: said('nobody there') } as const;
const HOUR = '2018-07-01T20:00:00-05:00';

const miss = (period: number, lacksSince = -Infinity) => ({ period, lacksSince, cause: CAUSE });

/**
 * A string of periods from period 0 on: `o` succeeded, `x` failed, and a digit is a failed one at whose end the node
 * lacks that many cortes. Each period made one corte.
 */
function after(periods: string, limit = 3): Standing {
  return [...periods].reduce<Standing>((standing, result, period) => {
    if (result === 'o') return succeeded(standing, period, HOUR);
    return failed(standing, miss(period, result === 'x' ? -Infinity : period - Number(result) + 1), limit, HOUR);
  }, NEW_STANDING);
}

test('three failed periods in a row interrupt a node, and one good one brings it back', (t) => {
  const states = ['', 'o', 'ox', 'oxx', 'oxxx', 'oxxxx', 'oxxxo', 'oxxxoo', 'oxxxox', 'xxo', 'xoxoxo'].map((run) => [
    run,
    after(run).state,
  ]);
  t.deepEqual(Object.fromEntries(states), {
    '': 'sin-contacto',
    o: 'al-dia',
    ox: '1-falla',
    oxx: '2-fallas',
    oxxx: 'interrumpido',
    oxxxx: 'interrumpido',
    oxxxo: 'recuperado',
    oxxxoo: 'al-dia',
    oxxxox: '1-falla',
    xxo: 'al-dia',
    xoxoxo: 'al-dia',
  });
});

test('a node that was never reached is not well; the first answer says that it was, and no later one says anything', (t) => {
  t.is(NEW_STANDING.state, 'sin-contacto');
  const well = reached(NEW_STANDING, HOUR);
  t.like(well, { state: 'al-dia', since: HOUR, failed: 0, period: null });
  t.is(reached(well, '2018-07-01T21:00:00-05:00'), well);
  const late = after('xx');
  t.is(reached(late, HOUR), late, 'what was counted stays');
  t.is(after('xxx').state, 'interrumpido', 'who is never reached is counted as everyone');
});

test('a corte that comes late mends the period that it missed', (t) => {
  const expected = {
    '123': 'interrumpido 3',
    '1234': 'interrumpido 4',
    '111111': '1-falla 1',
    '121212': '2-fallas 2',
    '1221': '1-falla 1',
    '122': '2-fallas 2',
    '123444': 'interrumpido 4',
    '1231': 'recuperado 1',
    '12311': '1-falla 1',
    '12312': '2-fallas 2',
    '1232': 'interrumpido 2',
    '12321': 'recuperado 1',
    '1231o': 'al-dia 0',
    '12345': 'interrumpido 5',
  };
  const seen = Object.keys(expected).map((run) => [run, `${after(run).state} ${after(run).failed}`]);
  t.deepEqual(Object.fromEntries(seen), expected);
  t.deepEqual(
    after('o11').periods.map(({ ok }) => ok),
    [true, false, false],
    'the strip still shows that it was late',
  );
  t.is(after('xx1').failed, 1);
  t.is(after('o5').failed, 1, 'periods that were not counted against it (the IEC was down) are not now');
});

test('a corte that was made late in its period is missed in the next', (t) => {
  const phase = makeTrust().phases[1]!;
  const end = startOfPeriod(phase, 8);
  t.deepEqual(
    [-Infinity, end - 600_000, end - 150_000, end - 149_000, end, end + 1].map((since) => isMissed(phase, 7, since)),
    [true, true, true, false, false, false],
  );
  t.true(isMissed(phase, 8, end - 149_000));
});

test("the limit is the phase's", (t) => {
  t.is(after('x', 1).state, 'interrumpido');
  t.is(after('xxxx', 5).state, '2-fallas', 'two or more');
  t.is(stateWords(after('xxxx', 5)), '4 periodos fallidos', 'and in words as many as they are');
  t.is(after('xxxxx', 5).state, 'interrumpido');
});

test('a period is counted once, and one that succeeded stays so', (t) => {
  const once = failed(NEW_STANDING, miss(7), 3, HOUR);
  t.is(failed(once, { ...miss(7), cause: { code: 'stalled', detail: said('') } }, 3, HOUR).failed, 1);
  t.is(failed(once, miss(6), 3, HOUR).failed, 1, 'nor is one from before');
  const good = succeeded(NEW_STANDING, 7, HOUR);
  t.is(failed(good, miss(7), 3, HOUR), good);
  const back = succeeded(after('xxx'), 3, HOUR);
  t.is(succeeded(back, 3, HOUR).state, 'recuperado', 'a second acuse in the same period is no second period');
});

test('a late acuse within the period makes it good, and the strip shows what came too late', (t) => {
  t.deepEqual(
    after('oxo').periods.map(({ ok }) => ok),
    [true, false, true],
  );
  t.is(after('o'.repeat(100)).periods.length, 36);
});

test('a Difusor is linked while one of its nodes is served', (t) => {
  const [down, up] = [after('xxx'), after('o')];
  t.true(linkOf(NEW_LINK, [down, up], HOUR).enabled);
  const off = linkOf(NEW_LINK, [down, down], HOUR);
  t.deepEqual(off, { enabled: false, since: HOUR, cause: CAUSE });
  t.deepEqual(linkOf(off, [down, down], '2018-07-01T21:00:00-05:00').since, HOUR);
  t.true(linkOf(off, [down, after('xxxo')], HOUR).enabled);
});

test('periods begin when the phase opens', (t) => {
  const phase = makeTrust().phases[1]!;
  const opens = Date.parse(phase.opens_at);
  t.deepEqual(
    [opens - 1, opens, opens + 599_999, opens + 600_000].map((instant) => periodAt(phase, instant)),
    [-1, 0, 0, 1],
  );
  t.is(startOfPeriod(phase, 3), opens + 1_800_000);
});
