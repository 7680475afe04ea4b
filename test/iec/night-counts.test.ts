import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { said } from '../../src/format/said.ts';
import { causeWords } from '../../src/iec/panel/words.ts';
import { NOW } from '../kit/election.ts';
import { beginNight, configOf, named, PERIOD, statesOf } from './night-stage.ts';

/** Which periods a night counts, against whom, and since when a corte can be missed. */

test('what ended while one turn lasted is counted, each period for itself; what the machine slept through is not', async (t) => {
  const stage = await beginNight(t);
  await stage.turn(NOW);
  for (const period of [1, 2, 3]) stage.night.beat(NOW + period * PERIOD + 1000);
  await stage.turn(NOW + 3 * PERIOD + 2000);
  t.deepEqual(statesOf(stage.events, 'vanguardia'), ['36 1-falla', '37 2-fallas', '38 interrumpido']);

  const asleep = await beginNight(t);
  await asleep.turn(NOW);
  await asleep.turn(NOW + 9 * PERIOD);
  t.deepEqual(statesOf(asleep.events, 'vanguardia'), ['36 1-falla']);
});

test('a clock that is set back counts nobody', async (t) => {
  const stage = await beginNight(t);
  await stage.turn(NOW);
  await stage.turn(NOW - 2 * PERIOD);
  t.deepEqual(statesOf(stage.events, 'vanguardia'), []);
});

test('a period is counted, and its links are settled, before a corte of the next one is made', async (t) => {
  const stage = await beginNight(t, ['vanguardia', 'zocalo']);
  for (let n = 0; n < 3; n++) {
    await stage.turn(NOW + n * PERIOD);
    stage.report('vanguardia', n + 1);
    stage.report('zocalo', null);
  }
  await stage.turn(NOW + 3 * PERIOD);
  t.deepEqual(statesOf(stage.events, 'zocalo'), ['36 1-falla', '37 2-fallas', '38 interrumpido']);
  t.deepEqual(statesOf(stage.events, 'vanguardia'), []);
  const order = named(stage.events, 'packed', 'state', 'link-disabled').map(({ event }) => event);
  t.deepEqual(order, ['packed', 'state', 'packed', 'state', 'packed', 'state', 'link-disabled', 'packed']);
  const cause = named(stage.events, 'link-disabled').map(({ difusor, error }) => [difusor, error]);
  t.deepEqual(cause, [['zocalo', 'unreachable']]);
  t.is(stage.night.statusLine(), 'corte 4; 1 al día, 0 con fallas, interrumpidos: 1');
  const links = JSON.parse(await readFile(join(stage.config.panel, 'enlaces.json'), 'utf8'));
  t.deepEqual(
    links.difusores.map(({ enabled }: { enabled: boolean }) => enabled),
    [true, false],
  );

  stage.report('zocalo', 4);
  await stage.turn(NOW + 3 * PERIOD + 1000);
  t.is(statesOf(stage.events, 'zocalo').at(-1), '39 recuperado');
  t.is(named(stage.events, 'link-enabled').length, 1);
});

test('a node of which no report came by the end of the period has missed it, with the cause no-acuse', async (t) => {
  const stage = await beginNight(t);
  await stage.turn(NOW);
  await stage.turn(NOW + PERIOD);
  t.like(named(stage.events, 'state')[0], { period: 36, state: '1-falla', error: 'no-acuse' });
});

test('a corte that was made late in its period is not missed in it', async (t) => {
  const stage = await beginNight(t, ['vanguardia'], NOW + PERIOD - 100_000);
  await stage.turn(NOW + PERIOD - 100_000);
  await stage.turn(NOW + PERIOD);
  t.deepEqual(statesOf(stage.events, 'vanguardia'), []);
  await stage.turn(NOW + 2 * PERIOD);
  t.deepEqual(statesOf(stage.events, 'vanguardia'), ['37 1-falla']);
});

test('a corte whose pack lasted over periods is missed in none of those that ended before it was there', async (t) => {
  const stage = await beginNight(t, ['vanguardia', 'zocalo']);
  await stage.turn(NOW);
  stage.report('vanguardia', 1);
  stage.meanwhile = () => {
    for (const period of [2, 3, 4]) stage.night.beat(NOW + period * PERIOD + 1000);
    stage.now = NOW + 4 * PERIOD + 2000;
  };
  await stage.turn(NOW + PERIOD);
  stage.meanwhile = null;
  t.is(stage.sent[0]?.duty.view().head, 2);
  await stage.turn(NOW + 4 * PERIOD + 3000);
  t.deepEqual(statesOf(stage.events, 'vanguardia'), []);
  const lost = ['36 1-falla', '37 2-fallas', '38 interrumpido'];
  t.deepEqual(statesOf(stage.events, 'zocalo'), lost, 'who lacked the corte before it had missed that one all along');
  await stage.turn(NOW + 5 * PERIOD);
  t.deepEqual(statesOf(stage.events, 'vanguardia'), ['40 1-falla'], 'from there on it can be missed');
});

test('a corte whose pack ended late in its own period is not missed in it', async (t) => {
  const stage = await beginNight(t);
  stage.meanwhile = () => {
    stage.now = NOW + PERIOD - 100_000;
  };
  await stage.turn(NOW);
  stage.meanwhile = null;
  await stage.turn(NOW + PERIOD);
  t.deepEqual(statesOf(stage.events, 'vanguardia'), []);
  await stage.turn(NOW + 2 * PERIOD);
  t.deepEqual(statesOf(stage.events, 'vanguardia'), ['37 1-falla']);
});

test('an acuse that comes while the period is counted counts', async (t) => {
  const stage = await beginNight(t);
  await stage.turn(NOW);
  stage.now = NOW + PERIOD;
  const turning = stage.night.turn(stage.now);
  stage.report('vanguardia', 1); // meanwhile the disk is read for the corte that it lacked until now
  await turning;
  t.deepEqual(statesOf(stage.events, 'vanguardia'), []);
  const record = JSON.parse(await readFile(join(stage.config.panel, 'estado.json'), 'utf8'));
  t.deepEqual(record.nodes['vanguardia/web1'].standing.periods, [{ period: 36, ok: true }]);
});

test("only an acuse of this period's corte proves the period", async (t) => {
  const stage = await beginNight(t);
  await stage.turn(NOW);
  stage.now = NOW + PERIOD + 1000;
  stage.report('vanguardia', 1);
  t.is(stage.rung(), 1, 'the night is told that there is news');
  await stage.turn(stage.now);
  const before = stage.sent[0]?.wakes;
  stage.report('vanguardia', 1);
  t.is(stage.sent[0]?.wakes, (before ?? 0) + 1, 'who lacks what was issued meanwhile goes out again');
  await stage.turn(NOW + 2 * PERIOD);
  t.deepEqual(statesOf(stage.events, 'vanguardia'), ['37 1-falla']);
});

test('a node that is removed while the period is counted is not counted', async (t) => {
  const stage = await beginNight(t, ['vanguardia', 'zocalo']);
  await stage.turn(NOW);
  stage.now = NOW + PERIOD;
  const turning = stage.night.turn(stage.now);
  await stage.night.reconfigure(() => Promise.resolve(configOf(stage.iec, ['vanguardia'])));
  await turning;
  t.deepEqual(statesOf(stage.events, 'zocalo'), []);
  t.deepEqual(statesOf(stage.events, 'vanguardia'), ['36 1-falla']);
});

test('where almost nobody can be reached, no link says that it was the Difusor’s server; who is gone alone is named', async (t) => {
  const stage = await beginNight(t, ['vanguardia', 'zocalo', 'canal']);
  let period = 0;
  const pass = async (...reached: string[]) => {
    await stage.turn(NOW + period * PERIOD);
    period += 1;
    for (const name of ['vanguardia', 'zocalo', 'canal']) stage.report(name, reached.includes(name) ? period : null);
  };
  const causes = async () => {
    await stage.turn(NOW + period * PERIOD - 1000);
    const links = JSON.parse(await readFile(join(stage.config.panel, 'enlaces.json'), 'utf8'));
    return links.difusores.map(({ cause }: { cause: string | null }) => cause);
  };
  const [own, everyones] = [causeWords('unreachable'), causeWords('cut-off')];
  for (let i = 0; i < 4; i++) await pass('vanguardia', 'canal');
  t.deepEqual(await causes(), [null, own, null]);
  t.false((await stage.page()).includes('Difusores a la vez'));
  for (let i = 0; i < 4; i++) await pass();
  t.deepEqual(await causes(), [everyones, own, everyones], 'its link was disabled before');
  t.true((await stage.page()).includes('No se alcanza a 3 de 3 Difusores a la vez'));
  await pass('vanguardia');
  await stage.turn(NOW + period * PERIOD);
  t.deepEqual(await causes(), [null, own, everyones], 'one is back, and another only about to be');
  for (let i = 0; i < 2; i++) await pass('vanguardia');
  t.deepEqual(await causes(), [null, own, own], 'it stays away, and can not hide behind what is over');
});

test('all periods that one turn counts are the first count after an outage', async (t) => {
  const names = ['vanguardia', 'zocalo', 'canal'];
  const stage = await beginNight(t, names);
  await stage.turn(NOW);
  for (const name of names) stage.report(name, null);
  await stage.turn(NOW + PERIOD);
  stage.report('vanguardia', 2);
  for (const period of [2, 3]) stage.night.beat(NOW + period * PERIOD + 1000);
  await stage.turn(NOW + 3 * PERIOD + 2000);
  const causes = named(stage.events, 'state')
    .filter(({ node }) => node === 'canal/web1')
    .map(({ period, error }) => [period, error]);
  t.deepEqual(
    causes,
    [36, 37, 38].map((period) => [period, 'cut-off']),
  );
  const links = named(stage.events, 'link-disabled').map(({ difusor, error }) => [difusor, error]);
  t.deepEqual(links, [
    ['zocalo', 'cut-off'],
    ['canal', 'cut-off'],
  ]);
});

test('where most refuse the hour of the cortes, it is the Institute’s clock that is told, and no Difusor’s server', async (t) => {
  const stage = await beginNight(t, ['vanguardia', 'zocalo', 'canal']);
  const causes = async (refusing: readonly string[]) => {
    for (let n = 0; n < 4; n++) {
      await stage.turn(NOW + n * PERIOD);
      for (const { target, duty } of stage.sent) {
        const isRefused = refusing.includes(target.difusor);
        const trouble = isRefused ? ({ code: 'time-future', detail: said('its hour is ahead') } as const) : null;
        const number = isRefused ? 0 : duty.view().head;
        duty.reported({ target, outcome: trouble ? 'refused' : 'up-to-date', number, trouble, bytes: 0, seconds: 0 }, duty.view());
      }
    }
    await stage.turn(NOW + 4 * PERIOD - 1000);
    const links = JSON.parse(await readFile(join(stage.config.panel, 'enlaces.json'), 'utf8'));
    return links.difusores.map(({ cause }: { cause: string | null }) => cause);
  };
  const [own, ours] = [causeWords('time-future'), causeWords('iec-clock')];
  t.not(own, ours);
  t.deepEqual(await causes(['vanguardia', 'zocalo']), [ours, ours, null]);
  t.true((await stage.page()).includes('2 de 3 Difusores rechazan los cortes por su hora'));
});
