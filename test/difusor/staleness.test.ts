import { spawnSync } from 'node:child_process';
import { existsSync, readlinkSync } from 'node:fs';
import { mkdir, readdir, readFile, readlink, rename, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { newMemory } from '../../src/difusor/admission/memory.ts';
import { takeInbox } from '../../src/difusor/admission/pass.ts';
import { openGuard, runGuard } from '../../src/difusor/guard.ts';
import { openNode, viewNode } from '../../src/difusor/open.ts';
import type { DifusorConfig } from '../../src/difusor/setup/config.ts';
import type { Event } from '../../src/difusor/state/events.ts';
import { statusOf } from '../../src/difusor/telling/status.ts';
import { supervisorOf } from '../../src/service/supervisor.ts';
import { ACUSE_KEY } from '../kit/acuse-key.ts';
import { type Corte, makeCorte, publicationOf, writeDelivery } from '../kit/cortes.ts';
import { at, makeTrust, NOW, signTrust } from '../kit/election.ts';
import { makeFastFolder, makeFolder } from '../kit/folders.ts';
import { inJson, inside, onePhase, shows } from '../kit/inside.ts';
import { requires, requiresRoot } from '../kit/requires.ts';

/** The notice comes whatever else fails: by the daemon, and by the guard beside it. */

const ALLOWED = (3 * 600 + 120) * 1000;

/** A daemon that shows corte 1, taken at this moment. */
async function withOneCorte(t: ExecutionContext, folder?: string) {
  const trust = onePhase();
  const day = await inside(t, trust, folder === undefined ? {} : { folder });
  const one = makeCorte({ trust, takenAt: at(NOW), files: publicationOf(1) });
  await writeDelivery(day.config.inbox, one);
  await day.turnsUntil(() => shows(day.events).includes('corte 1'), 'the corte');
  return { ...day, trust, one };
}

const link = (config: DifusorConfig) => readlink(join(config.state, 'public/jornada'));
const isNotice = async (config: DifusorConfig) => /pages.jornada.aviso-/.test(await link(config));

test.serial('the notice of each corte lies ready, whole, before it is due', async (t) => {
  const { config, trust, one, events, turnsUntil } = await withOneCorte(t);
  const ready = await readFile(join(config.state, 'pages/jornada/aviso/index.html'), 'utf8');
  t.true(ready.includes('01:00 horas del 2 de julio de 2018'));
  const two = makeCorte({ trust, previous: one, takenAt: at(NOW + 60_000), files: publicationOf(2) });
  await writeDelivery(config.inbox, two);
  await turnsUntil(() => shows(events).includes('corte 2'), 'the next corte');
  await turnsUntil(() => existsSync(join(config.state, 'status.json')), 'a whole turn');
  t.true((await readFile(join(config.state, 'pages/jornada/aviso/index.html'), 'utf8')).includes('01:01 horas'));
  const pages = await readdir(join(config.state, 'pages/jornada'));
  t.is(pages.filter((name) => name.startsWith('aviso-')).length, 1, 'the notices of older cortes go');
});

test.serial('what lies ready is the notice of the newest corte: an older one is replaced', async (t) => {
  const { config, turn, turnsUntil } = await withOneCorte(t);
  await turn();
  const ready = join(config.state, 'public/.aviso-jornada');
  const right = await readlink(ready);
  await rm(ready);
  await symlink('../pages/jornada/aviso-0123456789abcdef', ready);
  await turnsUntil(() => readlinkSync(ready) === right, 'the right notice');
  t.pass();
});

test.serial('a notice that somebody altered while it lay ready is made again once it is due', async (t) => {
  const { config, clock, turn, turnsUntil } = await withOneCorte(t);
  await turn();
  const file = join(config.state, 'pages/jornada/aviso/index.html');
  const right = await readFile(file, 'utf8');
  await writeFile(file, 'otra cosa');
  clock.now += ALLOWED + 1;
  await turnsUntil(async () => (await isNotice(config)) && (await readFile(file, 'utf8')) === right, 'the right notice');
  await turn();
  t.is(await readFile(file, 'utf8'), right);
});

test.serial('with its inbox gone the daemon shows the notice when it is due', async (t) => {
  const { config, clock, events, turnsUntil } = await withOneCorte(t);
  await rename(config.inbox, `${config.inbox}.gone`);
  clock.now += ALLOWED + 1;
  await turnsUntil(() => shows(events).at(-1) === 'aviso null', 'the notice');
  t.true(await isNotice(config));
});

test.serial('an hour that is moved back does not keep a stale corte fresh', async (t) => {
  const { config, clock, events, turn, turnsUntil } = await withOneCorte(t);
  await turn();
  clock.now -= 3_600_000;
  clock.elapsed += ALLOWED;
  await turn();
  await turn();
  t.is(shows(events).at(-1), 'corte 1');
  clock.elapsed += 1;
  await turnsUntil(() => shows(events).at(-1) === 'aviso null', 'the notice');
  t.true(await isNotice(config));
});

test.serial('an hour that is moved forward shows the notice, and moved back again the corte', async (t) => {
  const { config, clock, events, turnsUntil } = await withOneCorte(t);
  clock.now += 3_600_000;
  await turnsUntil(() => shows(events).at(-1) === 'aviso null', 'the notice');
  clock.now -= 3_600_000;
  await turnsUntil(() => shows(events).at(-1) === 'corte 1', 'the corte');
  t.false(await isNotice(config));
});

const withMount = requiresRoot(requires('mount', ['mount', 'umount'])).serial;

withMount('on a full disk the notice comes in its time, and every failed try leaves nothing behind', async (t) => {
  const folder = await makeFolder(t);
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', folder], { encoding: 'utf8' });
  t.is(mounted.status, 0, mounted.stderr);
  t.teardown(() => spawnSync('umount', ['-l', folder]));
  const { config, clock, events, turn, turnsUntil } = await withOneCorte(t, folder);
  await turn();
  await t.throwsAsync(writeFile(join(folder, 'filling'), Buffer.alloc(12 * 1024 * 1024)), { code: 'ENOSPC' });
  clock.now += ALLOWED + 1;
  await turnsUntil(() => shows(events).at(-1) === 'aviso null', 'the notice');
  t.true(await isNotice(config));
  for (let i = 0; i < 5; i++) await turn();
  t.deepEqual(await readdir(join(config.state, 'staging')), []);
});

test.serial('a corte that was stale at the close stays under the notice, and a phase without a final one is told', async (t) => {
  const plain = makeTrust();
  const closes = NOW + ALLOWED + 600_000;
  const phases = plain.phases.filter(({ name }) => name === 'jornada').map((phase) => ({ ...phase, closes_at: at(closes) }));
  const trust = signTrust({ ...plain, phases, signers: plain.signers.filter(({ phase }) => phase === 'jornada') });
  const { config, clock, events, turn, turnsUntil } = await inside(t, trust);
  const corte = makeCorte({ trust, takenAt: at(NOW), files: publicationOf(1) });
  await writeDelivery(config.inbox, corte);
  await turnsUntil(() => shows(events).includes('corte 1'), 'the corte');
  clock.now = NOW + ALLOWED + 1;
  await turnsUntil(() => shows(events).at(-1) === 'aviso null', 'the notice');
  clock.now = closes + 3_600_000;
  await turnsUntil(() => events.some(({ event }) => event === 'closed-without-final'), 'the end to be told');
  for (let i = 0; i < 3; i++) await turn();
  t.is(shows(events).at(-1), 'aviso null');
  const ends = () => events.filter(({ event }) => event === 'closed-without-final').length;
  t.is(ends(), 1);
  clock.now = closes - 1000; // the clock had jumped, and the close is still to come
  await turn();
  clock.now = closes + 1000;
  await turnsUntil(() => ends() > 1, 'the end to be told');
  const { phases: told } = await statusOf(await viewNode(config, () => clock.now));
  t.like(told, [{ phase: 'jornada', public: 'aviso', fresh: false, ending: 'open-ended' }]);
});

/** A node whose daemon has ended, and the guard beside it. */
async function guarded(t: ExecutionContext, folder?: string) {
  const day = await withOneCorte(t, folder);
  await day.turnsUntil(() => existsSync(join(day.config.state, 'health')), 'health');
  day.stop.abort();
  await day.running;
  const signs = await makeFastFolder();
  const told: Event[] = [];
  const plan = {
    now: () => day.clock.now,
    elapsed: () => day.clock.elapsed,
    tell: (event: Event) => void told.push(event),
    signs,
    supervisor: supervisorOf({}),
  };
  const guard = await openGuard(day.config, plan);
  await guard.look();
  const sign = (name: string) => existsSync(join(signs, name));
  return { ...day, guard, signs, sign, told };
}

test.serial('without the daemon the guard shows the notice when it is due', async (t) => {
  const { config, clock, guard, sign, told } = await guarded(t);
  t.true(sign('vigente/jornada'));
  t.true(sign('sano'));
  clock.now += ALLOWED;
  await guard.look();
  t.false(await isNotice(config), 'not before its time');
  clock.now += 1;
  await guard.look();
  t.true(await isNotice(config));
  t.true(sign('vigente/jornada'), 'the notice may be shown');
  t.deepEqual(told, [{ event: 'published', phase: 'jornada', public: 'aviso', number: null }]);
});

test.serial('a guard that can not look takes away the signs that one before it left', async (t) => {
  const { config, signs, sign, told, clock } = await guarded(t);
  t.true(sign('vigente/jornada') && sign('sano'));
  await writeFile(join(config.state, 'chain/trust/1.json'), 'damaged');
  const stop = new AbortController();
  const plan = {
    now: () => clock.now,
    elapsed: () => clock.elapsed,
    tell(event: Event) {
      told.push(event);
      stop.abort();
    },
    signs,
    supervisor: supervisorOf({}),
  };
  await runGuard(config, plan, stop.signal);
  t.like(inJson(told.at(-1)), { event: 'error', what: 'guard: the node' });
  t.false(sign('vigente/jornada'));
  t.false(sign('sano'));
});

withMount('on a disk that is nearly full the guard stops the record of requests, whatever becomes of the chain', async (t) => {
  const folder = await makeFolder(t);
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', folder], { encoding: 'utf8' });
  t.is(mounted.status, 0, mounted.stderr);
  t.teardown(() => spawnSync('umount', ['-l', folder]));
  const { config, signs, sign, told, clock } = await guarded(t, folder);
  await writeFile(join(config.state, 'chain/trust/1.json'), 'damaged');
  const isRecord = (event: Event) => event.event === 'access-log' || inJson(event).what === "guard: the web server's record";
  // The chain is the last that it looks at, and tells of.
  const guardOnce = async () => {
    const stop = new AbortController();
    const tell = (event: Event) => {
      told.push(event);
      if (!isRecord(event)) stop.abort();
    };
    const plan = { now: () => clock.now, elapsed: () => clock.elapsed, tell, signs, supervisor: supervisorOf({}) };
    await runGuard(config, plan, stop.signal);
  };
  await guardOnce();
  t.false(sign('sin-bitacora'));
  await t.throwsAsync(writeFile(join(folder, 'filling'), Buffer.alloc(12 * 1024 * 1024)), { code: 'ENOSPC' });
  await truncate(join(folder, 'filling'), (await stat(join(folder, 'filling'))).size - 512 * 1024);
  await guardOnce();
  t.is(told.filter(isRecord).length, 1);
  t.true(sign('sin-bitacora'));
  t.regex(await readFile(join(config.state, 'events.jsonl'), 'utf8'), /"event":"access-log","recorded":false/);
});

test.serial('where the daemon ended before it showed the newest corte, the guard judges the one that is shown', async (t) => {
  const { config, trust, one, clock, guard, sign } = await guarded(t);
  const two = makeCorte({ trust, previous: one, takenAt: at(NOW + 600_000), files: publicationOf(2) });
  clock.now = NOW + 600_000;
  await writeDelivery(config.inbox, two);
  const node = await openNode(config, { now: () => clock.now, elapsed: () => clock.elapsed, acuseKey: ACUSE_KEY });
  await takeInbox(node, newMemory());
  const path = join(config.state, 'public/jornada');
  await rm(path);
  await symlink('../trees/jornada/000001', path);
  clock.now = NOW + ALLOWED;
  await guard.look();
  t.true(sign('vigente/jornada'), 'corte 1 may be shown for a moment more');
  clock.now += 1;
  await guard.look();
  t.false(sign('vigente/jornada'), 'corte 1 is stale, though corte 2 is not');
  await rm(path);
  await symlink('../trees/jornada/000002', path);
  await guard.look();
  t.true(sign('vigente/jornada'));
});

withMount('on a disk that can not be written the guard takes the sign away by which the corte is shown', async (t) => {
  const folder = await makeFolder(t);
  const mounted = spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', folder], { encoding: 'utf8' });
  t.is(mounted.status, 0, mounted.stderr);
  t.teardown(() => spawnSync('umount', ['-l', folder]));
  const { config, clock, guard, sign, told } = await guarded(t, folder);
  t.is(spawnSync('mount', ['-o', 'remount,ro', folder]).status, 0);
  clock.now += ALLOWED + 1;
  for (let i = 0; i < 3; i++) await guard.look();
  t.false(await isNotice(config), 'the link can not be moved');
  t.false(sign('vigente/jornada'));
  t.false(sign('sano'));
  t.is(told.filter(({ event }) => event === 'error').length, 1, 'told once');
});

test.serial('the guard follows the daemon: a new corte, a new trust document, a chain that can not be read', async (t) => {
  const { config, clock, trust, one, guard, sign } = await guarded(t);
  const next = await inside(t, trust, { folder: join(config.state, '..') });
  next.clock.now = clock.now = NOW + 60_000;
  const two: Corte = makeCorte({ trust, previous: one, takenAt: at(NOW + 60_000), files: publicationOf(2) });
  await writeDelivery(config.inbox, two);
  await next.turnsUntil(() => shows(next.events).includes('corte 2'), 'the next corte');
  next.stop.abort();
  await next.running;
  clock.now = NOW + ALLOWED + 1;
  await guard.look();
  t.false(await isNotice(config), 'corte 2 is fresh');
  await rename(join(config.state, 'chain/jornada'), join(config.state, 'chain-gone'));
  await mkdir(join(config.state, 'chain/jornada/000001'), { recursive: true });
  clock.now = NOW + 60_000 + ALLOWED + 1;
  await guard.look();
  t.true(await isNotice(config), 'what was known is enough');
  t.true(sign('vigente/jornada'));
  await rm(join(config.state, 'public/jornada'));
  await guard.look();
  t.false(sign('vigente/jornada'), 'nothing that may be shown');
});
