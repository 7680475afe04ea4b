import { rmSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { parseRecibos } from '../../../src/format/recibos.ts';
import type { NightEvent } from '../../../src/iec/record/bitacora.ts';
import { viewChain } from '../../../src/iec/record/chain-view.ts';
import { keptAcuses } from '../../../src/iec/record/kept-acuses.ts';
import { newRecibos } from '../../../src/iec/record/recibos.ts';
import { makeChain, writeInChain } from '../../kit/cortes.ts';
import { makeTrust, signTrust, writeTrust } from '../../kit/election.ts';
import { makeFolder } from '../../kit/folders.ts';
import { makeRecibo, type ReciboPlan } from '../../kit/recibos.ts';

/** What the IEC publishes of the receipts that it keeps: all of it can be made anew, and none of it holds up the night. */

async function makePanel(t: ExecutionContext, cortes = 3) {
  const folder = await makeFolder(t);
  const [chain, panel] = [join(folder, 'chain'), join(folder, 'panel')];
  const trust = signTrust(makeTrust());
  await writeTrust(trust, join(chain, 'trust/1.json'));
  const made = makeChain(cortes, { trust });
  for (const corte of made) await writeInChain(chain, corte);
  const events: NightEvent[] = [];
  const view = await viewChain(chain, 'jornada');
  const onTold: (() => void)[] = [];
  const tell = (event: NightEvent) => {
    events.push(event);
    onTold.shift()?.();
  };
  const open = (anew: 'all' | 'missing', gatherMs = 0) => newRecibos(panel, view, { anew, tell, gatherMs, againMs: 5 });
  return {
    panel,
    chain,
    events,
    /** what happens when the next trouble is told */
    onTold,
    open,
    /** All that is due, written. */
    async write(anew: 'all' | 'missing', ...changed: number[]) {
      const recibos = open(anew);
      for (const number of changed) recibos.changed(number);
      await recibos.end();
    },
    async keep(number: number, plan: ReciboPlan = {}, onKept?: (number: number) => void) {
      const { difusor = 'vanguardia', node = 'web1' } = plan;
      const [acuse, signature] = makeRecibo({ number, sha256: made[number - 1]!.sha256 }, plan);
      await keptAcuses(panel, { difusor, node }, 'jornada', onKept).keep(number, Buffer.from(acuse), Buffer.from(signature));
      return [acuse, signature] as const;
    },
    read: async (number: number) => parseRecibos(await readFile(join(panel, `recibos/jornada/00000${number}.json`)), 'x'),
    published: () => readdir(join(panel, 'recibos/jornada')),
    index: async () => JSON.parse(await readFile(join(panel, 'recibos/index.json'), 'utf8')),
  };
}

test('each corte has its receipts, their exact texts, by difusor and node, and the index says how far they go', async (t) => {
  const iec = await makePanel(t);
  const z1 = await iec.keep(1, { difusor: 'zocalo' });
  const v2 = await iec.keep(1, { node: 'web2' });
  const v1 = await iec.keep(1);
  await iec.keep(2);
  await iec.write('missing');
  t.deepEqual(await iec.read(1), [v1, v2, z1]);
  t.is((await iec.read(2)).length, 1);
  t.deepEqual(await iec.index(), {
    election: 'coahuila-ayuntamientos-2018',
    phases: { jornada: { number: 2, recibos: 1 } },
  });
  const more = await iec.keep(2, { difusor: 'canal-7' });
  await iec.write('missing', 2);
  t.deepEqual((await iec.read(2))[0], more);
  t.is((await iec.index()).phases.jornada.recibos, 2);
});

test('what was lost or damaged is made anew at the start, and where nothing is kept nothing is published', async (t) => {
  const iec = await makePanel(t);
  for (const number of [1, 2, 3]) await iec.keep(number);
  await iec.write('missing');
  const before = await iec.read(3);
  await rm(join(iec.panel, 'recibos/jornada/000003.json'));
  await writeFile(join(iec.panel, 'recibos/jornada/000001.json'), '[]');
  await rm(join(iec.panel, 'acuses/vanguardia/web1/jornada/000002.json'));
  await iec.write('missing');
  t.deepEqual(await iec.read(3), before);
  t.is(await readFile(join(iec.panel, 'recibos/jornada/000001.json'), 'utf8'), '[]', 'a push looks at what is missing');
  const recibos = iec.open('all');
  while ((await iec.published()).length > 2 || (await readFile(join(iec.panel, 'recibos/jornada/000001.json'))).length < 9) {
    await new Promise(setImmediate);
  }
  await recibos.end();
  t.deepEqual(await iec.published(), ['000001.json', '000003.json']);
  t.is((await iec.read(1)).length, 1);
});

test('of a corte that the chain does not have, or has another of, none is published, nor what is not signed', async (t) => {
  const iec = await makePanel(t, 2);
  await iec.keep(1);
  await iec.keep(1, { node: 'web2', changes: { corte: 'ab'.repeat(32) } });
  const [acuse] = await iec.keep(1, { difusor: 'zocalo' });
  await writeFile(join(iec.panel, 'acuses/zocalo/web1/jornada/000001.json'), acuse.replace(':41-', ':40-'));
  await iec.keep(2);
  await iec.write('missing', 1, 2);
  t.is((await iec.read(1)).length, 1);
  await rm(join(iec.chain, 'jornada/000002'), { recursive: true });
  await iec.write('missing', 2);
  t.deepEqual(await iec.published(), ['000001.json'], 'it was set aside');
});

test('an acuse that is kept is told once, and again when it is another', async (t) => {
  const iec = await makePanel(t);
  const told: number[] = [];
  const plan = { changes: { published_at: null } };
  for (const each of [plan, plan, {}]) await iec.keep(2, each, (number) => told.push(number));
  t.deepEqual(told, [2, 2]);
});

test('where nothing can be written that is told once, tried again, and ends nothing', async (t) => {
  const iec = await makePanel(t);
  await iec.keep(1);
  await mkdir(iec.panel, { recursive: true });
  await writeFile(join(iec.panel, 'recibos'), 'in the way');
  const recibos = iec.open('all');
  while (iec.events.length === 0) await new Promise(setImmediate);
  recibos.changed(1);
  await new Promise((resolve) => void setTimeout(resolve, 50));
  t.deepEqual(
    iec.events.map(({ event }) => event),
    ['recibos-trouble'],
  );
  await rm(join(iec.panel, 'recibos'));
  while ((await iec.read(1).catch(() => [])).length === 0) await new Promise(setImmediate);
  await writeFile(join(iec.panel, 'acuses/vanguardia/web2'), 'no folder');
  await recibos.end();
  t.is((await iec.read(1)).length, 1);
});

test('a receipt that comes while the end writes the index is published too', async (t) => {
  const iec = await makePanel(t);
  await iec.keep(2);
  await mkdir(join(iec.panel, 'recibos/index.json/in-the-way'), { recursive: true });
  const recibos = iec.open('missing');
  iec.onTold.push(() => {
    // The index can't be written, and is told: by then the file of corte 2 is there.
    rmSync(join(iec.panel, 'recibos/jornada/000002.json'));
    recibos.changed(2);
  });
  await recibos.end();
  t.deepEqual(await iec.published(), ['000002.json']);
  t.deepEqual(iec.onTold, []);
});
