import { EventEmitter, once } from 'node:events';
import { cp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { roomsOf } from '../../src/difusor/state/rooms.ts';
import { codeOf } from '../../src/format/thrown.ts';
import type { Ports } from '../../src/serve/ports.ts';
import type { NodeFaultId } from '../../src/simulacro/faults.ts';
import { clockOf, until } from '../../src/simulacro/look/clock.ts';
import { programsOf } from '../../src/simulacro/look/programs.ts';
import { untilOnTime } from '../../src/simulacro/node/on-time.ts';
import { nodeActs, readyAt } from '../../src/simulacro/node/script.ts';
import { readerSees, type Stage, whileWatched } from '../../src/simulacro/node/stage.ts';
import { type Drill, runScript } from '../../src/simulacro/run.ts';
import { type Ledger, openLedger } from '../../src/simulacro/undo/ledger.ts';
import { ask } from '../../src/terminal/ask.ts';
import type { Shell } from '../../src/terminal/shell.ts';
import { type Corte, makeCorte, publicationOf, writeDelivery, writeTrustDelivery } from '../kit/cortes.ts';
import { type RunningDifusor, runDifusor } from '../kit/difusor.ts';
import { at, type KitTrust, makeSigner, NOW, nextTrust, signTrust } from '../kit/election.ts';
import { makeFolder } from '../kit/folders.ts';
import { serve } from '../kit/web.ts';
import { trustAt } from './drill-trust.ts';

/** Faults at a real daemon with the built-in web server, in this process; the machine's are in test/trial. */

const ANY: Ports = { http: { host: '127.0.0.1', port: 0 } };

const trust = trustAt(NOW);
const cortes = [20, 10, 0.1].reduce<Corte[]>((made, minutes) => {
  const plan = { trust, phase: 'simulacro-1', previous: made.at(-1) ?? null, takenAt: at(NOW - minutes * 60_000) };
  return [...made, makeCorte({ ...plan, files: publicationOf(made.length + 1) })];
}, []);

interface Played {
  readonly difusor: RunningDifusor;
  readonly ledger: Ledger;
  readonly stageWith: (changes: Partial<Stage>) => Stage;
  readonly play: (
    ids: readonly NodeFaultId[],
    changes?: Partial<Stage>,
    around?: { barred?: () => Promise<string | null>; ready?: () => Promise<string | null> },
  ) => Promise<Drill>;
}

async function stageAt(t: ExecutionContext): Promise<Played> {
  const difusor = await runDifusor(t, { trust, ports: ANY });
  for (const corte of cortes) {
    await writeDelivery(difusor.config.inbox, corte);
    await difusor.until(
      (event) => event.event === 'published' && event.phase === 'simulacro-1' && event.number === corte.statement.number,
    );
  }
  const ledger = await openLedger(join(difusor.folder, 'simulacro'));
  if (!ledger) throw new Error('somebody has the list');
  t.teardown(() => ledger.release());
  const { config, http } = difusor;
  const rules = trust.document.phases[0]!;
  const stageWith = (changes: Partial<Stage>): Stage => ({
    config,
    file: join(difusor.folder, 'difusor.toml'),
    rooms: roomsOf(config.state),
    rules,
    site: { url: new URL(`http://127.0.0.1:${http?.port}/cotejo/fases/simulacro-1/`), at: null },
    iec: null,
    own: null,
    slow: 64,
    revocation: null,
    clock: clockOf(() => difusor.now, new AbortController().signal),
    programs: programsOf(process.env),
    will: async (action) => void (await ledger.add(action)),
    confirm: null,
    stop: new AbortController().signal,
    ...changes,
  });
  return {
    difusor,
    ledger,
    stageWith,
    play(ids, changes = {}, { barred = () => Promise.resolve(null), ready } = {}) {
      const stage = stageWith(changes);
      return runScript({
        acts: nodeActs(ids, stage),
        ready: ready ?? (() => readyAt(stage)),
        barred,
        ledger,
        undoing: { programs: stage.programs, state: config.state, inbox: config.inbox },
        clock: stage.clock,
        offset: -300,
        isStopped: () => stage.stop.aborted,
        begins: () => {},
        ended: () => {},
      });
    },
  };
}

test('forged, altered, renamed and repeated: the node refuses each, readers see the signed page, nothing is left', async (t) => {
  const { difusor, ledger, play } = await stageAt(t);
  const { trials, isWhole } = await play(['firma-desconocida', 'firma-alterada', 'corte-renombrado', 'corte-repetido']);
  t.deepEqual(
    trials.map(({ id, verdict }) => `${id} ${verdict}`),
    ['firma-desconocida', 'firma-alterada', 'corte-renombrado', 'corte-repetido'].map((id) => `${id} como-se-esperaba`),
    JSON.stringify(trials, null, 1),
  );
  t.true(isWhole);
  t.deepEqual(ledger.entries, []);
  t.deepEqual(await readdir(difusor.config.inbox), []);
});

test('a corte that is switched while the answer is on its way is seen as the signed one that it is', async (t) => {
  const { difusor, stageWith } = await stageAt(t);
  const stage = stageWith({});
  // The chain as it was when the page is asked for, and as it is once the answer comes.
  const chain = join(await makeFolder(t), 'chain');
  const asTheNodeHasIt = () => copyAtRest(stage.rooms.chain, chain);
  await asTheNodeHasIt();
  const plan = { trust, phase: 'simulacro-1', previous: cortes.at(-1) ?? null, takenAt: at(difusor.now - 1000) };
  await writeDelivery(difusor.config.inbox, makeCorte({ ...plan, files: publicationOf(4) }));
  await difusor.until((event) => event.event === 'published' && event.number === 4);
  const page = Buffer.from(await (await fetch(stage.site.url)).arrayBuffer());
  const url = await serve(t, (_request, response) => {
    asTheNodeHasIt().then(
      () => response.end(page),
      (error: Error) => response.destroy(error),
    );
  });
  const { shows, number } = await readerSees({ ...stage, rooms: { ...stage.rooms, chain }, site: { url, at: null } });
  t.deepEqual([shows, number], ['corte', 4]);
});

test('the notice of the built-in web server says that it is one, of the phase', async (t) => {
  const { difusor, stageWith } = await stageAt(t);
  const stage = stageWith({});
  t.is((await readerSees(stage)).shows, 'corte');
  difusor.now += 3_600_000;
  const { seen } = (await until(stage.clock, stage.clock.elapsed(), 30, async () => {
    const now = await readerSees(stage);
    return now.status === 503 ? now : null;
  }))!;
  t.deepEqual([seen.shows, seen.says, seen.phase, seen.isRightly], ['aviso', 'aviso', 'simulacro-1', true]);
});

test('no fault is blamed for a notice that is due: what was refused was refused, and the page was put back', async (t) => {
  const { difusor, stageWith, play } = await stageAt(t);
  const ready = () => Promise.resolve(null);
  difusor.now += 3_600_000;
  const stage = stageWith({});
  await until(stage.clock, stage.clock.elapsed(), 30, async () => ((await readerSees(stage)).shows === 'aviso' ? true : null));
  const { trials } = await play(['firma-alterada', 'corte-repetido', 'pagina-alterada'], {}, { ready });
  t.deepEqual(
    trials.map(({ verdict }) => verdict),
    ['como-se-esperaba', 'como-se-esperaba', 'como-se-esperaba'],
    JSON.stringify(trials, null, 1),
  );
});

test('a fault that is judged by the notice begins only once the cortes are on time', async (t) => {
  const { difusor, stageWith } = await stageAt(t);
  const stage = stageWith({ clock: { now: () => difusor.now, elapsed: counting(), pause: () => pause(1) } });
  await untilOnTime(stage);
  difusor.now += stage.rules.period_seconds * 1000;
  t.is((await readerSees(stage)).shows, 'corte');
  await t.throwsAsync(untilOnTime(stage), { message: /ya venían atrasados/ });
  const plan = { trust, phase: 'simulacro-1', previous: cortes.at(-1) ?? null, takenAt: at(difusor.now - 1000) };
  await writeDelivery(difusor.config.inbox, makeCorte({ ...plan, files: publicationOf(4) }));
  await difusor.until((event) => event.event === 'published' && event.number === 4);
  await untilOnTime(stage);
});

test('a defaced page is found, told and put back by the patrol', async (t) => {
  const { play } = await stageAt(t);
  const { trials } = await play(['pagina-alterada']);
  t.is(trials[0]?.verdict, 'como-se-esperaba', JSON.stringify(trials));
  t.true(trials[0]!.sights.every(({ met }) => met));
  t.true(trials[0]!.undone?.ok);
});

test('what is missing is told, and is no success', async (t) => {
  const { play } = await stageAt(t);
  const ids = ['reloj-adelantado', 'enlace-lento', 'enlace-cortado', 'llave-robada', 'disco-lleno'] as const;
  const reasons = [
    /libfaketime|systemd|root|cotejo-difusor/, // the first of what this machine lacks
    /--from/,
    /--from/,
    /--revocation/,
    /sistema de archivos propio/,
  ];
  const { trials } = await play(ids);
  t.deepEqual(
    trials.map(({ verdict }) => verdict),
    ids.map(() => 'no-se-hizo'),
  );
  for (const [i, { reason }] of trials.entries()) t.regex(reason ?? '', reasons[i]!);
  const barred = await play(['firma-alterada'], {}, { barred: () => Promise.resolve('an official phase is open') });
  t.is(barred.trials[0]?.reason, 'an official phase is open');
});

test('a stolen key: what the custodians prepared ends it, and a document that touches an official phase is not delivered', async (t) => {
  const { difusor, play } = await stageAt(t);
  const folder = await makeFolder(t);
  const signers = trust.document.signers.map((signer) => (signer.name === 'ensayo-1' ? { ...signer, last: 3 } : signer));
  const write = async (name: string, document: KitTrust) => {
    await writeTrustDelivery(folder, document, { name });
    return join(folder, name);
  };
  const official = await write(
    'official',
    signTrust(nextTrust(trust, { signers: signers.filter(({ name }) => name !== 'relevo-1') })),
  );
  const wrong = await play(['llave-robada'], { revocation: official });
  t.is(wrong.trials[0]?.verdict, 'no-se-hizo', JSON.stringify(wrong));
  const ended = await write(
    'ended',
    signTrust(nextTrust(trust, { signers: [...signers, makeSigner('ensayo-2', 'simulacro-1', 4)] })),
  );
  const { trials } = await play(['llave-robada'], { revocation: ended });
  t.is(trials[0]?.verdict, 'como-se-esperaba', JSON.stringify(trials));
  t.is(difusor.node.trust.newest.document.version, 2);
});

test('a stolen key: what is delivered is what was judged, whatever the folder held before', async (t) => {
  const { difusor, ledger, stageWith } = await stageAt(t);
  const folder = await makeFolder(t);
  const signers = trust.document.signers.map((signer) => (signer.name === 'ensayo-1' ? { ...signer, last: 3 } : signer));
  const write = (changes: Parameters<typeof nextTrust>[1]) =>
    writeTrustDelivery(folder, signTrust(nextTrust(trust, changes)), { name: 'prepared' });
  await write({ signers: [...signers, makeSigner('ensayo-2', 'simulacro-1', 4)] });
  const [act] = nodeActs(['llave-robada'], stageWith({ revocation: join(folder, 'prepared') }));
  t.is(await act!.lacks(), null);
  await rm(join(folder, 'prepared'), { recursive: true });
  await write({ signers: signers.filter(({ name }) => name !== 'relevo-1') });
  await t.throwsAsync(act!.act(), { message: /fase oficial/ });
  t.deepEqual([ledger.entries, await readdir(difusor.config.inbox)], [[], []]);
});

test('a stolen key: once the custodians were told, a look that fails is no fault that was not made', async (t) => {
  const { play, stageWith } = await stageAt(t);
  const clock = { ...stageWith({}).clock, pause: () => Promise.reject(new Error('el reloj se descompuso')) };
  const { trials } = await play(['llave-robada'], { confirm: () => Promise.resolve(true), clock });
  t.like(trials[0], { verdict: 'distinto', reason: null, undone: null }, JSON.stringify(trials));
  t.regex(trials[0]!.sights[0]!.what, /^se avisó a los custodios; no se pudo ver/);
});

test('a stolen key: nor is one whose drill was ended once the custodians were told', async (t) => {
  const { play, stageWith } = await stageAt(t);
  const stop = new AbortController();
  const pause = () => {
    stop.abort();
    return Promise.reject(new Error('ended'));
  };
  const confirm = () => Promise.resolve(true);
  const { trials } = await play(['llave-robada'], { confirm, stop: stop.signal, clock: { ...stageWith({}).clock, pause } });
  t.like(trials[0], { verdict: 'distinto', reason: null, undone: null }, JSON.stringify(trials));
  t.regex(trials[0]!.sights[0]!.what, /^se avisó a los custodios; no se pudo ver .* se interrumpió el simulacro$/);
});

test('what is not seen within its time is told as that, and what was put into the inbox is taken back', async (t) => {
  const { difusor, ledger, play } = await stageAt(t);
  const rooms = { ...roomsOf(difusor.config.state), events: join(difusor.folder, 'none'), others: join(difusor.folder, 'none') };
  const { trials } = await play(['firma-desconocida'], {
    rooms,
    clock: { now: () => NOW, elapsed: counting(), pause: () => pause(1) },
  });
  t.is(trials[0]?.verdict, 'distinto', JSON.stringify(trials));
  t.deepEqual(ledger.entries, []);
  t.deepEqual(await readdir(difusor.config.inbox), []);
});

test('readers are looked at while a fault lasts, and no more once it throws', async (t) => {
  const { stageWith } = await stageAt(t);
  let looks = 0;
  const looked = new EventEmitter();
  const clock = {
    now: () => NOW,
    elapsed: () => 0,
    pause: async () => {
      await pause(20);
      looks++;
      looked.emit('look');
    },
  };
  const fault = async () => {
    await once(looked, 'look');
    throw new Error('algo falló');
  };
  await t.throwsAsync(whileWatched(stageWith({ clock }), fault), { message: 'algo falló' });
  const then = looks;
  await pause(300);
  t.is(looks, then);
});

test('a question that nobody answers ends with the drill', async (t) => {
  const { play } = await stageAt(t);
  const stop = new AbortController();
  const stdin = new PassThrough();
  const shell = { stdin, stderr: new PassThrough() } as unknown as Shell;
  const drill = play(['llave-robada'], {
    stop: stop.signal,
    confirm: async (question) => {
      setTimeout(() => stop.abort(), 20);
      return (await ask(shell, question, stop.signal)) === 'sí';
    },
  });
  const { trials, isWhole } = await drill;
  t.false(isWhole);
  t.is(trials[0]?.reason, 'se interrumpió el simulacro');
});

test('a fault that was made when the drill was ended is undone, and told as that', async (t) => {
  const { difusor, ledger, play, stageWith } = await stageAt(t);
  await difusor.stop();
  const stop = new AbortController();
  const end = () => {
    stop.abort();
    return Promise.reject(new Error('ended'));
  };
  // Readers have the corte before it, and nobody serves afterwards.
  const { trials, isWhole } = await play(
    ['firma-desconocida'],
    { stop: stop.signal, clock: { ...stageWith({}).clock, pause: end } },
    { ready: () => Promise.resolve(null) },
  );
  t.false(isWhole);
  t.like(trials[0], { verdict: 'no-se-hizo', reason: 'se interrumpió el simulacro', undone: { ok: true } }, JSON.stringify(trials));
  t.deepEqual([ledger.entries, await readdir(difusor.config.inbox)], [[], []]);
});

/** A daemon that has told its corte still writes beside it, and takes away what it wrote aside. */
async function copyAtRest(from: string, to: string): Promise<void> {
  for (let tries = 50; ; tries--) {
    try {
      await cp(from, to, { recursive: true });
      return;
    } catch (error) {
      if (codeOf(error) !== 'ENOENT' || tries === 0) throw error;
      await pause(100);
    }
  }
}

/** A clock that is ten seconds further at each look. */
function counting(): () => number {
  let seconds = 0;
  return () => (seconds += 10);
}
