import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { runDaemon } from '../../src/difusor/daemon.ts';
import { lockState } from '../../src/difusor/open.ts';
import type { Event } from '../../src/difusor/state/events.ts';
import type { Acuse } from '../../src/format/acuse.ts';
import { supervisorOf } from '../../src/service/supervisor.ts';
import { ACUSE_KEY } from '../kit/acuse-key.ts';
import { makeCorte, publicationOf, writeDelivery } from '../kit/cortes.ts';
import { at, makeTrust, NOW, signTrust } from '../kit/election.ts';
import { makeFastFolder, writeFiles } from '../kit/folders.ts';
import { inside, onePhase, shows } from '../kit/inside.ts';
import { configIn } from '../kit/node.ts';

/** The daemon inside the test, where the clock matters. */

test.serial('a stop between two chunks of one file is an interruption, and no refusal', async (t) => {
  const folder = await makeFastFolder();
  const trust = signTrust(makeTrust());
  const config = await configIn(folder, trust);
  const files = { 'large.bin': randomBytes(8 * 1024 * 1024) };
  await writeDelivery(config.inbox, makeCorte({ trust, files }));
  for (const nth of [1, 2, 5]) {
    const stop = new AbortController();
    const events: Event[] = [];
    let steps = 0;
    const step = (name: string) => {
      if (name === 'extracting' && ++steps === nth) stop.abort();
    };
    const surroundings = { now: () => NOW, acuseKey: ACUSE_KEY, heard: (event: Event) => void events.push(event), step };
    await runDaemon(config, surroundings, supervisorOf({}), stop.signal);
    t.is(steps, nth, 'it goes no further');
    t.deepEqual(
      events.filter(({ event }) => event === 'refused' || event === 'error'),
      [],
    );
    t.deepEqual(await readdir(config.inbox), ['jornada-000001']);
    t.deepEqual(await readdir(join(config.state, 'staging')), []);
  }
});

function acuseOf(outbox: string, number: number): Acuse | null {
  const file = join(outbox, 'acuses/jornada', `${String(number).padStart(6, '0')}.json`);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Acuse) : null;
}

test.serial('before the hour a corte is admitted and waits; at the hour it is shown, and acknowledged again', async (t) => {
  const opens = NOW + 600_000;
  const trust = onePhase(opens);
  const { config, clock, events, turn, turnsUntil } = await inside(t, trust);
  await writeDelivery(config.inbox, makeCorte({ trust, takenAt: at(NOW), files: publicationOf(1) }));
  await turnsUntil(() => acuseOf(config.outbox, 1), 'an acuse');
  t.is(acuseOf(config.outbox, 1)?.published_at, null);
  t.deepEqual(shows(events), ['espera null']);
  clock.now = opens - 1;
  await turn();
  await turn();
  t.deepEqual(shows(events), ['espera null']);
  clock.now = opens;
  await turnsUntil(() => acuseOf(config.outbox, 1)?.published_at, 'the second acuse');
  t.deepEqual(shows(events), ['espera null', 'corte 1']);
  t.like(acuseOf(config.outbox, 1), { admitted_at: at(NOW), published_at: at(opens) });
});

test.serial('after the missed periods the notice is shown, and the next corte takes its place', async (t) => {
  const trust = onePhase();
  const { config, clock, events, turn, turnsUntil } = await inside(t, trust);
  const one = makeCorte({ trust, takenAt: at(NOW), files: publicationOf(1) });
  await writeDelivery(config.inbox, one);
  await turnsUntil(() => shows(events).includes('corte 1'), 'the corte');
  const healthy = () => existsSync(join(config.state, 'health'));
  await turnsUntil(healthy, 'health');
  clock.now = NOW + (3 * 600 + 120) * 1000;
  await turn();
  await turn();
  t.is(shows(events).at(-1), 'corte 1', 'the last moment of the grace');
  clock.now += 1;
  await turnsUntil(() => shows(events).at(-1) === 'aviso null', 'the notice');
  // The turn that follows the switch tells it: who asks for the health or the status is not told of a corte any more.
  t.false(healthy());
  const status = JSON.parse(await readFile(join(config.outbox, 'status.json'), 'utf8'));
  t.is(status.phases[0].public, 'aviso');
  const page = await readFile(join(config.state, 'public/jornada/index.html'), 'utf8');
  t.true(page.includes('01:00 horas del 2 de julio de 2018'), 'it tells the hour of the last corte');
  await writeDelivery(config.inbox, makeCorte({ trust, previous: one, takenAt: at(clock.now), files: publicationOf(2) }));
  await turnsUntil(() => shows(events).at(-1) === 'corte 2', 'the way back');
  await turnsUntil(healthy, 'health again');
});

test.serial("an administrator's own notice is shown; once its folder has gone, the default one is", async (t) => {
  const trust = onePhase();
  const own = join(await makeFastFolder(), 'aviso');
  await writeFiles(own, { 'index.html': '<h1>Nuestro aviso</h1>' });
  const { config, clock, events, turn, turnsUntil } = await inside(t, trust, { aviso: own });
  const errors = () => events.filter(({ event }) => event === 'error').length;
  const shown = () => readFile(join(config.state, 'public/jornada/index.html'), 'utf8');
  const one = makeCorte({ trust, takenAt: at(NOW), files: publicationOf(1) });
  await writeDelivery(config.inbox, one);
  await turnsUntil(() => shows(events).includes('corte 1'), 'the corte');
  clock.now = NOW + 3600_000;
  await turnsUntil(() => shows(events).at(-1) === 'aviso null', 'the notice');
  t.is(await shown(), '<h1>Nuestro aviso</h1>');
  t.is(errors(), 0);

  const notices = () => shows(events).filter((show) => show === 'aviso null').length;
  const before = notices();
  await rm(own, { recursive: true });
  await turnsUntil(() => notices() > before, 'the default notice');
  t.regex(await shown(), /no se está actualizando/);
  for (let i = 0; i < 3; i++) await turn();
  t.is(errors(), 1, 'told once, and not at every turn');
});

test.serial("what can not be copied of an administrator's own notice is left out, and stops no corte", async (t) => {
  const trust = onePhase();
  const own = join(await makeFastFolder(), 'aviso');
  await writeFiles(own, { 'index.html': '<h1>Nuestro aviso</h1>', 'logo/logo.svg': '<svg/>' });
  // What an editor leaves while somebody writes, and what is no file.
  await symlink('someone@somewhere.1234', join(own, '.#index.html'));
  execFileSync('mkfifo', [join(own, 'logo/fifo')]);
  const { config, clock, events, turnsUntil } = await inside(t, trust, { aviso: own });
  const one = makeCorte({ trust, takenAt: at(NOW), files: publicationOf(1) });
  await writeDelivery(config.inbox, one);
  await turnsUntil(() => shows(events).includes('corte 1'), 'the corte');
  // A folder in the place of the page: the default notice.
  await rm(join(own, 'index.html'));
  await mkdir(join(own, 'index.html'));
  await writeDelivery(config.inbox, makeCorte({ trust, previous: one, takenAt: at(NOW + 600_000), files: publicationOf(2) }));
  clock.now = NOW + 600_000;
  await turnsUntil(() => shows(events).includes('corte 2'), 'the next corte');
  clock.now = NOW + 7200_000;
  await turnsUntil(() => shows(events).at(-1) === 'aviso null', 'the notice');
  t.regex(await readFile(join(config.state, 'public/jornada/index.html'), 'utf8'), /no se está actualizando/);
  await rm(join(own, 'index.html'), { recursive: true });
  await writeFiles(own, { 'index.html.new': '<h1>Otra vez</h1>' });
  await rename(join(own, 'index.html.new'), join(own, 'index.html'));
  const before = shows(events).length;
  await turnsUntil(() => shows(events).length > before, 'the own notice');
  const shown = join(config.state, 'public/jornada');
  t.is(await readFile(join(shown, 'index.html'), 'utf8'), '<h1>Otra vez</h1>');
  t.deepEqual((await readdir(join(shown, 'logo'))).sort(), ['logo.svg']);
  t.true(events.some((event) => event.event === 'error' && String(event.detail).includes('fifo')));
});

test.serial('a turn that fails is told once, tried again, and leaves the node unhealthy meanwhile', async (t) => {
  const trust = onePhase();
  const { config, events, turn, turnsUntil } = await inside(t, trust);
  await writeDelivery(config.inbox, makeCorte({ trust, takenAt: at(NOW), files: publicationOf(1) }));
  await turnsUntil(() => existsSync(join(config.state, 'health')), 'health');
  await rename(config.inbox, `${config.inbox}-unmounted`);
  await turnsUntil(() => !existsSync(join(config.state, 'health')), 'trouble');
  await turn();
  await turn();
  t.is(events.filter((event) => event.event === 'error' && String(event.what) === "the daemon's inbox").length, 1);
  await rename(`${config.inbox}-unmounted`, config.inbox);
  await turnsUntil(() => existsSync(join(config.state, 'health')), 'health again');
});

test.serial('the patrol goes round between the turns', async (t) => {
  const trust = onePhase();
  const { config, events, turnsUntil } = await inside(t, trust);
  await writeDelivery(config.inbox, makeCorte({ trust, takenAt: at(NOW), files: publicationOf(1) }));
  await turnsUntil(() => shows(events).includes('corte 1'), 'the corte');
  const file = join(config.state, 'public/jornada/index.html');
  await rm(file);
  await writeFile(file, 'defaced');
  await turnsUntil(() => events.some((event) => event.event === 'altered' && event.restored), 'the patrol');
  t.is(await readFile(file, 'utf8'), publicationOf(1)['index.html'] as string);
});

test.serial('a lock that a repair holds for long is told, and the signal ends the wait for it', async (t) => {
  const { config, clock, events, stop, running, turn, steps, stepped } = await inside(t);
  await turn();
  const held = await lockState(config.state);
  const seen = steps.length;
  const waits = () => steps.slice(seen).filter((step) => step === 'waiting').length;
  while (waits() < 1) await stepped(); // it announces the wait after a second without the lock
  const told = () => events.filter(({ event }) => event === 'error').length;
  t.is(told(), 0);
  clock.elapsed += 300_000;
  while (waits() < 4) await stepped();
  t.is(told(), 1, 'that it waits so long is told, once');
  stop.abort();
  await t.notThrowsAsync(running, 'it ended while another one held the lock');
  await held.release();
});
