import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { FLEET_FAULTS } from '../../src/simulacro/faults.ts';
import { type Fleet, fleetActs, fleetGate } from '../../src/simulacro/fleet/script.ts';
import { clockOf } from '../../src/simulacro/look/clock.ts';
import { programsOf } from '../../src/simulacro/look/programs.ts';
import { runScript } from '../../src/simulacro/run.ts';
import { openLedger } from '../../src/simulacro/undo/ledger.ts';
import { stage } from '../iec/delivery/one-node.ts';
import { NOW } from '../kit/election.ts';

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

test('no drill of the fleet in an official phase, nor while one is open', async (t) => {
  const { institute } = await stage(t);
  t.is((await fleetGate(institute.chain, 'jornada', NOW, 0))?.code, 'official-phase');
  t.is((await fleetGate(institute.chain, 'simulacro-1', NOW, 0))?.code, 'official-open');
});
