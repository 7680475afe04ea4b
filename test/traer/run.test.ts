import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import test from 'ava';
import { traerRooms } from '../../src/difusor/setup/config.ts';
import { type Corte, makeChain, makeCorte, publicationOf, writeDelivery } from '../kit/cortes.ts';
import { makeSigner, makeTrust, nextTrust, signTrust } from '../kit/election.ts';
import type { Answering } from '../kit/web.ts';
import { makeMirror, type TestMirror } from './mirror.ts';
import { runBeside, traerAlone, withTraer } from './stage.ts';

const trust = signTrust(makeTrust());
const cortes = makeChain(4, { trust });
const noise = randomBytes(2_000_000);
/** Of a package that comes in several pieces. */
const large = makeCorte({ trust, files: { ...publicationOf(1), 'acta.jpg': noise } });
const packageOf = (corte: Corte) => `chain/jornada/${String(corte.statement.number).padStart(6, '0')}/corte.tar.gz`;
/** Bytes of the package that a mirror sent. */
const parts = ({ asked }: TestMirror) => asked.filter(({ path }) => path === packageOf(large));

test.serial('a node that the IEC does not reach has what a mirror has, in order', async (t) => {
  const mirror = await makeMirror(t, [trust], cortes.slice(0, 3));
  const stage = await withTraer(t, trust, [mirror]);
  await stage.admitted(3);
  mirror.cortes.push(cortes[3] as Corte);
  await stage.admitted(4);
  await stage.until((event) => event.event === 'brought' && event.delivery === 'jornada-000004');
  await stage.stop();
  t.deepEqual(
    stage.events.filter(({ event }) => event !== 'brought'),
    [],
  );
  t.false(stage.difusor.events.some(({ event }) => event === 'refused'));
  t.like(await stage.status(), {
    brought: { cortes: 4 },
    mirrors: [{ well: true, fault: null, shows: { number: 4 } }],
    trouble: null,
  });
  const packages = mirror.asked.filter(({ path }) => path.endsWith('.tar.gz'));
  t.is(packages.length, 4, 'nothing is fetched twice');
});

test.serial('at rest a mirror is asked for its pointer alone, and answers without a body', async (t) => {
  const mirror = await makeMirror(t, [trust], cortes.slice(0, 1));
  const stage = await withTraer(t, trust, [mirror]);
  await stage.admitted(1);
  const before = mirror.asked.length;
  while (mirror.asked.length < before + 8) await pause(50);
  // Of trust documents the index tells, once in so many answers.
  const pointers = mirror.asked.slice(before + 3).filter(({ path }) => path !== 'chain/index.json');
  t.true(pointers.length >= 3 && pointers.every(({ path, status }) => path === 'ultimo.json' && status === 304));
});

test.serial('trust documents come first, and a corte that needs one is not held against the mirror', async (t) => {
  const second = signTrust(nextTrust(trust, { signers: [...trust.document.signers, makeSigner('firma-2', 'jornada', 2)] }));
  const first = cortes[0] as Corte;
  const next = makeCorte({ trust: second, files: publicationOf(2), previous: first, signer: 'firma-2' });
  const mirror = await makeMirror(t, [trust], [first]);
  const stage = await withTraer(t, trust, [mirror]);
  await stage.admitted(1);
  mirror.trusts.push(second);
  mirror.cortes.push(next);
  await stage.admitted(2);
  t.is(stage.difusor.node.trust.newest.document.version, 2);
  t.false(stage.events.some(({ event }) => event === 'mirror'));
});

test.serial('a trust document alone comes too', async (t) => {
  const second = signTrust(nextTrust(trust, { threshold: 3 }), ['presidencia', 'cotaprep', 'auditor']);
  const mirror = await makeMirror(t, [trust, second], []);
  const stage = await withTraer(t, trust, [mirror]);
  await stage.difusor.until((event) => event.event === 'trust' && event.version === 2);
  t.pass();
});

test.serial('a mirror that announces a trust document and has it not keeps it from nobody', async (t) => {
  const second = signTrust(nextTrust(trust, { threshold: 3 }), ['presidencia', 'cotaprep', 'auditor']);
  const liar = await makeMirror(t, [trust, second], []);
  liar.instead = (path) => (path === 'chain/trust/2.json' ? (_, response) => void response.writeHead(404).end() : null);
  const stage = await withTraer(t, trust, [liar, await makeMirror(t, [trust, second], [])]);
  await stage.difusor.until((event) => event.event === 'trust' && event.version === 2);
  await stage.stop();
  const blamed = stage.events.flatMap((event) => (event.event === 'mirror' ? [`${event.fault} ${event.mirror}`] : []));
  t.deepEqual(blamed, [`withholds ${liar.url.host}`]);
});

test.serial('a large package comes in pieces from all; who gave a wrong one is found, and nobody else is blamed', async (t) => {
  const good = [await makeMirror(t, [trust], [large]), await makeMirror(t, [trust], [large])];
  const liar = await makeMirror(t, [trust], [large]);
  const forged = Buffer.from(large.files['corte.tar.gz']).fill(7, 100);
  liar.instead = (path) => (path === packageOf(large) ? forged : null);
  // So the liar is there first.
  for (const mirror of good)
    mirror.instead = (path) => (path === packageOf(large) ? slowly(large.files['corte.tar.gz'], 300) : null);
  const stage = await withTraer(t, trust, [...good, liar]);
  await stage.admitted(1);
  await stage.until(({ event }) => event === 'brought');
  await stage.stop();
  const blamed = stage.events.flatMap((event) => (event.event === 'mirror' ? [`${event.fault} ${event.mirror}`] : []));
  t.deepEqual(blamed, [`unusable ${liar.url.host}`]);
  t.true(parts(good[0] as TestMirror)[0]?.range !== undefined);
});

test.serial('from three mirrors each gives a part, and no byte comes twice but at the end', async (t) => {
  const mirrors = [1, 2, 3].map(() => makeMirror(t, [trust], [large]));
  const three = await Promise.all(mirrors);
  // Slow enough that each is at it when the others are.
  for (const mirror of three)
    mirror.instead = (path) => (path === packageOf(large) ? slowly(large.files['corte.tar.gz'], 150) : null);
  const stage = await withTraer(t, trust, three);
  await stage.admitted(1);
  t.true(three.every((mirror) => parts(mirror).length > 0));
  const sent = three.flatMap(parts).reduce((sum, { range }) => sum + bytesOf(range), 0);
  t.true(sent < 2 * large.statement.package.bytes, `${sent} bytes were sent`);
});

function bytesOf(range: string | undefined): number {
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(range ?? '') ?? [];
  return to === undefined ? large.statement.package.bytes : Number(to) + 1 - Number(from);
}

/** Answers a part after a while. */
function slowly(whole: Buffer, ms: number): Answering {
  return (request, response) => {
    const [, from = '0', to = String(whole.length - 1)] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
    const part = whole.subarray(Number(from), Number(to) + 1);
    response.writeHead(request.headers.range ? 206 : 200, {
      'content-range': `bytes ${from}-${to}/${whole.length}`,
      'content-length': part.length,
    });
    setTimeout(() => response.end(part), ms);
  };
}

test.serial('a server that gives no parts of a file gives the whole', async (t) => {
  const mirror = await makeMirror(t, [trust], [large]);
  mirror.instead = (path) =>
    path === packageOf(large) ? (_, response) => void response.writeHead(200).end(large.files['corte.tar.gz']) : null;
  const stage = await withTraer(t, trust, [mirror]);
  await stage.admitted(1);
  t.false(stage.events.some(({ event }) => event === 'mirror'));
});

test.serial('what was cut short goes on where it was', async (t) => {
  const mirror = await makeMirror(t, [trust], [large]);
  let given = 0;
  mirror.instead = (path) => (path === packageOf(large) && ++given > 4 ? (request) => void request.socket.destroy() : null);
  const first = await withTraer(t, trust, [mirror]);
  await first.until(({ event }) => event === 'mirror');
  t.deepEqual(await readdir(traerRooms(first.difusor.config).work), ['jornada-000001']);
  const before = new Set(parts(mirror).flatMap(({ range, status }) => (status === 206 ? [range] : [])));
  mirror.instead = () => null;
  const from = mirror.asked.length;
  await first.stop();
  runBeside(t, first.difusor);
  await first.admitted(1);
  const again = mirror.asked.slice(from).filter(({ range }) => range !== undefined);
  t.true(before.size > 0 && again.length > 0);
  t.true(again.length + 4 <= 12, 'not all of it again');
});

test.serial('what was cut short of a corte that the node has by now is removed, and of one to come it is kept', async (t) => {
  const mirror = await makeMirror(t, [trust], cortes.slice(0, 1));
  const stage = await withTraer(t, trust, [mirror]);
  await stage.admitted(1);
  const { work } = traerRooms(stage.difusor.config);
  for (const left of ['jornada-000001', 'jornada-000003', 'trust-1', 'junk']) await mkdir(join(work, left));
  for (let tries = 0; tries < 200 && (await readdir(work)).length > 1; tries++) await pause(50);
  t.deepEqual(await readdir(work), ['jornada-000003']);
});

test.serial('a liar beside a good mirror costs time, and the node has the corte', async (t) => {
  const good = await makeMirror(t, [trust], cortes.slice(0, 2));
  const liar = await makeMirror(t, [trust], cortes.slice(0, 2));
  liar.instead = (path) => (path.startsWith('chain/jornada') ? Buffer.from('{}') : null);
  const stage = await withTraer(t, trust, [liar, good]);
  await stage.admitted(2);
  t.deepEqual(stage.events.flatMap((event) => (event.event === 'brought' ? [event.mirrors] : [])).slice(0, 1), [good.url.host]);
});

test.serial('a clock that is off blames no mirror, and what is early is not delivered', async (t) => {
  const mirror = await makeMirror(t, [trust], cortes.slice(0, 1));
  const stage = await withTraer(t, trust, [mirror], {}, Date.parse(cortes[0]?.statement.taken_at ?? '') - 3_600_000);
  await stage.until(({ event }) => event === 'error');
  t.false(stage.events.some(({ event }) => event === 'mirror'));
  t.deepEqual(await readdir(traerRooms(stage.difusor.config).inbox), []);
  stage.difusor.now += 3_600_000;
  await stage.admitted(1);
});

test.serial('a clock that was put right is a trouble no more, however the corte came that told it', async (t) => {
  const [first] = cortes as [Corte];
  const mirror = await makeMirror(t, [trust], [first]);
  const stage = await withTraer(t, trust, [mirror], {}, Date.parse(first.statement.taken_at) - 3_600_000);
  await stage.until(({ event }) => event === 'error');
  while ((await stage.status()).trouble_code !== 'time-future') await pause(20);
  // It is the IEC that brings it.
  const page: Answering = (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>no</html>');
  mirror.instead = (path) => (path.endsWith('/corte.json') ? page : null);
  stage.difusor.now += 3_600_000;
  await writeDelivery(stage.difusor.config.inbox, first);
  await stage.admitted(1);
  while ((await stage.status()).trouble !== null) await pause(20);
  t.false(stage.events.some(({ event }) => event === 'brought'));
});

test.serial('a delivery that fails while the service ends is told', async (t) => {
  const [first] = cortes as [Corte];
  const mirror = await makeMirror(t, [trust], []);
  const stage = await traerAlone(t, trust, [mirror]);
  while (mirror.asked.length === 0) await pause(10);
  // A disk that keeps the writer waiting, and then can't make it durable.
  const disk = join(traerRooms(stage.config).work, 'jornada-000001/corte.json');
  await mkdir(dirname(disk));
  await promisify(execFile)('mkfifo', [disk]);
  mirror.cortes.push(first);
  const isNextTurn = () => mirror.asked.slice(mirror.asked.findIndex(({ path }) => path === packageOf(first))).length > 1;
  while (!mirror.asked.some(({ path }) => path === packageOf(first)) || !isNextTurn()) await pause(10);
  const ended = stage.stop();
  await readFile(disk);
  await ended;
  t.deepEqual(
    stage.events.flatMap((event) => (event.event === 'error' ? [event.what.en] : [])),
    ['fetching jornada-000001'],
  );
  t.truthy((await stage.status()).trouble);
});

test.serial('another corte that the key signed is told and its proof kept, not delivered', async (t) => {
  const [first, second] = cortes as [Corte, Corte];
  const forked = makeCorte({ trust, files: publicationOf(9), previous: makeCorte({ trust, files: publicationOf(8) }) });
  const mirror = await makeMirror(t, [trust], [first]);
  const stage = await withTraer(t, trust, [mirror]);
  await stage.admitted(1);
  mirror.cortes.push(forked);
  t.like(await stage.until(({ event }) => event === 'fork'), { delivery: 'jornada-000002', mirror: mirror.url.host });
  const proofs = join(traerRooms(stage.difusor.config).told, 'pruebas/jornada-000002-fork');
  t.deepEqual((await readdir(proofs)).sort(), ['corte.json', 'corte.json.sig']);
  await writeDelivery(stage.difusor.config.inbox, second);
  await stage.admitted(2);
});

test.serial('the IEC comes first: what it brings in time is asked of nobody', async (t) => {
  const mirror = await makeMirror(t, [trust], cortes.slice(0, 2));
  const stage = await withTraer(t, trust, [mirror], { wait_seconds: 600 });
  await stage.admitted(1); // the older of two is not waited for
  const asked = mirror.asked.length;
  await writeDelivery(stage.difusor.config.inbox, cortes[1] as Corte);
  await stage.admitted(2);
  while (mirror.asked.length < asked + 6) await pause(50);
  t.false(mirror.asked.slice(asked).some(({ path }) => path.includes('000002')));
});

test.serial('one pass ends when the node has what the mirrors have', async (t) => {
  const mirror = await makeMirror(t, [trust], cortes.slice(0, 2));
  const stage = await withTraer(t, trust, [mirror], {}, undefined, true);
  t.is(await stage.ended, 'up-to-date');
  await stage.admitted(2);
});

test.serial('one pass that finds no good mirror, or none at all, says that it could not tell', async (t) => {
  const mirror = await makeMirror(t, [trust], []);
  mirror.claims = 9;
  t.is(await (await traerAlone(t, trust, [mirror], true)).ended, 'lacking');
  t.is(await (await traerAlone(t, trust, [], true)).ended, 'lacking');
});

test.serial('both at once: one is admitted, the other is found admitted, and nobody is blamed', async (t) => {
  const mirror = await makeMirror(t, [trust], [large]);
  mirror.instead = (path) => (path === packageOf(large) ? slowly(large.files['corte.tar.gz'], 300) : null);
  const stage = await withTraer(t, trust, [mirror]);
  while (parts(mirror).length === 0) await pause(10);
  await writeDelivery(stage.difusor.config.inbox, large);
  await stage.admitted(1);
  await pause(1500);
  t.is(stage.difusor.events.filter(({ event }) => event === 'admitted').length, 1);
  t.false(stage.difusor.events.some(({ event }) => event === 'refused'));
  t.false(stage.events.some(({ event }) => event === 'mirror' || event === 'not-taken'));
  while ((await readdir(traerRooms(stage.difusor.config).inbox)).length > 0) await pause(50); // the daemon takes ours too
});
