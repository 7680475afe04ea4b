import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { lastNumber, readNewest } from '../../src/chain/chain-folder.ts';
import { healChain } from '../../src/iec/heal.ts';
import { lockChain } from '../../src/iec/pack/chain-lock.ts';
import type { NightEvent } from '../../src/iec/record/bitacora.ts';
import { viewChain } from '../../src/iec/record/chain-view.ts';
import { keptAcuses } from '../../src/iec/record/kept-acuses.ts';
import { newRecibos } from '../../src/iec/record/recibos.ts';
import { openMark } from '../../src/iec/record/signed-mark.ts';
import { runNight } from '../../src/iec/run.ts';
import { parseIecConfig } from '../../src/iec/setup/config.ts';
import { supervisorOf } from '../../src/service/supervisor.ts';
import { journalLine } from '../../src/terminal/journal.ts';
import { makeChain, writeInChain } from '../kit/cortes.ts';
import { makeTrust, NOW, nextTrust, signTrust, writeTrust } from '../kit/election.ts';
import { keyText, iec as sender } from '../kit/inbox.ts';
import { makeKey } from '../kit/keys.ts';
import { makeRecibo } from '../kit/recibos.ts';
import { makeInstitute } from './institute.ts';
import { tomlOf } from './network.ts';

/** A configured institute of one node, at which nobody listens. */
async function alone(t: ExecutionContext, head: readonly string[] = []) {
  const institute = await makeInstitute(t);
  await institute.publish({ 'index.html': 'resultados preliminares' });
  const lines = { host: '127.0.0.1', port: 1, user: 'iec', host_key: `SHA256:${'A'.repeat(43)}`, inbox: 'inbox', outbox: 'outbox' };
  const toml = tomlOf([{ name: 'vanguardia', lines: { ...lines, acuse_key: makeKey('vanguardia').publicKey } }], head);
  return parseIecConfig(toml, join(institute.folder, 'IEC.toml'));
}

const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

test.serial('a night that systemd can not be told of ends: nothing of it goes on beside the next one', async (t) => {
  const config = await alone(t);
  const events: NightEvent[] = [];
  const supervisor = {
    ready: () => Promise.reject(new Error('no descriptor is left')),
    status: () => Promise.resolve(),
    stopping: () => Promise.resolve(),
    watchdogMs: 60_000,
    alive: () => Promise.resolve(),
  };
  const stop = new AbortController();
  t.teardown(() => stop.abort());
  const identity = { privateKey: await keyText(t, sender) };
  const before = timers();
  const heard = (event: NightEvent) => void events.push(event);
  const night = runNight(
    () => Promise.resolve(config),
    { key: makeKey('firma-1'), identity, now: () => NOW, supervisor, heard },
    stop.signal,
  );
  await t.throwsAsync(night, { message: 'no descriptor is left' });
  t.is(timers(), before);
  t.is(events.at(-1)?.event, 'stopped');
});

test.serial('the journal is in the language of whoever reads it, and the record in English', async (t) => {
  const config = await alone(t);
  const supervisor = {
    ready: () => Promise.resolve(),
    status: () => Promise.resolve(),
    stopping: () => Promise.resolve(),
    watchdogMs: null,
    alive: () => Promise.resolve(),
  };
  const stop = new AbortController();
  const told: string[] = [];
  const heard = (event: NightEvent) => {
    if (event.event !== 'trouble') return;
    told.push(journalLine(event, 'es'), journalLine(event, 'en'));
    stop.abort();
  };
  const identity = { privateKey: await keyText(t, sender) };
  const key = makeKey('firma-1');
  await runNight(() => Promise.resolve(config), { key, identity, now: () => NOW, supervisor, heard }, stop.signal);
  t.deepEqual(told, [
    'trouble node=vanguardia/web1 error=unreachable detail="no hay conexión con 127.0.0.1:1: ECONNREFUSED"',
    'trouble node=vanguardia/web1 error=unreachable detail="127.0.0.1:1: ECONNREFUSED"',
  ]);
  const log = await readFile(join(config.panel, 'bitacora.jsonl'), 'utf8');
  t.regex(log, /"error":"unreachable","detail":"127\.0\.0\.1:1: ECONNREFUSED"/);
});

test.serial(
  'a night on a chain that is not known to be its own signs nothing before the nodes are asked; where a person decided so it does',
  async (t) => {
    const config = await alone(t, ['relevo_unasked = 0']);
    const supervisor = supervisorOf({});
    const identity = { privateKey: await keyText(t, sender) };
    const until = async (wanted: string) => {
      const stop = new AbortController();
      t.teardown(() => stop.abort());
      const found: NightEvent[] = [];
      const heard = (event: NightEvent) => {
        if (event.event === 'packed' || event.event === 'pack-failed') found.push(event);
        if (found.length > 0) stop.abort();
      };
      await runNight(
        () => Promise.resolve(config),
        { key: makeKey('firma-1'), identity, now: () => NOW, supervisor, heard },
        stop.signal,
      );
      t.is(found[0]?.event, wanted);
      return found[0];
    };
    t.is((await until('pack-failed'))?.['error'], 'not-asked');
    t.is(await lastNumber(config.chain, 'jornada'), 0);
    await (await openMark(config.panel, config.chain)).take('jornada', { number: 0, corte: null }, { alone: true });
    t.is((await until('packed'))?.['number'], 1);
    const newest = await readNewest(config.chain, 'jornada');
    const end = { number: 1, corte: newest?.sha256 ?? null };
    t.true(await (await openMark(config.panel, config.chain)).holds('jornada', end, NOW), 'and it has noted what it signed');
  },
);

test.serial('a night packs nothing while another process holds the chain, tells so, and ends by its signal', async (t) => {
  const config = await alone(t);
  const identity = { privateKey: await keyText(t, sender) };
  const firstOf = async (...wanted: readonly string[]) => {
    const stop = new AbortController();
    t.teardown(() => stop.abort());
    const found: NightEvent[] = [];
    const heard = (event: NightEvent) => {
      if (!wanted.includes(event.event)) return;
      found.push(event);
      stop.abort();
    };
    const options = { key: makeKey('firma-1'), identity, now: () => NOW, supervisor: supervisorOf({}), heard };
    await runNight(() => Promise.resolve(config), options, stop.signal);
    return found[0];
  };
  const lock = await lockChain(config.chain);
  const failed = await firstOf('packed', 'pack-failed');
  t.is(failed?.['error'], 'iec-failed', String(failed?.['detail']));
  t.is(await lastNumber(config.chain, 'jornada'), 0);
  await lock.release();
  t.is((await firstOf('packed', 'pack-failed'))?.['number'], 1);
});

test.serial('a heal beside the night takes the receipts of what was disowned away, and no restart is needed for it', async (t) => {
  const config = await alone(t);
  const { chain, panel, phase } = config;
  const trust = signTrust(makeTrust());
  const made = makeChain(3, { trust });
  for (const corte of made) {
    await writeInChain(chain, corte);
    const [acuse, signature] = makeRecibo({ number: corte.statement.number, sha256: corte.sha256 });
    const kept = keptAcuses(panel, { difusor: 'vanguardia', node: 'web1' }, phase);
    await kept.keep(corte.statement.number, Buffer.from(acuse), Buffer.from(signature));
  }
  const recibos = newRecibos(panel, await viewChain(chain, phase), { anew: 'missing', tell: () => {}, gatherMs: 0 });
  await recibos.end();
  const published = () => readdir(join(panel, 'recibos', phase));
  t.is((await published()).length, 3);
  const stop = new AbortController();
  t.teardown(() => stop.abort());
  const events: NightEvent[] = [];
  let ring = () => {};
  const heard = (event: NightEvent) => {
    events.push(event);
    if (event.event === 'chain-cut') stop.abort();
  };
  const heal = async () => {
    const signers = trust.document.signers.map((signer) => (signer.name === 'firma-1' ? { ...signer, last: 1 } : signer));
    await writeTrust(signTrust(nextTrust(trust, { signers })), join(chain, 'trust/2.json'));
    await healChain(chain);
    ring();
  };
  const supervisor = { ...supervisorOf({}), ready: heal };
  const identity = { privateKey: await keyText(t, sender) };
  const reread = { onRing: (listener: () => void) => void (ring = listener) };
  const options = { key: makeKey('firma-1'), identity, now: () => NOW, supervisor, heard, reread };
  await runNight(() => Promise.resolve(config), options, stop.signal);
  t.like(
    events.findLast(({ event }) => event === 'chain-cut'),
    { from: 3, head: 1 },
  );
  t.deepEqual(await published(), ['000001.json']);
});
