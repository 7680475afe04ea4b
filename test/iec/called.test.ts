import { chmod, chown, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { said } from '../../src/format/said.ts';
import { rowsOf } from '../../src/iec/panel/rows.ts';
import { viewChain } from '../../src/iec/record/chain-view.ts';
import { openLedger } from '../../src/iec/record/ledger.ts';
import { lockPanel } from '../../src/iec/record/panel-lock.ts';
import { nodesOf, readIecConfig } from '../../src/iec/setup/config.ts';
import { cotejo } from '../kit/command.ts';
import { NOW } from '../kit/election.ts';
import { makeKey } from '../kit/keys.ts';
import { requiresRoot } from '../kit/requires.ts';
import { makeInstitute } from './institute.ts';
import { tomlOf } from './network.ts';

/** `cotejo iec called`, the command as an operator types it, while `iec run` is at work on the panel. */

async function begin(t: ExecutionContext) {
  const { folder } = await makeInstitute(t);
  const lines = { host: '192.0.2.1', port: 22, user: 'iec', host_key: `SHA256:${'A'.repeat(43)}`, inbox: 'i', outbox: 'o' };
  const nodes = ['vanguardia', 'zocalo'].map((name) => ({ name, lines: { ...lines, acuse_key: makeKey(name).publicKey } }));
  const file = join(folder, 'IEC.toml');
  await writeFile(file, tomlOf(nodes));
  const config = await readIecConfig(file);
  const view = await viewChain(config.chain, config.phase);
  const ledger = await openLedger(config.panel, view, { now: () => NOW });
  const [target] = nodesOf(config);
  const report = (number: number | null) => {
    const trouble = number === null ? ({ code: 'unreachable', detail: said('') } as const) : null;
    ledger.report({ target: target!, outcome: trouble ? 'failed' : 'up-to-date', number, trouble, bytes: 0, seconds: 0 });
    return ledger.save();
  };
  const held = await lockPanel(config.panel);
  t.teardown(() => held?.release());
  const called = async (...args: string[]) => {
    const ran = await cotejo(['iec', 'called', ...args, '--config', file]);
    return { status: ran.status, said: ran.stderr, ...(ran.stdout.startsWith('{') ? JSON.parse(ran.stdout) : {}) };
  };
  const row = async () => {
    const seen = await openLedger(config.panel, view, { now: () => NOW });
    return (await rowsOf([target!], seen, view, config.panel, NOW))[0];
  };
  const log = async () =>
    (await readFile(join(config.panel, 'bitacora.jsonl'), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  return { panel: config.panel, report, called, row, log };
}

test('a call is noted about the present trouble, stands until it has ended, and can be taken back', async (t) => {
  const { panel, report, called, row, log } = await begin(t);
  t.is((await called('vanguardia')).status, 1, 'nothing is known to be wrong');
  await report(null);
  const noted = await called('vanguardia', 'web1', '--episode', '1', '--note', 'sin luz', '--json');
  t.is(noted.status, 0, noted.said);
  t.like(noted.calls[0], { difusor: 'vanguardia', node: 'web1', episode: 1, note: 'sin luz' });
  t.like(await row(), { episode: 1, called_at: noted.calls[0].called_at, note: 'sin luz' });
  t.like((await log()).at(-1), { event: 'called', node: 'vanguardia/web1', episode: 1, note: 'sin luz' });

  t.is((await called('vanguardia', '--undo')).status, 0);
  t.like(await row(), { episode: 1, called_at: null, note: null });
  t.is((await called('vanguardia')).status, 0, 'all of its nodes that have trouble');
  await report(0);
  t.like(await row(), { episode: null, troubled_since: null, called_at: null });
  await report(null);
  t.like(await row(), { episode: 2, called_at: null }, 'the next trouble');
  t.is((await called('vanguardia', 'web1', '--episode', '1')).status, 1, 'the line of the trouble before');
  t.is((await called('vanguardia', 'web1', '--episode', '2')).status, 0);
  const { calls } = JSON.parse(await readFile(join(panel, 'llamadas.json'), 'utf8'));
  t.is(calls.length, 1, 'what has ended is not kept in the list');
});

test('wrong words are usage; a record that is spoiled is not guessed at, and a list that is spoiled is made anew', async (t) => {
  const { panel, report, called, row } = await begin(t);
  await report(null);
  for (const args of [
    ['vanguardia', 'web9'],
    ['vanguardia', '--episode', '1'],
  ]) {
    t.is((await called(...args)).status, 2, args.join(' '));
  }
  await writeFile(join(panel, 'llamadas.json'), '{"phase":');
  t.like(await row(), { called_at: null });
  t.is((await called('vanguardia')).status, 0);
  t.truthy((await row())?.called_at);
  await writeFile(join(panel, 'estado.json'), '{');
  t.is((await called('vanguardia')).status, 3);
});

requiresRoot()("what root notes is the service's own", async (t) => {
  const { panel, report, called } = await begin(t);
  await report(null);
  for (const path of [panel, ...(await readdir(panel)).map((name) => join(panel, name))]) await chown(path, 65_534, 65_534);
  await chmod(dirname(panel), 0o755);
  const noted = await called('vanguardia');
  t.is(noted.status, 0, noted.said);
  for (const name of ['llamadas.json', 'bitacora.jsonl']) t.is((await stat(join(panel, name))).uid, 65_534, name);
});
