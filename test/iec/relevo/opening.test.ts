import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { encodeDocument } from '../../../src/format/document.ts';
import { viewChain } from '../../../src/iec/record/chain-view.ts';
import { keptAcuses } from '../../../src/iec/record/kept-acuses.ts';
import { type Guard, newGuard } from '../../../src/iec/relevo/guard.ts';
import type { IecConfig } from '../../../src/iec/setup/config.ts';
import { type Corte, makeCorte, publicationOf, writeInChain } from '../../kit/cortes.ts';
import { at, makeTrust, signTrust } from '../../kit/election.ts';
import { makeInstitute } from '../institute.ts';
import { configOf } from '../night-stage.ts';
import { PERIOD, showing, verdictOf } from './guard-stage.ts';

/**
 * Who signs corte 1, where one machine began before the opening and another has taken over. Nobody listens at the nodes'
 * accounts; what the other one signed is shown at a Difusor's public address.
 */

const trust = signTrust(makeTrust());
const OPENS = Date.parse(trust.document.phases[0]?.opens_at ?? '');

/** A machine with an empty chain, its clocks, a Difusor that shows some cortes (null: nothing), and one that is silent, of so many nodes. */
async function machine(t: ExecutionContext, shown: readonly Corte[] | null, nodes = 1) {
  const iec = await makeInstitute(t, trust);
  const bare = configOf(iec, ['vanguardia', 'zocalo'], 1);
  const nobody = bare.difusor.map((one) => ({
    ...one,
    url: 'http://127.0.0.1:1/',
    node: one.node.flatMap((node) =>
      Array.from({ length: nodes }, (_, i) => ({ ...node, name: `web${i + 1}`, host: '127.0.0.1' })),
    ),
  }));
  const silent: IecConfig = { ...bare, difusor: nobody, relevo_unasked: 0 };
  const config = shown ? await showing(t, silent, 'vanguardia', shown) : silent;
  const { chain, panel } = config;
  await mkdir(panel);
  const clock = { now: OPENS, elapsed: 0 };
  const identity = () => Promise.resolve({ privateKey: Buffer.from('none that a node would take') });
  const { now, elapsed } = { now: () => clock.now, elapsed: () => clock.elapsed };
  return {
    config,
    panel,
    /** sets the clock, by which so much time has passed, ms */
    pass: (ms: number, jump = 0): void => {
      clock.now += ms + jump;
      clock.elapsed += ms;
    },
    begin: async (): Promise<Guard> => {
      const guard = newGuard({ config: () => config, identity, now, elapsed, tell: (event) => t.fail(event.event), totalMs: 2000 });
      await guard.begin(await viewChain(chain, config.phase));
      return guard;
    },
  };
}

/** What the other machine signed meanwhile. */
const others = () =>
  makeCorte({ trust, files: publicationOf(1), previous: null, signer: 'relevo-1', takenAt: at(OPENS + PERIOD + 60_000) });

test('a night that begins before its phase opens needs no answers at the opening', async (t) => {
  const { config, begin, pass } = await machine(t, null);
  pass(-1000);
  const guard = await begin();
  pass(2000);
  t.is(await verdictOf(guard, config), 'free');
  t.is(await verdictOf(await begin(), config), 'not-asked', 'but who ended meanwhile must hear somebody');
});

test('who began in time, and comes back soon, needs not everybody; half an hour later another one would have begun', async (t) => {
  const { config, begin, pass } = await machine(t, []);
  pass(-1000);
  await begin();
  pass(PERIOD);
  t.is(await verdictOf(await begin(), config), 'free');
  pass(3 * PERIOD);
  t.is(await verdictOf(await begin(), config), 'not-asked');
});

test('where no account can be reached one public address is enough for who comes back, also of a Difusor with two nodes', async (t) => {
  const { config, begin, pass } = await machine(t, [], 2);
  pass(-1000);
  await begin();
  pass(PERIOD);
  t.is(await verdictOf(await begin(), config), 'free');
});

test('who began before the opening, and comes back after another signed corte 1, does not sign it again', async (t) => {
  const { config, begin, pass } = await machine(t, [others()]);
  pass(-1000);
  await begin();
  pass(1.5 * PERIOD);
  t.is(await verdictOf(await begin(), config), 'corte-lost');
});

test('nor does who began before the opening and slept over it', async (t) => {
  const { config, begin, pass } = await machine(t, [others()]);
  pass(-1000);
  const guard = await begin();
  pass(1000, 1.5 * PERIOD);
  t.is(await verdictOf(guard, config), 'corte-lost');
});

test('nor who had a source too late, for as long as another one needs to begin', async (t) => {
  const { config, begin, pass } = await machine(t, [others()]);
  pass(-1000);
  const guard = await begin();
  pass(2 * PERIOD);
  t.is(await verdictOf(guard, config), 'corte-lost');
});

test('a clock that was behind when the night began makes nobody the first', async (t) => {
  const { config, panel, begin, pass } = await machine(t, null);
  pass(-6 * 3_600_000);
  const guard = await begin();
  pass(30_000, 6 * 3_600_000 + 1000); // set right, a minute after the opening
  t.is(await verdictOf(guard, config), 'not-asked');
  t.is(await verdictOf(await begin(), config), 'not-asked', 'nor does what it noted then');
  // Whoever was there in time, by a clock that is set right later, is the first all the same.
  await rm(join(panel, 'firmado.json'));
  pass(-7 * 3_600_000);
  const early = await begin();
  pass(3_600_000, 6 * 3_600_000);
  t.is(await verdictOf(early, config), 'free');
});

test('what is signed follows the end that the nodes were asked about, whatever came into the chain meanwhile', async (t) => {
  const { config, begin, pass } = await machine(t, null);
  pass(-1000);
  const guard = await begin();
  pass(PERIOD);
  const first = others();
  const second = makeCorte({ trust, files: publicationOf(2), previous: first, takenAt: at(OPENS + PERIOD + 120_000) });
  t.is(await verdictOf(guard, config), 'free');
  await writeInChain(config.chain, first); // as `iec restore` does, which was waited for
  await t.throwsAsync(guard.signing(second.statement, second.sha256), { code: 'not-asked' });
  t.is(await verdictOf(guard, config), 'not-asked');
});

test('a corte that a node has signed for, and this chain has lost, is signed by nobody again', async (t) => {
  const { config, panel, begin, pass } = await machine(t, null);
  pass(-1000);
  const guard = await begin();
  pass(PERIOD);
  const { statement, sha256: corte } = others();
  const { election, phase, number } = statement;
  const hours = { received_at: at(OPENS), admitted_at: at(OPENS), published_at: at(OPENS) };
  const acuse = { type: 'cotejo/acuse', format: 1, election, phase, number, corte, difusor: 'vanguardia', node: 'web1', ...hours };
  const kept = keptAcuses(panel, { difusor: 'vanguardia', node: 'web1' }, phase);
  await kept.keep(number, encodeDocument(acuse), Buffer.from('only what was verified is kept'));
  t.is(await verdictOf(guard, config), 'corte-lost');
});
