import { existsSync } from 'node:fs';
import { readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { CODES, type Code } from '../../../src/format/refusal.ts';
import { type Corte, makeCorte, writeDelivery, writeTrustDelivery } from '../../kit/cortes.ts';
import { at, NOW, nextTrust, signTrust } from '../../kit/election.ts';
import { makeFastFolder } from '../../kit/folders.ts';
import { type KitNode, makeNode } from '../../kit/node.ts';
import { type Scene, WRONG_PLACES, WRONG_SIGNATURES, WRONG_STATEMENTS } from './wrong-cortes.ts';
import { WRONG_MANIFESTS, WRONG_PACKAGES } from './wrong-packages.ts';
import { otherThan, richTrust, WRONG_TRUST } from './wrong-trust.ts';

/**
 * Every code of the closed list, by deliveries that an attacker (or a bug of ours) could put into the inbox. One node
 * gets all of them: after each, no byte of what it keeps has changed, and it admits the next good corte.
 */

const covered = new Set<Code>();
let kit: KitNode;
let head: Corte;
/** what the node keeps, null where something was admitted since it was last read */
let known: Record<string, string> | null = null;

test.before(async (t) => {
  kit = await makeNode(t, { folder: await makeFastFolder(), trust: richTrust() });
  head = next({ files: publication(0) });
  await writeDelivery(kit.config.inbox, head);
  t.deepEqual(await kit.outcomes(), { 'jornada-000001': 'admitted' });
  known = null;
});

/** A publication of three files: one that never changes, two that always do. */
function publication(n: number) {
  return { 'index.html': `corte ${n}`, 'siempre.css': 'body { margin: 0 }\n', 'z.csv': `votos,${n}\n` };
}

/** The corte that the node waits for; a minute apart, so that hundreds fit before its clock's hour. */
function next(changes: Parameters<Scene['next']>[0] = {}): Corte {
  const n = head?.statement.number ?? 0;
  const takenAt = at(NOW - 5 * 3600_000 + n * 60_000);
  return makeCorte({ trust: kit.trust, previous: head ?? null, takenAt, files: publication(n), ...changes });
}

async function admitsTheNext(t: ExecutionContext): Promise<void> {
  const corte = next();
  await writeDelivery(kit.config.inbox, corte);
  t.deepEqual(await kit.outcomes(), { [corte.delivery]: 'admitted' });
  head = corte;
  known = null;
}

/** The delivery is refused with the code, changes nothing, and lies where it should, with its reason. */
async function isRefused(t: ExecutionContext, delivery: string, code: Code): Promise<void> {
  covered.add(code);
  const room = code === 'fork' || code === 'trust-fork' ? 'evidence' : 'refused';
  const [others, events] = [await readdir(kit.path('state', room)), kit.events.length];
  known ??= await kit.kept();
  t.deepEqual(await kit.outcomes(), { [delivery]: code });
  t.deepEqual(await kit.kept(), known, 'chain, trees, link and acuses are as before');
  t.deepEqual(await readdir(kit.config.inbox), []);
  t.deepEqual(await readdir(kit.path('state', 'staging')), []);
  t.like(kit.events.slice(events), [{ event: 'refused', delivery, code }]);
  const [name, ...more] = (await readdir(kit.path('state', room))).filter((folder) => !others.includes(folder));
  const folder = kit.path('state', room, name as string);
  t.deepEqual(more, []);
  t.like(JSON.parse(await readFile(join(folder, 'reason.json'), 'utf8')), { code, delivery });
  t.true(existsSync(join(folder, 'delivery')));
  if (room === 'evidence') t.true((await readdir(join(folder, 'judged'))).length >= 2, 'the bytes that were judged are kept');
  const shown = (await readFile(kit.path('outbox', 'refused.jsonl'), 'utf8')).trim().split('\n');
  t.like(JSON.parse(shown.at(-1) as string), { code, delivery });
}

const scene: Scene = {
  get head() {
    return head;
  },
  next,
};

/** After this many refusals the next good corte is admitted; what is kept is compared, to the byte, after every one. */
const IN_A_ROW = 10;

const WRONG = [...WRONG_SIGNATURES, ...WRONG_STATEMENTS, ...WRONG_PLACES, ...WRONG_MANIFESTS, ...WRONG_PACKAGES];
for (const [i, [what, code, make]] of WRONG.entries()) {
  test.serial(`${code}: ${what}`, async (t) => {
    const corte = make(scene);
    await writeDelivery(kit.config.inbox, corte);
    await isRefused(t, corte.delivery, code);
    if (i % IN_A_ROW === 0) await admitsTheNext(t);
  });
}

for (const [i, [what, code, make]] of WRONG_TRUST.entries()) {
  test.serial(`${code}: a trust document with ${what}`, async (t) => {
    const trust = make(kit.trust);
    const name = `trust-${trust.document.version}`;
    await writeTrustDelivery(kit.config.inbox, trust);
    await isRefused(t, name, code);
    if (i % IN_A_ROW === 0) await admitsTheNext(t);
  });
}

test.serial('trust-version: a good document in the folder of another version', async (t) => {
  const files = { '7.json': Buffer.from(kit.trust.bytes), '7.json.presidencia.sig': kit.trust.signedBy['presidencia'] as Buffer };
  const without = Object.fromEntries(['1.json', '1.json.presidencia.sig', '1.json.cotaprep.sig'].map((name) => [name, null]));
  await writeTrustDelivery(kit.config.inbox, kit.trust, { name: 'trust-7', files: { ...without, ...files } });
  await isRefused(t, 'trust-7', 'trust-version');
});

test.serial('trust-fork: another anchor, signed by its own custodians, is kept as evidence', async (t) => {
  await writeTrustDelivery(kit.config.inbox, otherThan(kit.trust));
  await isRefused(t, 'trust-1', 'trust-fork');
  await admitsTheNext(t);
});

test.serial('the same trust document again is nothing new', async (t) => {
  const before = await kit.kept();
  await writeTrustDelivery(kit.config.inbox, kit.trust);
  t.deepEqual(await kit.outcomes(), { 'trust-1': 'already-admitted' });
  t.deepEqual(await kit.kept(), before);
});

test.serial('an admitted corte again, or an older one, is nothing new', async (t) => {
  const before = await kit.kept();
  await writeDelivery(kit.config.inbox, head);
  t.deepEqual(await kit.outcomes(), { [head.delivery]: 'already-admitted' });
  t.deepEqual(await kit.kept(), before);
  t.deepEqual(await readdir(kit.config.inbox), []);
});

test.serial('phase-closed: an hour past the close of its phase', async (t) => {
  const takenAt = '2018-07-02T00:00:01-05:00';
  const corte = makeCorte({ trust: kit.trust, phase: 'cerrada', signer: 'cerrada-1', takenAt, files: publication(1) });
  await writeDelivery(kit.config.inbox, corte);
  await isRefused(t, corte.delivery, 'phase-closed');
});

test.serial('after-final: nothing follows the last corte of a phase', async (t) => {
  const last = makeCorte({ trust: kit.trust, phase: 'simulacro-1', final: true, files: publication(1) });
  const more = makeCorte({ trust: kit.trust, phase: 'simulacro-1', previous: last, files: publication(2) });
  await writeDelivery(kit.config.inbox, last);
  t.deepEqual(await kit.outcomes(), { 'simulacro-1-000001': 'admitted' });
  known = null;
  await writeDelivery(kit.config.inbox, more);
  await isRefused(t, more.delivery, 'after-final');
});

test.serial('fork: another corte 1 by a stolen key that has ended is signer-out-of-range and no fork', async (t) => {
  const files = publication(999);
  const corte = makeCorte({ trust: kit.trust, previous: null, number: 1, signer: 'robada-1', takenAt: at(NOW), files });
  await writeDelivery(kit.config.inbox, corte);
  await isRefused(t, corte.delivery, 'signer-out-of-range');
});

for (const [file, bytes] of [
  ['corte.json', 64 * 1024 + 1],
  ['corte.json.sig', 4097],
  ['SHA256SUMS', 16 * 1024 ** 2 + 1],
  ['corte.tar.gz', 8 * 1024 ** 3 + 1],
] as const) {
  test.serial(`too-large: ${file} of ${bytes} bytes is not read`, async (t) => {
    const corte = next();
    await writeDelivery(kit.config.inbox, corte);
    await truncate(join(kit.config.inbox, corte.delivery, file), bytes);
    await isRefused(t, corte.delivery, 'too-large');
    await admitsTheNext(t);
  });
}

for (const [what, name] of [
  ['of no kind', 'hola'],
  ['of seven digits', 'jornada-0000001'],
  ['of number zero', 'jornada-000000'],
  ['without a phase', '000001'],
  ['of a phase in capitals', 'Jornada-000001'],
  ['of a trust document 01', 'trust-01'],
  ['with a line end', 'jornada-000001\n'],
] as const) {
  test.serial(`delivery-malformed: a folder's name ${what}`, async (t) => {
    await writeDelivery(kit.config.inbox, head, { name });
    await isRefused(t, name, 'delivery-malformed');
  });
}

test.serial('delivery-malformed: a file that does not belong, in a corte and in a trust document', async (t) => {
  await writeDelivery(kit.config.inbox, next(), { files: { '.htaccess': 'x', SHA256SUMS: null } });
  await isRefused(t, next().delivery, 'delivery-malformed');
  await writeTrustDelivery(kit.config.inbox, signTrust(nextTrust(kit.trust)), { files: { '3.json': 'x' } });
  await isRefused(t, 'trust-2', 'delivery-malformed');
  const flood = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`2.json.c-${i}.sig`, 'x']));
  await writeTrustDelivery(kit.config.inbox, signTrust(nextTrust(kit.trust)), { files: flood });
  await isRefused(t, 'trust-2', 'delivery-malformed');
  await admitsTheNext(t);
});

test.serial('delivery-incomplete is deferred, told once, and taken when it is whole', async (t) => {
  covered.add('delivery-incomplete');
  const corte = next();
  const before = await kit.kept();
  const folder = await writeDelivery(kit.config.inbox, corte, { files: { 'corte.tar.gz': null } });
  const told = kit.events.length;
  t.deepEqual(await kit.outcomes(), { [corte.delivery]: 'delivery-incomplete' });
  t.deepEqual(await kit.outcomes(), {}, 'it is not looked at again while nothing changes');
  t.is(kit.events.length, told + 1);
  t.deepEqual(await kit.kept(), before);
  await writeFile(join(folder, 'corte.tar.gz'), corte.files['corte.tar.gz']);
  t.deepEqual(await kit.outcomes(), { [corte.delivery]: 'admitted' });
  known = null;
  head = corte;
});

test.serial('gap is deferred, and taken in the pass that brings what was missing', async (t) => {
  covered.add('gap');
  const one = next();
  const n = one.statement.number;
  const two = makeCorte({
    trust: kit.trust,
    previous: one,
    takenAt: at(Date.parse(one.statement.taken_at) + 1000),
    files: publication(n),
  });
  const before = await kit.kept();
  await writeDelivery(kit.config.inbox, two);
  t.deepEqual(await kit.outcomes(), { [two.delivery]: 'gap' });
  t.deepEqual(await kit.outcomes(), {});
  t.deepEqual(await kit.kept(), before);
  await writeDelivery(kit.config.inbox, one);
  t.deepEqual(await kit.outcomes(), { [one.delivery]: 'admitted', [two.delivery]: 'admitted' });
  known = null;
  head = two;
});

test.serial('trust-missing is deferred until the document comes; then an older one is a mismatch', async (t) => {
  covered.add('trust-missing');
  const second = signTrust(nextTrust(kit.trust));
  const corte = next({ trust: second });
  const before = await kit.kept();
  await writeDelivery(kit.config.inbox, corte);
  t.deepEqual(await kit.outcomes(), { [corte.delivery]: 'trust-missing' });
  t.deepEqual(await kit.outcomes(), {});
  t.deepEqual(await kit.kept(), before);
  await writeTrustDelivery(kit.config.inbox, second);
  t.deepEqual(await kit.outcomes(), { 'trust-2': 'admitted', [corte.delivery]: 'admitted' });
  known = null;
  head = corte;

  const older = next();
  await writeDelivery(kit.config.inbox, older);
  await isRefused(t, older.delivery, 'trust-mismatch');

  await writeTrustDelivery(kit.config.inbox, signTrust(nextTrust(kit.trust, { title: 'Otra' })));
  await isRefused(t, 'trust-2', 'trust-fork');

  const good = next({ trust: second });
  await writeDelivery(kit.config.inbox, good);
  t.deepEqual(await kit.outcomes(), { [good.delivery]: 'admitted' });
  known = null;
});

test.serial('trust-expired: nothing new is admitted past the expiry, and nothing is taken down', async (t) => {
  const corte = next();
  await writeDelivery(kit.config.inbox, corte);
  kit.clock.now = Date.parse(kit.trust.document.expires_at) + 1000;
  await isRefused(t, corte.delivery, 'trust-expired');
});

test.serial('every code of the format was tested', (t) => {
  t.deepEqual(
    [...CODES].filter((code) => !covered.has(code)),
    [],
  );
});
