import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { readStatement } from '../../src/chain/chain-folder.ts';
import { said } from '../../src/format/said.ts';
import { viewChain } from '../../src/iec/record/chain-view.ts';
import { keptAcuses } from '../../src/iec/record/kept-acuses.ts';
import { openLedger } from '../../src/iec/record/ledger.ts';
import type { Seen } from '../../src/iec/record/seen.ts';
import { encode, NOW } from '../kit/election.ts';
import { beginNight, named, PERIOD, type Stage, statesOf } from './night-stage.ts';

/** An hour in which SFTP to four of six Difusores is cut: what their sites show decides, where the IEC says so. */

const ALL = ['vanguardia', 'zocalo', 'radio', 'canal-7', 'el-siglo', 'noticias'];
const CUT = ['radio', 'canal-7', 'el-siglo', 'noticias'];
const HOUR = 6;

const showing = (number: number): Seen => ({
  state: 'al-dia',
  number,
  taken_at: null,
  shows: 'corte',
  receipt: number,
  detail: said(`corte ${number}`),
});

/** One period of the cut: the couriers' reports, then what is seen. @returns the number of its corte */
async function period(stage: Stage, n: number, silent: readonly string[] = []): Promise<number> {
  await stage.turn(NOW + n * PERIOD);
  const number = n + 1;
  for (const name of ALL) stage.report(name, CUT.includes(name) ? null : number);
  for (const name of CUT) stage.see(name, showing(number), silent.includes(name) ? [] : ['web1']);
  return number;
}

async function linksOf(stage: Stage) {
  const links = JSON.parse(await readFile(join(stage.config.panel, 'enlaces.json'), 'utf8')) as {
    por_la_red: boolean;
    difusores: { name: string; enabled: boolean; por_la_red: boolean }[];
  };
  return { setting: links.por_la_red, of: links.difusores.map(({ name, enabled, por_la_red }) => [name, enabled, por_la_red]) };
}

test('with por_la_red who shows and signed for every corte keeps state and link; who only shows it does not', async (t) => {
  const stage = await beginNight(t, ALL, NOW, ['mirar = true', 'por_la_red = true']);
  for (let n = 0; n < HOUR; n++) await period(stage, n, ['noticias']);
  await stage.turn(NOW + HOUR * PERIOD);
  for (const name of ['radio', 'canal-7', 'el-siglo']) t.deepEqual(statesOf(stage.events, name), [], name);
  t.deepEqual(statesOf(stage.events, 'noticias').slice(0, 3), ['36 1-falla', '37 2-fallas', '38 interrumpido']);
  const { setting, of } = await linksOf(stage);
  t.true(setting);
  t.deepEqual(of, [
    ['vanguardia', true, false],
    ['zocalo', true, false],
    ['radio', true, true],
    ['canal-7', true, true],
    ['el-siglo', true, true],
    ['noticias', false, false],
  ]);
  t.regex(await stage.page(), /Al día por la red/);
  // SFTP is back: all is as it was before, and nothing was lost meanwhile.
  await stage.turn(NOW + HOUR * PERIOD + 1000);
  for (const name of CUT) stage.report(name, HOUR + 1);
  await stage.turn(NOW + HOUR * PERIOD + 2000);
  t.deepEqual(
    (await linksOf(stage)).of.map(([, enabled, byNetwork]) => [enabled, byNetwork]),
    ALL.map(() => [true, false]),
  );
});

test('without it the rule counts SFTP alone, and the panel says that they are up to date by the network', async (t) => {
  const stage = await beginNight(t, ALL, NOW, ['mirar = true']);
  for (let n = 0; n < 4; n++) await period(stage, n);
  t.deepEqual(statesOf(stage.events, 'radio').slice(0, 3), ['36 1-falla', '37 2-fallas', '38 interrumpido']);
  await stage.turn(NOW + 3 * PERIOD + 1000);
  const { setting, of } = await linksOf(stage);
  t.false(setting);
  t.deepEqual(of[2], ['radio', false, false]);
  t.regex(await stage.page(), /Al día por la red/);
});

test('a restart in the middle of the cut neither forgets what was seen nor takes it for what came by SFTP', async (t) => {
  const stage = await beginNight(t, ALL, NOW, ['mirar = true']);
  await period(stage, 0);
  await stage.turn(NOW + 1000);
  const { panel, chain, phase } = stage.config;
  // As the look left it: what came over HTTPS is kept where the others are.
  const { statement, sha256: corte } = await readStatement(chain, phase, 1);
  const hours = { received_at: statement.taken_at, admitted_at: statement.taken_at, published_at: statement.taken_at };
  const names = { election: statement.election, phase, number: 1, corte, difusor: 'radio', node: 'web1' };
  const acuse = { type: 'cotejo/acuse', format: 1, ...names, ...hours };
  await keptAcuses(panel, { difusor: 'radio', node: 'web1' }, phase).keep(1, encode(acuse), Buffer.from('verified before'));
  const next = await openLedger(panel, await viewChain(chain, phase), { now: () => stage.now });
  t.like(next.node('radio/web1'), { number: 0, red: { number: 1 } });
  t.like(next.site('radio'), { state: 'al-dia', number: 1, receipt: 1 });
});

test('a site where readers see something wrong is troubled though SFTP is well, and only changes are told', async (t) => {
  const stage = await beginNight(t, ['vanguardia'], NOW, ['mirar = true']);
  await stage.turn(NOW);
  stage.report('vanguardia', 1);
  stage.see('vanguardia', showing(1), []);
  const bad = { ...showing(1), state: 'mezcla', detail: said('files of two') } as const;
  stage.see('vanguardia', bad, []);
  stage.see('vanguardia', bad, []);
  await stage.turn(NOW + 1000);
  t.deepEqual(
    named(stage.events, 'outside').map(({ state, before }) => [before, state]),
    [
      [null, 'al-dia'],
      ['al-dia', 'mezcla'],
    ],
  );
  const page = await stage.page();
  t.regex(page, /<article/);
  t.regex(page, /files of two/);
  stage.see('vanguardia', showing(1), []);
  await stage.turn(NOW + 2000);
  t.notRegex(await stage.page(), /<article/);
});

test('what was switched off, or seen at an address that is no longer configured, changes nothing', async (t) => {
  const stage = await beginNight(t, ['vanguardia'], NOW, ['mirar = true']);
  await stage.turn(NOW);
  await stage.night.reconfigure(() => Promise.resolve({ ...stage.config, mirar: false }));
  stage.see('vanguardia', showing(1), ['web1']);
  t.deepEqual(named(stage.events, 'outside', 'acuse-outside'), []);
});
