import { readdirSync, rmSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import test from 'ava';
import { FLEET_FAULTS } from '../../src/simulacro/faults.ts';
import type { Fleet } from '../../src/simulacro/fleet/fleet.ts';
import { fleetActs, fleetGate } from '../../src/simulacro/fleet/script.ts';
import { silence, voice } from '../../src/simulacro/fleet/silence.ts';
import { clockOf } from '../../src/simulacro/look/clock.ts';
import { programsOf } from '../../src/simulacro/look/programs.ts';
import { runScript } from '../../src/simulacro/run.ts';
import type { Action } from '../../src/simulacro/undo/action.ts';
import { openLedger } from '../../src/simulacro/undo/ledger.ts';
import { inboxAlone, stage } from '../iec/delivery/one-node.ts';
import { at, NOW } from '../kit/election.ts';

test('each node of the fleet refuses what is forged, over its link, and says so; what the machine lacks is told', async (t) => {
  const { institute, difusor, target, options, visit, look, view } = await stage(t);
  await visit();
  await difusor.until((event) => event.event === 'published' && event.number === 1);
  await look();
  const ledger = await openLedger(join(institute.folder, 'simulacro'));
  if (!ledger) throw new Error('somebody has the list');
  t.teardown(() => ledger.release());
  const fleet: Fleet = {
    file: join(institute.folder, 'IEC.toml'),
    view: view(),
    targets: [target],
    link: options,
    sites: new Map(),
    clock: clockOf(() => difusor.now, new AbortController().signal),
    programs: programsOf(process.env),
    will: async (action) => void (await ledger.add(action)),
  };
  const { trials, isWhole } = await runScript({
    acts: fleetActs(FLEET_FAULTS, fleet),
    ready: () => Promise.resolve(null),
    barred: () => Promise.resolve(null),
    ledger,
    undoing: { programs: fleet.programs, state: null, inbox: null },
    clock: fleet.clock,
    offset: -300,
    isStopped: () => false,
    begins: () => {},
    ended: () => {},
  });
  t.true(isWhole);
  const asExpected = ['flota-firma-desconocida', 'flota-firma-alterada', 'flota-corte-repetido'];
  t.deepEqual(
    trials.map(({ id, node, verdict }) => `${id} ${node} ${verdict}`),
    [...asExpected.map((id) => `${id} vanguardia/web1 como-se-esperaba`), 'flota-silencio null no-se-hizo'],
    JSON.stringify(trials, null, 1),
  );
  t.deepEqual(await readdir(difusor.config.inbox), []);
});

test('a forgery that was delivered is never told as one that was not made, and what stays of it is told', async (t) => {
  const { institute, difusor, target, options, visit, look, view } = await stage(t);
  await visit();
  await difusor.until((event) => event.event === 'published' && event.number === 1);
  await look();
  await difusor.stop();
  const { inbox } = await inboxAlone(t, difusor);
  const ledger = await openLedger(join(institute.folder, 'simulacro'));
  if (!ledger) throw new Error('somebody has the list');
  t.teardown(() => ledger.release());
  const clock = clockOf(() => difusor.now, new AbortController().signal);
  /** What is looked at after a delivery fails. */
  const play = async (looked: () => void, signal?: AbortSignal) => {
    const elapsed = () => {
      looked();
      throw new Error('el reloj se descompuso');
    };
    const fleet: Fleet = {
      file: join(institute.folder, 'IEC.toml'),
      view: view(),
      targets: [target],
      link: { ...options, signal },
      sites: new Map(),
      clock: { ...clock, elapsed },
      programs: programsOf(process.env),
      will: () => Promise.reject(new Error('nothing of this is to be undone')),
    };
    return runScript({
      acts: fleetActs(['flota-firma-desconocida', 'flota-corte-repetido'], fleet),
      ready: () => Promise.resolve(null),
      barred: () => Promise.resolve(null),
      ledger,
      undoing: { programs: fleet.programs, state: null, inbox: null },
      clock,
      offset: -300,
      isStopped: () => signal?.aborted ?? false,
      begins: () => {},
      ended: () => {},
    });
  };
  const seen = ({ trials }: Awaited<ReturnType<typeof play>>) =>
    trials.map(({ verdict, sights }) => [verdict, ...sights.map(({ met }) => met)]);

  /** As the daemon does in the end. */
  const taken = () => {
    for (const name of readdirSync(inbox)) rmSync(join(inbox, name), { recursive: true });
  };

  t.deepEqual(
    seen(await play(taken)),
    Array.from({ length: 2 }, () => ['distinto', false, true]),
  );
  t.deepEqual(await readdir(inbox), []);

  const stop = new AbortController();
  const ended = await play(() => {
    taken();
    stop.abort();
  }, stop.signal);
  t.deepEqual([ended.isWhole, seen(ended)], [false, [['distinto', false, true]]], 'the drill was ended, and nothing is left');
  t.regex(ended.trials[0]!.sights[0]!.what, /^se entregó; .* se interrumpió el simulacro$/);

  // This inbox lets nobody take back what was delivered.
  const another = new AbortController();
  const left = await play(() => another.abort(), another.signal);
  t.deepEqual(
    [left.isWhole, seen(left)],
    [false, [['distinto', false, false]]],
    'the drill was ended, and the forgery is still there',
  );
  taken();
  t.deepEqual(
    seen(await play(() => {})),
    Array.from({ length: 2 }, () => ['distinto', false, false]),
    'what could not be taken back is told',
  );
  t.is((await readdir(inbox)).length, 2);
  const waiting = await play(() => {});
  t.deepEqual(
    waiting.trials.map(({ verdict }) => verdict),
    Array(2).fill('no-se-hizo'),
    "another's delivery of that name is left alone",
  );
  t.is((await readdir(inbox)).length, 2);
});

test('the silence: each node has the notice when the corte that it holds grows old, and then a later corte', async (t) => {
  const { institute, difusor, target, options, visit, look, view } = await stage(t);
  await visit();
  const shown = await difusor.until((event) => event.event === 'published' && event.number === 1);
  // The Institute's service was stopped while this one was on its way.
  await institute.pack();
  await look();
  // By the rules of the phase, of the corte that the node holds, which was taken a minute after NOW.
  const due = NOW + 60_000 + (3 * 600 + 120) * 1000;
  const said = join(difusor.config.outbox, 'status.json');
  const asked: string[] = [];
  const must = (program: string, args: readonly string[]) => {
    asked.push([program, ...args].join(' '));
    return Promise.resolve('');
  };
  const clock = {
    now: () => difusor.now,
    elapsed: () => difusor.now / 1000,
    pause: async () => {
      if (difusor.now < due) {
        difusor.now = due + 5000;
        await difusor.until((event) => event.event === 'published' && event.public === 'aviso', shown);
        // What it says of itself it writes by the machine's clock, every 15 s.
        while (!/"phase":"jornada"[^}]*"public":"aviso"/.test(await readFile(said, 'utf8'))) await pause(100);
      } else {
        difusor.now += 5000;
        await pause(300);
      }
    },
  };
  const willed: Action[] = [];
  const fleet: Fleet = {
    file: join(institute.folder, 'IEC.toml'),
    view: view(),
    targets: [target],
    link: options,
    sites: new Map(),
    clock,
    programs: { ask: () => Promise.resolve(null), must },
    will: (action) => Promise.resolve(void willed.push(action)),
  };
  const seen = await silence(fleet);
  t.true(seen[0]?.met, JSON.stringify(seen));
  t.regex(seen[0]!.what, /del corte 1,/);
  t.deepEqual([asked, willed], [['systemctl stop cotejo-iec.service'], [{ undo: 'unit', unit: 'cotejo-iec.service' }]]);

  const still = await voice(fleet, 10);
  t.deepEqual(
    still.map(({ met, after }) => [met, after]),
    [[false, null]],
    'nothing came',
  );
  const again = async () => {
    await clock.pause();
    await institute.pack({ takenAt: at(difusor.now), now: () => difusor.now });
    await look();
    await visit();
  };
  let isSpeaking = false;
  const spoken = await voice(
    { ...fleet, clock: { ...clock, pause: () => (isSpeaking ? clock.pause() : ((isSpeaking = true), again())) } },
    1320,
  );
  t.true(spoken[0]?.met, JSON.stringify(spoken));

  const gone = await voice({ ...fleet, targets: [{ ...target, port: 1 }] }, 20);
  t.regex(gone[0]!.what, /ECONNREFUSED/, 'why a node could not be asked is told');
});

test('what a node says wrongly of itself is held against that node alone', async (t) => {
  const { difusor, institute, target, options, view } = await stage(t);
  await difusor.stop();
  const { outbox } = await inboxAlone(t, difusor);
  const says = (shows: string, number: unknown) =>
    writeFile(join(outbox, 'status.json'), JSON.stringify({ phases: [{ phase: 'jornada', number, public: shows }] }));
  const due = NOW + 60_000 + (3 * 600 + 120) * 1000;
  let now = NOW + 120_000;
  const fleet: Fleet = {
    file: join(institute.folder, 'IEC.toml'),
    view: view(),
    // Of the second nobody hears anything.
    targets: [target, { ...target, node: 'web2', port: 1 }],
    link: options,
    sites: new Map(),
    clock: { now: () => now, elapsed: () => now / 1000, pause: () => Promise.resolve(void (now += 3_600_000)) },
    programs: { ask: () => Promise.resolve(null), must: () => Promise.resolve('') },
    will: () => Promise.resolve(),
  };
  for (const number of [0, -1, 1.5, 7, 1e300, null]) {
    await says('aviso', number);
    now = due + 5000;
    const [first, second] = await silence(fleet);
    t.like(first, { met: true }, String(number));
    t.regex(first!.what, /el nodo vanguardia\/web1 .* del corte 1,/);
    t.regex(second!.what, /^en vanguardia\/web2 no se vio el aviso.*ECONNREFUSED/);
  }
  for (const number of [2, 1.5, 1e300]) {
    await says('corte', number);
    const [first] = await voice({ ...fleet, targets: [target] }, 10);
    t.false(first!.met, `the Institute has made no corte ${number}`);
  }

  await institute.pack();
  rmSync(join(institute.chain, 'jornada/000001/corte.json'));
  await says('aviso', 1);
  const [first, second] = await silence(fleet);
  t.like(first, { met: false, after: null });
  t.regex(first!.what, /^en vanguardia\/web1 no se pudo ver.*no existe ese archivo/);
  t.regex(second!.what, /^en vanguardia\/web2 no se vio el aviso/);
});

test('no drill of the fleet in an official phase, nor while one is open', async (t) => {
  const { institute } = await stage(t);
  t.is((await fleetGate(institute.chain, 'jornada', NOW, 0))?.code, 'official-phase');
  t.is((await fleetGate(institute.chain, 'simulacro-1', NOW, 0))?.code, 'official-open');
});
