import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { readStatement } from '../../src/chain/chain-folder.ts';
import { encodeDocument } from '../../src/format/document.ts';
import { healChain } from '../../src/iec/heal.ts';
import { viewChain } from '../../src/iec/record/chain-view.ts';
import { keptAcuses } from '../../src/iec/record/kept-acuses.ts';
import { openLedger } from '../../src/iec/record/ledger.ts';
import { at, makeTrust, NOW, nextTrust, signTrust, writeTrust } from '../kit/election.ts';
import { makeKey } from '../kit/keys.ts';
import { beginNight, configOf, named, PERIOD, reportBy, statesOf, writtenIn } from './night-stage.ts';

const acuseOf = (corte: string) => {
  const hours = { received_at: at(NOW), admitted_at: at(NOW), published_at: at(NOW) };
  return { type: 'cotejo/acuse', format: 1, corte, difusor: 'zocalo', node: 'web1', ...hours };
};

/** What one turn of a night does, without an sshd. */

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

test('what a node had of cortes that heal set aside beside the night is not what has their numbers now', async (t) => {
  const stage = await beginNight(t, ['vanguardia', 'zocalo']);
  const { chain, phase } = stage.config;
  for (let n = 0; n < 3; n++) await stage.turn(NOW + n * PERIOD);
  for (const name of ['vanguardia', 'zocalo']) stage.report(name, 3);
  t.is(await stage.turn(NOW + 2 * PERIOD + 1000), 10_000);
  // The signer of corte 3 is ended, the Institute heals its chain and signs another one, all between two turns.
  const first = signTrust(makeTrust());
  const signers = first.document.signers.map((signer) => (signer.name === 'firma-1' ? { ...signer, last: 2 } : signer));
  await writeTrust(signTrust(nextTrust(first, { signers })), join(chain, 'trust/2.json'));
  await healChain(chain);
  const takenAt = at(NOW + 2 * PERIOD + 5000);
  await stage.iec.pack({ key: makeKey('relevo-1'), takenAt, now: () => NOW + 2 * PERIOD + 6000 });
  const { sha256: corte } = await readStatement(chain, phase, 2);
  const encoded = encodeDocument({ ...acuseOf(corte), election: first.document.election, phase, number: 2 });
  await keptAcuses(stage.config.panel, { difusor: 'zocalo', node: 'web1' }, phase).keep(2, encoded, Buffer.from('verified before'));
  await stage.turn(NOW + 2 * PERIOD + 10_000);
  t.deepEqual(
    named(stage.events, 'chain-cut').map(({ from, head }) => [from, head]),
    [[3, 3]],
  );
  // Nobody has heard from either of them since, and both miss the new corte 3.
  for (const n of [3, 4]) await stage.turn(NOW + n * PERIOD);
  for (const name of ['vanguardia', 'zocalo']) t.deepEqual(statesOf(stage.events, name).slice(-1), ['39 1-falla'], name);
  t.true(stage.sent.every(({ wakes }) => wakes > 0));
});

test('what can not be forgotten after a cut is told once while it lasts, and tried until it can', async (t) => {
  const stage = await beginNight(t);
  const { chain, panel } = stage.config;
  for (let n = 0; n < 2; n++) await stage.turn(NOW + n * PERIOD);
  const first = signTrust(makeTrust());
  const signers = first.document.signers.map((signer) => (signer.name === 'firma-1' ? { ...signer, last: 1 } : signer));
  await writeTrust(signTrust(nextTrust(first, { signers })), join(chain, 'trust/2.json'));
  await healChain(chain);
  const acuses = join(panel, 'acuses');
  await rm(acuses, { recursive: true, force: true });
  await writeFile(acuses, 'a folder that can not be read');
  for (let n = 1; n <= 5; n++) await stage.turn(NOW + PERIOD + n * 10_000);
  const told = named(stage.events, 'panel-trouble').length;
  t.is(named(stage.events, 'chain-cut').length, 1);
  t.is(told, 1);
  await rm(acuses);
  await stage.turn(NOW + PERIOD + 60_000);
  t.is(named(stage.events, 'panel-trouble').length, told);
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

test('a corte of an hour that has not come yet is told, and shown until it has, or is set aside', async (t) => {
  const stage = await beginNight(t, ['vanguardia'], NOW + 36 * PERIOD);
  await stage.turn(NOW + 36 * PERIOD); // the clock is six hours ahead, and is then set right
  t.is(await stage.turn(NOW + 60_000), 10_000);
  await stage.turn(NOW + PERIOD + 70_000);
  t.deepEqual(
    named(stage.events, 'packed', 'pack-failed').map(({ event, error }) => [event, error]),
    [
      ['packed', undefined],
      ['pack-failed', 'iec-clock'],
    ],
  );
  t.regex(await stage.page(), /role="alert"/);
  t.regex(await stage.page(), /class="next late"/);
  await stage.turn(NOW + 37 * PERIOD);
  t.is(named(stage.events, 'packed').length, 2);
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

test('references to the root are told once, and again when they are others', async (t) => {
  const stage = await beginNight(t);
  const period = 1000 * (await viewChain(stage.config.chain, 'jornada')).phase.period_seconds;
  for (const [i, link] of ['/a', '/a', 'b', '/c'].entries()) {
    await stage.iec.publish({ 'index.html': `<a href="${link}">${i}`, '1.html': '' });
    await stage.turn(NOW + i * period);
  }
  t.deepEqual(
    named(stage.events, 'leaves-corte').map(({ references, first }) => [references, first]),
    [
      [1, 'index.html: /a'],
      [1, 'index.html: /c'],
    ],
  );
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
  t.deepEqual(
    stage.packedBy?.difusor.map(({ name }) => name),
    ['vanguardia', 'zocalo'],
  );
  await stage.turn(NOW + PERIOD);
  t.deepEqual(
    stage.packedBy?.difusor.map(({ name }) => name),
    ['vanguardia', 'laguna'],
    'the padrón is of those there are now',
  );

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
  t.is(String(named(stage.events, 'config-refused')[0]?.['detail']), 'line 3: expected a name');
  t.false(stage.sent[0]?.isDismissed);
});

test('a panel that can not be written does not end the night, and is written as soon as it can be', async (t) => {
  const stage = await beginNight(t);
  const page = join(stage.config.panel, 'index.html');
  await rm(page);
  await mkdir(page);
  await stage.turn(NOW);
  t.is(named(stage.events, 'packed').length, 1);
  t.is(named(stage.events, 'panel-trouble').length, 1);
  await stage.turn(NOW + 500);
  t.is(named(stage.events, 'panel-trouble').length, 1, 'it is told once while it lasts');
  await rm(page, { recursive: true });
  await stage.turn(NOW + 1000);
  t.regex(await stage.page(), /corte 1/);
  await rm(page);
  await mkdir(page);
  await stage.turn(NOW + PERIOD);
  t.is(named(stage.events, 'panel-trouble').length, 2, 'and once more when it comes again');
});

test('the panel is renewed while a long pack lasts, and the last one says that the night has ended', async (t) => {
  const stage = await beginNight(t);
  let seen = 0;
  stage.meanwhile = async () => {
    stage.meanwhile = null;
    stage.now = NOW + 9000;
    stage.night.beat(stage.now);
    await sleep(100);
    t.is(writtenIn(await stage.page()), NOW, 'not more often than usual');
    stage.now = NOW + 30_000;
    for (let tries = 0; seen < stage.now && tries < 200; tries++) {
      stage.night.beat(stage.now);
      await sleep(20);
      seen = writtenIn(await stage.page());
    }
  };
  await stage.turn(NOW);
  t.is(seen, NOW + 30_000);
  t.notRegex(await stage.page(), /role="alert"/);
  await stage.night.end();
  t.regex(await stage.page(), /role="alert"><p>■ El servicio del IEC se detuvo a las 01:00:30/);
});

test('what a courier sees at a node that rests is shown', async (t) => {
  const stage = await beginNight(t);
  await stage.turn(NOW);
  stage.report('vanguardia', 1);
  const [courier] = stage.sent;
  const rung = stage.rung();
  courier?.duty.looked(courier.target, null);
  t.is(stage.rung(), rung, 'that is no news');
  courier?.duty.looked(courier.target, NOW - 120_000);
  t.is(stage.rung(), rung + 1);
  await stage.turn(NOW + 1000);
  t.regex(await stage.page(), /Servicio sin señales<\/span> desde las 00:58/);
  t.is(named(stage.events, 'daemon-silent').length, 1);
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
