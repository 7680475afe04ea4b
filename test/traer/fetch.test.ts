import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import test from 'ava';
import type { CorteFile } from '../../src/format/naming.ts';
import { said } from '../../src/format/said.ts';
import { blameFor } from '../../src/traer/blame.ts';
import { type Bringing, bringCorte } from '../../src/traer/bring.ts';
import { NotBegun } from '../../src/traer/deliveries.ts';
import { fetchDocuments } from '../../src/traer/documents.ts';
import { newFleet } from '../../src/traer/fleet.ts';
import { gather } from '../../src/traer/gather.ts';
import { gatherWhole } from '../../src/traer/gather-whole.ts';
import type { Holdings } from '../../src/traer/holdings.ts';
import { newJob } from '../../src/traer/job.ts';
import { outlookOf } from '../../src/traer/lacking.ts';
import { type OwnInbox, ownInbox } from '../../src/traer/own-inbox.ts';
import { fetchPackage } from '../../src/traer/package.ts';
import { piecesOf } from '../../src/traer/pieces.ts';
import { newSilences } from '../../src/traer/silences.ts';
import type { SiteReads } from '../../src/traer/site.ts';
import type { Standing } from '../../src/traer/standing.ts';
import { startFrom, succeed, type TrustChain } from '../../src/verdict/trust-chain.ts';
import { type Corte, makeChain, makeCorte, publicationOf } from '../kit/cortes.ts';
import { makeSigner, makeTrust, NOW, nextTrust, signTrust } from '../kit/election.ts';
import { makeFolder } from '../kit/folders.ts';

/** The fetching of traer with mirrors that are no servers, and clocks of its own. */

const trust = signTrust(makeTrust());
const [corte, second] = makeChain(2, { trust }) as [ReturnType<typeof makeCorte>, ReturnType<typeof makeCorte>];
const place = { phase: 'jornada', number: 1 };
const never = new AbortController().signal;

function fakeSite(name: string, reads: Partial<SiteReads>): SiteReads {
  const refused = () => Promise.reject(new Error('is not asked for it'));
  return {
    mirror: { name, base: new URL(`https://${name}.example/cotejo/`), isConfigured: true },
    pointer: refused,
    index: () => Promise.resolve(null),
    trust: refused,
    file: refused,
    part: refused,
    close: () => {},
    ...reads,
  };
}

/** Gives parts of these bytes. */
function giving(whole: Buffer, before: (from: number) => Promise<void> | void = () => {}): Pick<SiteReads, 'part'> {
  async function* body(from: number, bytes: number) {
    await before(from);
    yield whole.subarray(from, from + bytes);
  }
  return { part: (_, from, bytes) => Promise.resolve({ body: body(from, bytes), leave: () => {} }) };
}

test('a mirror that withheld once serves again after its pause, whatever it answers, and is fetched from', async (t) => {
  let elapsed = 0;
  const site = fakeSite('a', { pointer: () => Promise.resolve(place) });
  const fleet = newFleet({
    askMs: 15_000,
    moment: () => ({ elapsed, now: elapsed, chance: 0.5 }),
    blameFor,
    changed: () => {},
    heard: () => {},
    open: () => site,
  });
  fleet.set([site.mirror]);
  fleet.blame(site, { kind: 'withholds', code: null, detail: said('not there') });
  const since = new Map<string, number>();
  let fetchedAt: number | null = null;
  for (; elapsed <= 600_000 && fetchedAt === null; elapsed += 1000) {
    fleet.ask();
    await pause(0);
    const claims = fleet.serving().map(({ claim }) => ({ mirror: site, has: new Map(claim ? [[claim.phase, claim.number]] : []) }));
    const phases = [{ name: 'jornada', number: 0 }];
    const { job, lacking } = outlookOf(
      { phases, arriving: new Set(), claims, since, heldUntil: () => -Infinity, elapsed },
      { waitMs: 20_000, uploadMs: 90_000 },
    );
    for (const delivery of since.keys()) if (!lacking.has(delivery)) since.delete(delivery);
    for (const delivery of lacking.keys()) if (!since.has(delivery)) since.set(delivery, elapsed);
    if (job) fetchedAt = elapsed;
  }
  t.is(fetchedAt, 50_000, 'its pause, and the time that the IEC has');
});

test('who answers nothing holds up nobody, and is left as slow when it happens again and again', async (t) => {
  const whole = Buffer.from('0123456789');
  const silent = fakeSite('silent', { part: () => new Promise(() => {}) });
  const good = fakeSite('good', giving(whole));
  const silences = newSilences();
  const failed: string[] = [];
  let elapsed = 0;
  for (let i = 0; i < 3; i++) {
    const gathered = await gather(
      {
        place,
        bytes: whole.length,
        sites: [silent, good],
        failed: ({ mirror }, error) => void failed.push(`${mirror.name} ${blameFor(error)?.kind}`),
        came: () => {},
        stop: never,
        elapsed: () => (elapsed += 3000),
        silences,
      },
      piecesOf(whole.length, 10),
      () => Promise.resolve(),
    );
    t.is(gathered.get(0)?.site, good);
  }
  t.deepEqual(failed, ['silent slow']);
});

test('a mirror that gives the whole is left too where that is wanted no more before it answers', async (t) => {
  const whole = Buffer.from('0123456789');
  const stop = new AbortController();
  let left = 0;
  const site = fakeSite('whole', {
    async part(...asked) {
      stop.abort();
      return { ...(await giving(whole).part(...asked)), leave: () => void (left += 1) };
    },
  });
  const plan = { place, bytes: whole.length, sites: [site], failed: () => {}, came: () => {}, stop: stop.signal };
  const others = { elapsed: () => 0, silences: newSilences() };
  await gatherWhole({ ...plan, ...others }, site, piecesOf(whole.length, 10), new Map(), () => Promise.resolve());
  t.is(left, 1);
});

test('a disk of this machine that is full is said of no mirror', async (t) => {
  const folder = await makeFolder(t);
  const rooms = { inbox: join(folder, 'inbox'), work: folder, told: join(folder, 'told') };
  const noRoom = await t.throwsAsync(ownInbox(rooms).requireRoom(Number.MAX_SAFE_INTEGER));
  t.is(blameFor(noRoom), null);
  const whole = Buffer.from('0123456789');
  const site = fakeSite('whole', giving(whole));
  const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' });
  const failed: string[] = [];
  const plan = {
    place,
    bytes: whole.length,
    sites: [site],
    came: () => {},
    stop: never,
    elapsed: () => 0,
    silences: newSilences(),
  };
  const gathering = gatherWhole(
    { ...plan, failed: ({ mirror }) => void failed.push(mirror.name) },
    site,
    piecesOf(whole.length, 5),
    new Map(),
    () => Promise.reject(full),
  );
  t.is(await t.throwsAsync(gathering), full);
  t.is(blameFor(full), null);
  t.deepEqual(failed, []);
});

test('where this disk gives back other bytes than came, no mirror is said to have lied', async (t) => {
  const folder = await makeFolder(t);
  const whole = Buffer.alloc(600_000, 'a');
  const failed: string[] = [];
  let isSpoiled = false;
  const site = fakeSite(
    'good',
    giving(whole, async (from) => {
      if (from === 0 || isSpoiled) return;
      const done = () => readFile(join(folder, '.pieces.json'), 'utf8').catch(() => '');
      while (!(await done()).includes('[0')) await pause(5);
      isSpoiled = true;
      const file = join(folder, 'corte.tar.gz');
      await writeFile(file, Buffer.concat([Buffer.from('b'), (await readFile(file)).subarray(1)]));
    }),
  );
  const error = await t.throwsAsync(
    fetchPackage({
      place,
      bytes: whole.length,
      sha256: createHash('sha256').update(whole).digest('hex'),
      sites: [site],
      folder,
      failed: ({ mirror }) => void failed.push(mirror.name),
      came: () => {},
      stop: never,
      elapsed: () => 0,
      silences: newSilences(),
    }),
  );
  t.true(isSpoiled);
  t.deepEqual(failed, []);
  t.is(blameFor(error), null);
});

interface Asked {
  readonly chain?: TrustChain;
  readonly head?: Corte | null;
  readonly of?: Corte;
}

/** What is said of a mirror that gives these files; of a file that it gives anew each time, the last one over and over. */
async function saidOf(given: Partial<Record<CorteFile, readonly Buffer[]>>, { chain, head = null, of = corte }: Asked = {}) {
  const asked = new Map<CorteFile, number>();
  const site = fakeSite('a', {
    file(_, name) {
      const times = asked.get(name) ?? 0;
      asked.set(name, times + 1);
      const all = given[name] ?? [of.files[name]];
      return Promise.resolve(all[Math.min(times, all.length - 1)] as Buffer);
    },
  });
  try {
    const at = { phase: 'jornada', number: of.statement.number };
    await fetchDocuments(site, chain ?? startFrom(trust), head, at, NOW + 86_400_000);
    return 'good';
  } catch (error) {
    const blame = blameFor(error);
    return `${blame?.kind} ${blame?.code}`;
  }
}

const figuresOf = (one: Corte) =>
  Buffer.from(one.files['corte.json'].toString().replace(/"content_bytes": \d/, '"content_bytes": 9'));

test('a lie is said only of bytes that can have come of no accident: not of a cache between two copies, nor of a page', async (t) => {
  const again = makeCorte({ trust, files: publicationOf(3) });
  const page = Buffer.from('<!DOCTYPE html><title>403</title>');
  const sums = corte.files.SHA256SUMS;
  const otherList = Buffer.from(sums.toString().replace(/^[0-9a-f]{4}/, '0000'));
  t.is(await saidOf({}), 'good');
  t.is(await saidOf({ 'corte.json': [again.files['corte.json'], corte.files['corte.json']] }), 'unusable signature-invalid');
  for (const broken of [page, Buffer.from('{"error": "too many requests"}'), corte.files['corte.json'].subarray(0, -20)])
    t.is(await saidOf({ 'corte.json': [broken] }), 'unusable signature-invalid', broken.toString());
  for (const broken of [page, again.files.SHA256SUMS, otherList, sums.subarray(9), Buffer.alloc(sums.length)])
    t.is(await saidOf({ SHA256SUMS: [broken] }), 'unusable manifest-mismatch', broken.toString());
  t.is(await saidOf({ 'corte.json': [figuresOf(corte)] }), 'unusable signature-invalid', 'one figure may be a disk’s');
});

test('a cache that keeps for ever what was disowned, or is another election’s, is no liar', async (t) => {
  const ended = trust.document.signers.map((one) => (one.name === 'firma-1' ? { ...one, last: 1 } : one));
  const signers = [...ended, makeSigner('firma-3', 'jornada', 2)];
  const revoking = signTrust(nextTrust(trust, { signers }));
  const chain = succeed(startFrom(trust), { bytes: revoking.bytes, signatures: Object.values(revoking.signedBy) });
  const anew = makeCorte({ trust: revoking, files: publicationOf(5), previous: corte, signer: 'firma-3' });
  const asked = { chain, head: corte, of: anew };
  t.is(await saidOf({}, asked), 'good');
  t.is(await saidOf({ 'corte.json': [second.files['corte.json']] }, asked), 'unusable signature-invalid');
  t.is(await saidOf({ 'corte.json.sig': [second.files['corte.json.sig']] }, asked), 'unusable signature-invalid');
  const [other] = makeChain(1, { trust: signTrust(makeTrust({ election: 'sonora-2018' })) }) as [Corte];
  t.is(await saidOf({ 'corte.json': [other.files['corte.json']] }), 'unusable signature-invalid');
});

/** What brings the first corte into a folder, with a fleet and an inbox that only note what they are told. */
function bringingInto(folder: string, changes: Partial<Bringing>): Bringing {
  const inbox = { begin: () => Promise.resolve(folder), requireRoom: () => Promise.resolve() } as unknown as OwnInbox;
  return {
    fleet: { blame: () => {}, praise: () => {} },
    inbox,
    deliveries: { begin: () => Promise.resolve() },
    rooms: { inbox: folder, work: folder, told: folder },
    now: () => NOW + 86_400_000,
    elapsed: () => 0,
    silences: newSilences(),
    came: () => {},
    forked: () => {},
    begins: () => {},
    brought: () => {},
    ...changes,
  };
}

/** What is said of mirrors that are asked for the first corte in this order, by their names, and whether it was delivered. */
async function blamedOf(folder: string, sites: readonly SiteReads[]) {
  const blamed: string[] = [];
  const bringing = bringingInto(folder, {
    fleet: { blame: ({ mirror }, { kind }) => void blamed.push(`${mirror.name} ${kind}`), praise: () => {} },
  });
  const isBrought = await bringCorte(bringing, startFrom(trust), null, place, sites, never).then(
    () => true,
    () => false,
  );
  return { blamed, isBrought };
}

/** A mirror that has the first corte with other bytes in one of its files. */
function having(name: string, files: Partial<Record<CorteFile, Buffer>> = {}): SiteReads {
  const all = { ...corte.files, ...files };
  return fakeSite(name, {
    file: (_, file) => Promise.resolve(all[file]),
    trust: () => Promise.resolve(null),
    ...giving(all['corte.tar.gz']),
  });
}

test('who made a statement up is known by the signed one of another mirror, and by nothing before', async (t) => {
  const signed = corte.files['corte.json'].toString();
  const sha256 = createHash('sha256').update('another list of files').digest('hex');
  const made = having('made', { 'corte.json': Buffer.from(signed.replace(corte.statement.manifest.sha256, sha256)) });
  const figure = having('figure', { 'corte.json': figuresOf(corte) });
  const seen = await blamedOf(await makeFolder(t), [made, figure, having('good')]);
  t.deepEqual(seen, { blamed: ['made lied', 'figure unusable'], isBrought: true });
  t.deepEqual(await blamedOf(await makeFolder(t), [made]), { blamed: ['made unusable'], isBrought: false });
});

test('a disk that turned one bit over makes no liar of a mirror, whichever bit it was', async (t) => {
  const spoilt = (['corte.json', 'corte.json.sig'] as const).flatMap((file) =>
    // Each seventh byte: a signature is checked for every one.
    Array.from({ length: corte.files[file].length / 7 }, (_, nth) => {
      const i = nth * 7;
      const bytes = Buffer.from(corte.files[file]);
      bytes[i] = (bytes[i] ?? 0) ^ (1 << (nth % 4));
      return having(`${file}-${i}`, { [file]: bytes });
    }),
  );
  const { blamed, isBrought } = await blamedOf(await makeFolder(t), [...spoilt, having('good')]);
  t.deepEqual([blamed.filter((one) => !one.endsWith(' unusable')), isBrought], [[], true]);
  t.is(blamed.length, spoilt.length);
});

test('a corte is not put off, nor said to have failed, for the one before it that did', async (t) => {
  const told: string[] = [];
  const failing = (thrown: Error) =>
    newJob({
      look: () => Promise.reject(new Error('is not looked at')),
      holdings: { trust: () => startFrom(trust), head: () => null } as unknown as Holdings,
      bringing: bringingInto(folder, { deliveries: { begin: () => Promise.reject(thrown) } }),
      standing: { failed: (_, error) => void told.push(String(error)), ended: () => {} } as Standing,
      stop: never,
      putOff: (delivery) => void told.push(`${delivery} is put off`),
    });
  const folder = await makeFolder(t);
  await failing(new NotBegun('the one before'))('jornada', 1, [having('good')]);
  t.deepEqual(told, []);
  await failing(new Error('no space left'))('jornada', 1, [having('good')]);
  t.deepEqual(told, ['Error: no space left', 'jornada-000001 is put off']);
});

test('a corte is not fetched where the signal came before its turn', async (t) => {
  const stop = new AbortController();
  stop.abort();
  const folder = await makeFolder(t);
  let asked = 0;
  const site = fakeSite('good', { file: () => Promise.reject(new Error(`asked ${(asked += 1)}`)) });
  const bring = newJob({
    look: () => Promise.reject(new Error('is not looked at')),
    holdings: { trust: () => startFrom(trust), head: () => null } as unknown as Holdings,
    bringing: bringingInto(folder, { deliveries: { begin: () => Promise.resolve() } }),
    standing: { failed: () => {}, troubled: () => {}, ended: () => {} } as unknown as Standing,
    stop: stop.signal,
    putOff: (delivery) => t.fail(`${delivery} is put off`),
  });
  await bring('jornada', 1, [site]);
  t.is(asked, 0);
});

test('what an earlier try left in the folder of a delivery is not delivered with it', async (t) => {
  const folder = await makeFolder(t);
  for (const room of ['inbox', 'work']) await mkdir(join(folder, room));
  const inbox = ownInbox({ inbox: join(folder, 'inbox'), work: join(folder, 'work'), told: join(folder, 'told') });
  const name = { kind: 'corte', ...place, number: 2 } as const;
  const work = await inbox.begin(name);
  for (const left of ['.alone', '.pieces.json', '.pieces.json.4711.new', 'corte.tar.gz']) await writeFile(join(work, left), 'x');
  const { 'corte.tar.gz': _, ...files } = second.files;
  await inbox.finish(name, files);
  t.deepEqual((await readdir(join(folder, 'inbox/jornada-000002'))).sort(), Object.keys(second.files).sort());
});
