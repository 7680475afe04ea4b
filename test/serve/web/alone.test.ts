import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { settlePublic } from '../../../src/difusor/phase/settle.ts';
import type { Event } from '../../../src/difusor/state/events.ts';
import { isHealthy, statusOf, writeStatus } from '../../../src/difusor/telling/status.ts';
import { openSite } from '../../../src/serve/web/site.ts';
import { startWeb } from '../../../src/serve/web/web-server.ts';
import { makeCorte, writeDelivery } from '../../kit/cortes.ts';
import { at, makeTrust, NOW, signTrust } from '../../kit/election.ts';
import { makeFolder } from '../../kit/folders.ts';
import { makeNode, type NodePlan } from '../../kit/node.ts';

/**
 * The web server beside a dead daemon, which has admitted one corte. What is shown is judged at each request, without
 * writing a byte.
 */

const trust = signTrust(makeTrust());
const corte = makeCorte({ trust, files: { 'index.html': 'uno', 'datos.csv': '1' }, takenAt: at(NOW) });
const LATE = 33 * 60_000;

async function left(t: ExecutionContext, plan: NodePlan = {}) {
  const kit = await makeNode(t, { trust, keepsTheRule: true, now: NOW + 60_000, ...plan });
  await writeDelivery(kit.config.inbox, corte);
  await kit.pass();
  await writeStatus(kit.node, await statusOf(kit.node), true);
  const told: Event[] = [];
  const site = openSite(kit.config, { now: () => kit.clock.now, tell: (event) => told.push(event) });
  const service = await startWeb(site, { host: '127.0.0.1', port: 0 });
  t.teardown(() => service.close());
  const ask = async (path: string) => {
    const answer = await fetch(`http://127.0.0.1:${service.address.port}${path}`);
    return {
      status: answer.status,
      corte: answer.headers.get('cotejo-corte'),
      cache: answer.headers.get('cache-control'),
      body: await answer.text(),
    };
  };
  return { kit, ask, told };
}

test('past the missed periods the notice is there at once, with the hour of the corte, from no file at all', async (t) => {
  const { kit, ask } = await left(t);
  t.like(await ask('/'), { status: 200, corte: '1', body: 'uno' });
  kit.clock.now = NOW + LATE;
  await rm(kit.path('state/pages'), { recursive: true });
  for (const path of ['/', '/datos.csv', '/nada', '/cotejo/fases/jornada/']) {
    const { status, corte: number, cache, body } = await ask(path);
    t.deepEqual([status, number, cache], [503, null, 'no-store'], path);
    t.true(body.includes('La información no se está actualizando') && body.includes(`datetime="${at(NOW)}"`));
  }
  t.is((await ask('/cotejo/health')).status, 503);
  t.is((await ask('/cotejo/chain/jornada/000001/corte.json')).status, 200);
  // The link is as the daemon left it. With the clock put back the corte is shown again, and before the opening the
  // wait.
  kit.clock.now = NOW + 60_000;
  t.like(await ask('/'), { status: 200, body: 'uno' });
  kit.clock.now = Date.parse(trust.document.phases[1]?.opens_at ?? '') - 1000;
  t.regex((await ask('/')).body, /todavía no comienza/);
});

test('the page that the daemon made ready is the one that is shown', async (t) => {
  const { kit, ask } = await left(t);
  const made = await kit.node.phases.get('jornada')?.pages.make('aviso', corte.statement);
  const file = kit.path('state/pages/jornada', made ?? '', 'index.html');
  kit.clock.now = NOW + LATE;
  t.is((await ask('/')).body, readFileSync(file, 'utf8'));
});

test('the administrator’s own notice is shown even if the daemon did not prepare it, then without its images', async (t) => {
  const own = join(await makeFolder(t), 'own');
  await mkdir(own);
  await writeFile(join(own, 'index.html'), '<h1>Nuestro aviso</h1>');
  await writeFile(join(own, 'logo.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  const { kit, ask } = await left(t, { config: { aviso: own } });
  kit.clock.now = NOW + LATE;
  await rm(kit.path('state/pages'), { recursive: true });
  t.is((await ask('/')).body, '<h1>Nuestro aviso</h1>');
  t.is((await ask('/logo.svg')).status, 503);
  await kit.node.phases.get('jornada')?.pages.make('aviso', corte.statement);
  t.is((await ask('/')).body, '<h1>Nuestro aviso</h1>');
  t.is((await ask('/logo.svg')).status, 200);
});

test('an own notice in another encoding keeps its bytes', async (t) => {
  const own = join(await makeFolder(t), 'own');
  await mkdir(own);
  const bytes = Buffer.from('<meta charset="iso-8859-1"><h1>Sin informaci\u00f3n</h1>', 'latin1');
  await writeFile(join(own, 'index.html'), bytes);
  const { kit } = await left(t, { config: { aviso: own } });
  const made = await kit.node.phases.get('jornada')?.pages.make('aviso', corte.statement);
  t.deepEqual(readFileSync(kit.path('state/pages/jornada', made ?? '', 'index.html')), bytes);
});

test('with stale = "warn" the corte stays visible', async (t) => {
  const { kit, ask } = await left(t, { config: { stale: 'warn' } });
  kit.clock.now = NOW + LATE;
  t.like(await ask('/'), { status: 200, corte: '1' });
});

test('the page from before the opening becomes the notice when no corte ever comes', async (t) => {
  const opens = NOW + 3_600_000;
  const phases = makeTrust().phases.map((phase) => ({ ...phase, opens_at: at(opens) }));
  const later = signTrust(makeTrust({ phases }));
  const kit = await makeNode(t, { trust: later, keepsTheRule: true });
  const site = openSite(kit.config, { now: () => kit.clock.now, tell: () => {} });
  const service = await startWeb(site, { host: '127.0.0.1', port: 0 });
  t.teardown(() => service.close());
  const body = async () => (await fetch(`http://127.0.0.1:${service.address.port}/`)).text();
  t.regex(await body(), /todavía no comienza/);
  kit.clock.now = opens + LATE;
  t.regex(await body(), /La información no se está actualizando/);
});

test('health goes bad when the daemon gives no sign, and when the clock was put back an hour', async (t) => {
  const drills = makeTrust().phases.filter(({ name }) => name === 'jornada');
  const alone = signTrust(makeTrust({ phases: drills, signers: makeTrust().signers.filter(({ phase }) => phase === 'jornada') }));
  const kit = await makeNode(t, { trust: alone, keepsTheRule: true, now: NOW + 60_000 });
  await writeDelivery(kit.config.inbox, makeCorte({ trust: alone, files: { 'index.html': 'x' }, takenAt: at(NOW) }));
  await kit.pass();
  await writeStatus(kit.node, await statusOf(kit.node), true);
  const service = await startWeb(openSite(kit.config, { now: () => kit.clock.now, tell: () => {} }), {
    host: '127.0.0.1',
    port: 0,
  });
  t.teardown(() => service.close());
  const health = async () => (await fetch(`http://127.0.0.1:${service.address.port}/cotejo/health`)).status;
  t.is(await health(), 200);
  for (const hours of [-1, 1]) {
    const then = new Date(Date.now() + hours * 3_600_000);
    await utimes(kit.path('state/status.json'), then, then);
    t.is(await health(), 503, `${hours}`);
  }
  await writeStatus(kit.node, await statusOf(kit.node), true);
  t.is(await health(), 200);
  kit.clock.now = NOW + LATE;
  t.is(await health(), 503);
});

test('an unreadable file or chain is answered with 503 and makes one event, however often it is requested', async (t) => {
  const { kit, ask, told } = await left(t);
  await rm(kit.path('state/chain/jornada/000001/SHA256SUMS'));
  for (let i = 0; i < 30; i++) t.is((await ask('/')).status, 503);
  t.is(told.length, 1);
  // A corte that was read already is shown even if its list is gone.
  t.is(readdirSync(kit.path('state/trees/jornada')).length, 1);
});

test('a drill that was only stopped takes no reader away, neither before the jornada nor after its final corte', async (t) => {
  const day = 24 * 3_600_000;
  const plain = makeTrust();
  const hours = { 'simulacro-1': [NOW - 2 * day, NOW - day], jornada: [NOW + day, NOW + 2 * day] } as Record<
    string,
    [number, number]
  >;
  const phases = plain.phases.map((phase) => {
    const [opens, closes] = hours[phase.name] ?? [0, 0];
    return { ...phase, opens_at: at(opens), closes_at: at(closes) };
  });
  const trust = signTrust({ ...plain, phases });
  const kit = await makeNode(t, { trust, keepsTheRule: true, now: NOW - 2 * day + 60_000 });
  const service = await startWeb(openSite(kit.config, { now: () => kit.clock.now, tell: () => {} }), {
    host: '127.0.0.1',
    port: 0,
  });
  t.teardown(() => service.close());
  const drilled = { phase: 'simulacro-1', signer: 'ensayo-1', takenAt: at(NOW - 2 * day) };
  await writeDelivery(kit.config.inbox, makeCorte({ trust, files: { 'index.html': 'x' }, ...drilled }));
  const health = async (now: number) => {
    kit.clock.now = now;
    await kit.pass();
    for (const phase of kit.node.phases.values()) await settlePublic(phase);
    const status = await statusOf(kit.node);
    const isWell = isHealthy(kit.node, status);
    await writeStatus(kit.node, status, true); // what the built-in server judges for itself
    t.is((await fetch(`http://127.0.0.1:${service.address.port}/cotejo/health`)).status, isWell ? 200 : 503);
    return [isWell, ...status.phases.map((phase) => phase.public)];
  };
  t.deepEqual(await health(NOW - 2 * day + 60_000), [true, 'corte', 'espera']);
  t.deepEqual(await health(NOW - 2 * day + LATE), [false, 'aviso', 'espera']);
  t.deepEqual(await health(NOW), [true, 'aviso', 'espera']);
  t.deepEqual(await health(NOW + day), [false, 'aviso', 'espera'], 'the first corte is awaited');
  const last = makeCorte({ trust, files: { 'index.html': 'x' }, takenAt: at(NOW + day), final: true });
  await writeDelivery(kit.config.inbox, last);
  t.deepEqual(await health(NOW + 3 * day), [true, 'aviso', 'corte']);
});
