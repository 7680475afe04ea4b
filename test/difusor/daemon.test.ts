import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statfsSync } from 'node:fs';
import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { stringify } from 'smol-toml';
import type { Event } from '../../src/difusor/state/events.ts';
import { ACUSE_KEY } from '../kit/acuse-key.ts';
import { type Corte, makeChain, makeCorte, writeDelivery } from '../kit/cortes.ts';
import { at, makeTrust, signTrust } from '../kit/election.ts';
import { makeFolder } from '../kit/folders.ts';
import { writePrivateKey } from '../kit/keys.ts';
import { configIn } from '../kit/node.ts';
import { repository } from '../kit/programs.ts';
import { long } from '../kit/requires.ts';

/** The daemon as a process of its own. */

const COTEJO = join(repository(), 'dist/bin/cotejo.js');

async function until(what: () => unknown, why: string, ms = 50): Promise<void> {
  for (let i = 0; i * ms < 60_000; i++) {
    if (what()) return;
    await pause(ms);
  }
  throw new Error(`waited a minute for ${why}`);
}

/** A configured node whose clock is the machine's. */
async function installed(t: ExecutionContext) {
  const folder = await makeFolder(t);
  const trust = signTrust(makeTrust({ now: Date.now() }));
  const { anchor, state, inbox, outbox, acuse_key } = await configIn(folder, trust);
  await writePrivateKey(ACUSE_KEY, acuse_key);
  const config = join(folder, 'difusor.toml');
  const settings = { difusor: 'vanguardia', node: 'web1', anchor, state, inbox, outbox, acuse_key, poll_seconds: 0.2 };
  await writeFile(config, stringify(settings));
  const cotejo = (...args: string[]) =>
    spawnSync(process.execPath, [COTEJO, 'difusor', ...args, '--config', config], { encoding: 'utf8' });
  const run = () => {
    const child = spawn(process.execPath, [COTEJO, 'difusor', 'run', '--config', config], { stdio: ['ignore', 'pipe', 'pipe'] });
    t.teardown(() => child.kill('SIGKILL'));
    return child;
  };
  return { folder, trust, state, inbox, outbox, cotejo, run };
}

async function eventsIn(state: string): Promise<Event[]> {
  const lines = (await readFile(join(state, 'events.jsonl'), 'utf8')).trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Event);
}

function ended(child: ChildProcess): Promise<{ code: number | null; signal: string | null }> {
  return new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal })));
}

long().serial('a night of a daemon: ready, admits, tells, and shares its state with the commands', async (t) => {
  const { trust, state, inbox, outbox, cotejo, run, folder } = await installed(t);
  const cortes = makeChain(4, { trust });
  await writeDelivery(inbox, cortes[0] as Corte);
  const daemon = run();
  const end = ended(daemon);
  const number = () => {
    const file = join(outbox, 'status.json');
    if (!existsSync(file)) return null;
    const status = JSON.parse(readFileSync(file, 'utf8')) as { phases: { phase: string; number: number | null }[] };
    return status.phases.find(({ phase }) => phase === 'jornada')?.number ?? null;
  };
  await until(() => number() === 1, 'the first corte');

  const another = cotejo('run');
  t.is(another.status, 3, 'one daemon for one state');
  t.regex(another.stderr, /another daemon runs/);

  await writeDelivery(inbox, cortes[1] as Corte);
  await until(() => number() === 2, 'the second corte');
  await until(() => readdirSync(inbox).length === 0, 'an empty inbox');

  // One is admitted by hand beside the daemon; the next one waited in the inbox.
  await writeDelivery(inbox, cortes[3] as Corte);
  const stick = await writeDelivery(join(folder, 'usb'), cortes[2] as Corte);
  const admitted = cotejo('admit', stick, '--json');
  t.is(admitted.status, 0, admitted.stderr);
  t.like(JSON.parse(admitted.stdout), { delivery: 'jornada-000003', outcome: 'admitted', code: null, phase: 'jornada', number: 3 });
  t.true(existsSync(stick), 'a named delivery is left where it is');
  await until(() => number() === 4, 'the fourth corte');
  const repaired = cotejo('repair', '--json');
  t.is(repaired.status, 0, repaired.stdout + repaired.stderr);

  await until(() => existsSync(join(state, 'metrics.prom')), 'the metrics');
  const metrics = await readFile(join(state, 'metrics.prom'), 'utf8');
  t.regex(metrics, /^cotejo_corte_number\{phase="jornada"\} 4$/m);
  t.is(/^cotejo_free_inodes \d+$/m.test(metrics), statfsSync(state).files > 0);
  t.is(await readFile(join(state, 'status.json'), 'utf8'), await readFile(join(outbox, 'status.json'), 'utf8'));
  const status = cotejo('status', '--json');
  t.like(JSON.parse(status.stdout), { difusor: 'vanguardia', node: 'web1', refused_last_hour: 0, daemon: { at_work: true } });
  t.is(JSON.parse(status.stdout).free_inodes > 0, statfsSync(state).files > 0);
  t.deepEqual(
    (await eventsIn(state)).flatMap((event) => (event.event === 'admitted' ? [event.number] : [])),
    [1, 2, 3, 4],
  );

  daemon.kill('SIGTERM');
  t.deepEqual(await end, { code: 0, signal: null });
  t.deepEqual(await readdir(join(state, 'staging')), []);
  t.like(JSON.parse(cotejo('status', '--json').stdout), { daemon: { at_work: false } }, 'it was stopped');
  t.regex(cotejo('status').stdout, /^NOBODY IS AT WORK: /m);
  t.is(await readFile(join(state, 'status.json'), 'utf8'), await readFile(join(outbox, 'status.json'), 'utf8'));
});

test.serial('a daemon that was killed is missed a minute later', async (t) => {
  const { state, run, cotejo } = await installed(t);
  const daemon = run();
  const end = ended(daemon);
  const file = join(state, 'status.json');
  await until(() => existsSync(file), 'the daemon');
  daemon.kill('SIGKILL');
  await end;
  const atWork = () => (JSON.parse(cotejo('status', '--json').stdout) as { daemon: { at_work: boolean } }).daemon.at_work;
  t.true(atWork(), 'it may have been at work a moment ago');
  for (const ms of [-61_000, 600_000]) {
    const then = new Date(Date.now() + ms);
    await utimes(file, then, then);
    t.false(atWork());
  }
});

/** A publication of 60 MiB that shares no content with another. */

const large = () => Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`${i}.jpg`, randomBytes(1024 * 1024)]));

long().serial('SIGTERM in the middle of a large admission ends it, loses nothing, and the next daemon admits it', async (t) => {
  const { trust, state, inbox, run } = await installed(t);
  const first = run();
  const end = ended(first);
  await until(() => existsSync(join(state, 'status.json')), 'the daemon');
  const staged = () => readdirSync(join(state, 'staging')).find((name) => name.startsWith('jornada'));
  const admitted = () =>
    existsSync(join(state, 'chain/jornada'))
      ? readdirSync(join(state, 'chain/jornada')).filter((name) => name !== 'historia').length
      : 0;

  // On a busy machine an admission may be over before it is caught; then the next corte is tried.
  let [corte, isCaught]: [Corte | null, boolean] = [null, false];
  for (let tries = 0; !isCaught && tries < 5; tries++) {
    if (corte) await until(() => admitted() === tries && readdirSync(inbox).length === 0, 'the corte that was missed');
    corte = makeCorte({ trust, previous: corte, files: large(), takenAt: at(Date.now() - 60_000 + tries * 1000) });
    await writeDelivery(inbox, corte);
    await until(() => staged() !== undefined || admitted() > tries, 'the admission', 1);
    // The process is stopped while we check where it is, so that the signal surely comes in the middle.
    first.kill('SIGSTOP');
    await until(() => / T /.test(readFileSync(`/proc/${first.pid}/stat`, 'utf8')), 'the daemon to stand still', 1);
    const name = staged();
    const left = name === undefined ? 0 : 60 - readdirSync(join(state, 'staging', name), { recursive: true }).length;
    isCaught = left > 0 && admitted() === tries;
    if (!isCaught) first.kill('SIGCONT');
  }
  t.true(isCaught, 'the admission has files to extract yet');
  const before = admitted();
  first.kill('SIGTERM');
  first.kill('SIGCONT');
  t.deepEqual(await end, { code: 0, signal: null });
  t.deepEqual(await readdir(join(state, 'staging')), []);
  t.is(admitted(), before, 'nothing was admitted');
  t.deepEqual(await readdir(inbox), [corte?.delivery], 'and nothing lost');
  t.deepEqual(
    (await eventsIn(state)).map(({ event }) => event).filter((event) => event === 'refused' || event === 'error'),
    [],
  );
  const second = run();
  const last = ended(second);
  await until(() => admitted() === before + 1 && readdirSync(inbox).length === 0, 'the corte');
  second.kill('SIGTERM');
  t.deepEqual(await last, { code: 0, signal: null });
  t.is((await readdir(join(state, 'public/jornada'))).length, 60);
});
