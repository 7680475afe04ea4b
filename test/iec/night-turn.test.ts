import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { Courier, Duty } from '../../src/iec/delivery/courier.ts';
import { type Night, newNight } from '../../src/iec/night.ts';
import { packCorte } from '../../src/iec/pack/pack.ts';
import { writePanel } from '../../src/iec/panel/panel.ts';
import type { NightEvent } from '../../src/iec/record/bitacora.ts';
import { type ChainView, viewChain } from '../../src/iec/record/chain-view.ts';
import { openLedger } from '../../src/iec/record/ledger.ts';
import { type IecConfig, type NodeTarget, parseIecConfig } from '../../src/iec/setup/config.ts';
import { at, NOW } from '../kit/election.ts';
import { makeKey } from '../kit/keys.ts';
import { type Institute, makeInstitute } from './institute.ts';
import { tomlOf } from './network.ts';

/**
 * The night turn by turn, with a clock that the test sets: real chain, real ledger, real panel. The couriers are the
 * test's own; they go nowhere and report what the test makes them report.
 */

/** of the test's phase, which opened 36 periods before NOW; ms */
const PERIOD = 600_000;
const UNREACHABLE = { code: 'unreachable', detail: 'nobody there' } as const;

interface Stage {
  readonly iec: Institute;
  readonly config: IecConfig;
  readonly night: Night;
  /** ms; the test sets it */
  now: number;
  readonly events: NightEvent[];
  /** every courier that was ever started */
  readonly sent: Sent[];
  /** how often the bell was rung */
  readonly rung: () => number;
  /** set, it makes the chain unreadable */
  blind: boolean;
  /** set, it happens while a pack lasts, after the hour of its corte was fixed */
  meanwhile: (() => void) | null;
  /** Sets the clock and turns. */
  turn(now: number): Promise<number>;
  /** Makes the courier that serves a node now report. */
  report(name: string, number: number | null): void;
  page(): Promise<string>;
}

interface Sent {
  readonly target: NodeTarget;
  readonly duty: Duty;
  wakes: number;
  isDismissed: boolean;
}

function configOf(iec: Institute, names: readonly string[], port = 22): IecConfig {
  const nodes = names.map((name) => {
    const lines = { host: '192.0.2.1', port, user: 'iec', host_key: `SHA256:${'A'.repeat(43)}`, inbox: 'inbox', outbox: 'outbox' };
    return { name, lines: { ...lines, acuse_key: makeKey(name).publicKey } };
  });
  return parseIecConfig(tomlOf(nodes), join(iec.folder, 'IEC.toml'));
}

async function beginNight(t: ExecutionContext, names: readonly string[] = ['vanguardia'], now = NOW): Promise<Stage> {
  const iec = await makeInstitute(t);
  await iec.publish({ 'index.html': 'resultados preliminares' });
  const config = configOf(iec, names);
  const { chain, source, phase, panel } = config;
  const events: NightEvent[] = [];
  const sent: Sent[] = [];
  const heard = (event: NightEvent) => void events.push(event);
  const clock = () => stage.now;
  const look = () => (stage.blind ? Promise.reject(new Error('the chain is away')) : viewChain(chain, phase));
  const view = await viewChain(chain, phase);
  let rung = 0;
  const stage: Pick<Stage, 'now' | 'blind' | 'meanwhile'> = { now, blind: false, meanwhile: null };
  const ledger = await openLedger(panel, view, { now: clock, heard });
  const night = newNight({
    config,
    view,
    ledger,
    now: clock,
    look,
    pack: () =>
      packCorte({ source, chain, phase, key: makeKey('firma-1'), now: clock, hooks: { read: () => stage.meanwhile?.() } }),
    send: (target, duty) => travel(target, duty, sent),
    show: (shown, seen, packTrouble) => writePanel(shown, seen, ledger, { now: clock(), packTrouble }),
    ring: () => (rung += 1),
    heard,
  });
  await night.begin();
  return Object.assign(stage, {
    iec,
    config,
    night,
    events,
    sent,
    rung: () => rung,
    turn(next: number) {
      stage.now = next;
      return night.turn(next);
    },
    report(name: string, number: number | null) {
      const courier = sent.findLast(({ target }) => target.difusor === name);
      if (!courier) throw new Error(`nobody serves ${name}`);
      reportBy(courier, number);
    },
    page: () => readFile(join(panel, 'index.html'), 'utf8'),
  });
}

function travel(target: NodeTarget, duty: Duty, sent: Sent[]): Courier {
  const one: Sent = { target, duty, wakes: 0, isDismissed: false };
  sent.push(one);
  return {
    target,
    wake: () => void (one.wakes += 1),
    dismiss() {
      one.isDismissed = true;
      return Promise.resolve();
    },
  };
}

/** @param number the corte that the node acknowledges; null for a node that can't be reached */
function reportBy({ target, duty }: Sent, number: number | null, seen: ChainView = duty.view()): void {
  if (number === null) {
    duty.reported({ target, outcome: 'failed', number, trouble: UNREACHABLE, bytes: 0, seconds: 0 }, seen);
  } else duty.reported({ target, outcome: 'up-to-date', number, trouble: null, bytes: 1000, seconds: 1 }, seen);
}

const named = (events: readonly NightEvent[], ...names: string[]) => events.filter(({ event }) => names.includes(event));

const statesOf = (events: readonly NightEvent[], difusor: string) =>
  named(events, 'state')
    .filter(({ node }) => node === `${difusor}/web1`)
    .map(({ period, state }) => `${period} ${state}`);

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

test('every period gets one corte, at its first turn', async (t) => {
  const stage = await beginNight(t);
  t.is(await stage.turn(NOW), 10_000);
  t.is(stage.sent[0]?.wakes, 1, 'its courier is woken');
  t.is(await stage.turn(NOW + PERIOD - 3000), 3000, 'the next turn is the next period’s first');
  await stage.turn(NOW + PERIOD);
  await stage.turn(NOW + PERIOD + 1000);
  await stage.turn(NOW + 2 * PERIOD + 70_000);
  const packed = named(stage.events, 'packed').map(({ period, number }) => [period, number]);
  t.deepEqual(packed, [
    [36, 1],
    [37, 2],
    [38, 3],
  ]);
  t.is(stage.sent[0]?.duty.view().head, 3);
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

test('a source that makes no corte is tried again, told once, and shown until there is one', async (t) => {
  const stage = await beginNight(t);
  await rm(join(stage.iec.source, 'index.html'));
  t.is(await stage.turn(NOW), 10_000);
  await stage.turn(NOW + 10_000);
  t.deepEqual(
    named(stage.events, 'pack-failed').map(({ error }) => error),
    ['manifest-malformed'],
  );
  t.regex(await stage.page(), /role="alert"/);
  await stage.iec.publish({ 'index.html': 'ahora sí' });
  await stage.turn(NOW + 20_000);
  t.is(named(stage.events, 'packed').length, 1);
  t.notRegex(await stage.page(), /role="alert"/);
});

test('no failure is shown for a period whose corte another process packed, or that needs none', async (t) => {
  const stage = await beginNight(t);
  const publish = () => stage.iec.publish({ 'index.html': 'a mano' });
  await rm(join(stage.iec.source, 'index.html'));
  await stage.turn(NOW);
  t.regex(await stage.page(), /role="alert"/);
  await publish();
  await stage.iec.pack({ takenAt: at(NOW + 5000) });
  await stage.turn(NOW + 10_000);
  t.notRegex(await stage.page(), /role="alert"/);
});

test('after a final corte nothing is packed, and nothing is tried', async (t) => {
  const stage = await beginNight(t);
  await stage.turn(NOW);
  await stage.iec.pack({ final: true });
  await stage.turn(NOW + PERIOD);
  await stage.turn(NOW + 2 * PERIOD);
  t.deepEqual(
    named(stage.events, 'packed', 'pack-failed').map(({ event }) => event),
    ['packed'],
  );
  t.true(stage.sent[0]?.duty.view().isFinal);
});

test('outside of the hours of its phase nothing is packed', async (t) => {
  const [opens, closes] = [NOW - 36 * PERIOD, NOW + 9 * 24 * 3_600_000];
  const early = await beginNight(t, [], opens - 5000);
  t.is(await early.turn(opens - 5000), 5000);
  t.deepEqual(named(early.events, 'packed'), []);
  await early.turn(opens);
  t.is(named(early.events, 'packed').length, 1);
  const late = await beginNight(t, [], closes + 1);
  await late.turn(closes + 1);
  t.deepEqual(named(late.events, 'packed', 'pack-failed'), []);
});

test('a chain that can not be read is reported once, and no period gets two cortes because of it', async (t) => {
  const stage = await beginNight(t);
  stage.blind = true;
  await stage.turn(NOW);
  await stage.turn(NOW + 10_000);
  t.deepEqual(
    named(stage.events, 'packed', 'chain-trouble').map(({ event }) => event),
    ['chain-trouble', 'packed'],
  );
  t.is(stage.sent[0]?.wakes, 0);
  stage.blind = false;
  await stage.turn(NOW + 20_000);
  t.is(stage.sent[0]?.wakes, 1, 'its corte goes out as soon as it is seen');
  t.is(stage.sent[0]?.duty.view().head, 1);
});

test('files that not every site shows are told once, and again when they are others', async (t) => {
  const stage = await beginNight(t);
  const period = 1000 * (await viewChain(stage.config.chain, 'jornada')).phase.period_seconds;
  const published = ['.gitkeep', '.gitkeep', 'datos/.oculto', 'otro.csv'];
  for (const [i, path] of published.entries()) {
    await stage.iec.publish({ 'index.html': String(i), [path]: 'x' });
    await stage.turn(NOW + i * period);
  }
  t.deepEqual(
    named(stage.events, 'not-served').map(({ files, paths }) => [files, paths]),
    [
      [1, '.gitkeep'],
      [1, 'datos/.oculto'],
    ],
  );
  t.is(named(stage.events, 'packed').length, published.length);
});

test('a configuration that is read again adds and removes Difusores, and reports of dismissed couriers do not count', async (t) => {
  const stage = await beginNight(t, ['vanguardia', 'zocalo']);
  await stage.turn(NOW);
  stage.report('zocalo', 1);
  await stage.night.reconfigure(() => Promise.resolve({ ...configOf(stage.iec, ['vanguardia', 'laguna']), key: 'otra' }));
  t.like(named(stage.events, 'config-needs-restart')[0], { keys: 'key' });
  t.like(named(stage.events, 'config-read')[0], { added: 'laguna/web1', removed: 'zocalo/web1' });
  const [vanguardia, zocalo, laguna] = stage.sent;
  t.deepEqual([vanguardia?.isDismissed, zocalo?.isDismissed, laguna?.isDismissed], [false, true, false]);
  reportBy(zocalo!, 1);
  await stage.turn(NOW + 1000);
  const nodes = async () => Object.keys(JSON.parse(await readFile(join(stage.config.panel, 'estado.json'), 'utf8')).nodes).sort();
  t.deepEqual(await nodes(), []);
  stage.report('laguna', 1);
  await stage.turn(NOW + 2000);
  t.deepEqual(await nodes(), ['laguna/web1']);

  // The same node at another address gets another courier; that is not told as added or removed.
  await stage.night.reconfigure(() => Promise.resolve(configOf(stage.iec, ['laguna'], 2222)));
  t.like(named(stage.events, 'config-read')[1], { added: '', removed: 'vanguardia/web1' });
  t.true(laguna?.isDismissed);
  reportBy(laguna!, null);
  t.deepEqual(named(stage.events, 'trouble'), []);
  stage.report('laguna', null);
  t.is(named(stage.events, 'trouble').length, 1);
});

test('a configuration that can not be read is told and changes nothing', async (t) => {
  const stage = await beginNight(t);
  await stage.night.reconfigure(() => Promise.reject(new Error('line 3: expected a name')));
  t.like(named(stage.events, 'config-refused')[0], { detail: 'line 3: expected a name' });
  t.false(stage.sent[0]?.isDismissed);
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

test('a panel that can not be written does not end the night, and is written as soon as it can be', async (t) => {
  const stage = await beginNight(t);
  const page = join(stage.config.panel, 'index.html');
  await rm(page);
  await mkdir(page);
  await stage.turn(NOW);
  t.is(named(stage.events, 'packed').length, 1);
  t.is(named(stage.events, 'panel-trouble').length, 1);
  await rm(page, { recursive: true });
  await stage.turn(NOW + 1000);
  t.regex(await stage.page(), /corte 1/);
});

test('the end dismisses everybody, and what was counted is there for the next night', async (t) => {
  const stage = await beginNight(t);
  await stage.turn(NOW);
  stage.report('vanguardia', null);
  await stage.turn(NOW + PERIOD);
  await stage.night.end();
  t.true(stage.sent[0]?.isDismissed);
  t.is(stage.events.at(-1)?.event, 'stopped');
  const view = await viewChain(stage.config.chain, stage.config.phase);
  const next = await openLedger(stage.config.panel, view, { now: () => stage.now });
  t.like(next.node('vanguardia/web1').standing, { state: '1-falla', failed: 1, period: 36 });
});
