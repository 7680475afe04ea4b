import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { makeChain, makeCorte, writeDelivery, writeTrustDelivery } from '../kit/cortes.ts';
import { makeTrust, nextTrust, signTrust } from '../kit/election.ts';
import { makeFastFolder } from '../kit/folders.ts';
import { configIn } from '../kit/node.ts';
import { requires } from '../kit/requires.ts';
import { RUNNER, ran, type Task } from '../kit/run-task.ts';
import { type DiskCall, diskCalls } from '../kit/system-calls.ts';

/**
 * The order of what must survive a power cut, as the kernel sees it: between what is done and what relies on it there is
 * a sync that has ended. `npm run powercuts` shows what each of these orders is for.
 */

const trial = requires('strace', ['strace']);
const document = makeTrust();
/** One phase alone: what another one needs of the disk would hide what this one lacks. */
const trust = signTrust({
  ...document,
  signers: document.signers.filter(({ phase }) => phase === 'jornada'),
  phases: document.phases.filter(({ name }) => name === 'jornada'),
});
const cortes = makeChain(3, { trust });
/** Of all three none is stale then. */
const now = Date.parse(cortes[2]!.statement.taken_at) + 10_000;

async function nodeWith(upTo: number): Promise<Task & { folder: string }> {
  const folder = await makeFastFolder();
  const config = await configIn(folder, trust);
  for (const corte of cortes.slice(0, upTo)) await writeDelivery(config.inbox, corte);
  const task = { config, now };
  await ran(task);
  return { ...task, folder };
}

const traced = (task: Task & { folder: string }) => diskCalls([RUNNER, JSON.stringify(task)], task.folder);

type Is = (call: DiskCall) => boolean;

/** The index of a call; fails the trial where there is none. */
function place(t: ExecutionContext, calls: readonly DiskCall[], what: string, isIt: Is, last = false): number {
  const at = last ? calls.findLastIndex(isIt) : calls.findIndex(isIt);
  t.not(at, -1, `${what}: ${JSON.stringify(calls)}`);
  return at;
}

/** Whether a sync of everything, that succeeded, stands between two places. */
function isSynced(calls: readonly DiskCall[], from: number, to: number): boolean {
  return calls.slice(from + 1, to).some(({ name, error }) => name === 'sync' && error === null);
}

/** Whether each call of one kind is synced before the next one of another kind. */
function isAlwaysSynced(calls: readonly DiskCall[], isFirst: Is, isThen: Is): boolean {
  return calls.every((call, at) => {
    if (!isThen(call)) return true;
    const before = calls.slice(0, at).findLastIndex(isFirst);
    return before === -1 || isSynced(calls, before, at);
  });
}

trial('a repair restores, syncs, links, syncs, and then writes the ledger', async (t) => {
  const task = await nodeWith(2);
  const { state } = task.config;
  const tree = join(state, 'trees/jornada/000002');
  await rm(join(state, 'content/jornada'), { recursive: true });
  await mkdir(join(state, 'content/jornada'));
  await rm(join(tree, 'index.html'));
  await writeFile(join(tree, 'css/estilo.css'), 'defaced');
  const calls = await traced({ ...task, repair: true });
  const isRestored = ({ name, path }: DiskCall) => name === 'rename' && /\/content\/jornada\/[0-9a-f]{64}$/.test(path);
  const isLinked = ({ name, path }: DiskCall) => name === 'link' && path.startsWith(`${tree}/`);
  const isLedger = ({ name, path }: DiskCall) => name === 'rename' && path.endsWith('/.ledger');
  t.true(calls.filter(isRestored).length >= 2 && calls.filter(isLinked).length >= 2, JSON.stringify(calls));
  t.true(isAlwaysSynced(calls, isRestored, isLinked), 'before a name in the tree leads to a content, it is on the disk');
  t.true(isAlwaysSynced(calls, isLinked, isLedger), 'before the ledger says so, it is on the disk');
});

trial('an acuse is gone from the disk before its corte leaves the chain', async (t) => {
  const task = await nodeWith(3);
  const signers = trust.document.signers.map((signer) => (signer.name === 'firma-1' ? { ...signer, last: 1 } : signer));
  await writeTrustDelivery(task.config.inbox, signTrust(nextTrust(trust, { signers })));
  const calls = await traced(task);
  const acuses = join(task.config.outbox, 'acuses/jornada');
  for (const number of ['000003', '000002']) {
    const gone = place(t, calls, 'withdrawn', ({ name, path }) => name === 'unlink' && path.startsWith(join(acuses, number)), true);
    const left = place(t, calls, 'revoked', ({ name, from }) => name === 'rename' && from?.endsWith(`/jornada/${number}`) === true);
    const synced = calls.slice(gone, left).some(({ name, path }) => name === 'fsync' && path === acuses);
    t.true(gone < left && synced, number);
  }
});

trial('what a start finds by name is on the disk before it is shown or signed for', async (t) => {
  const task = await nodeWith(1);
  await writeDelivery(task.config.inbox, cortes[1]!);
  t.true((await ran({ ...task, dieAfter: 'after A13' })).killed);
  const calls = await traced(task);
  const shown = place(t, calls, 'shown', ({ name, path }) => name === 'rename' && path.endsWith('/public/jornada'));
  const signed = place(t, calls, 'signed', ({ name, path }) => name === 'rename' && path.endsWith('/000002.json.sig'));
  t.true(isSynced(calls, -1, Math.min(shown, signed)));
});

/** A `sync` that fails as soon as a path is there. */
async function failingSync(folder: string, path: string): Promise<Record<string, string>> {
  const bin = join(folder, 'bin');
  await mkdir(bin, { recursive: true });
  await writeFile(
    join(bin, 'sync'),
    `#!/bin/sh
test -e "${path}" || exec /bin/sync "$@"
echo "sync: error syncing: Input/output error" >&2; exit 1
`,
  );
  await chmod(join(bin, 'sync'), 0o755);
  return { PATH: `${bin}:${process.env['PATH']}` };
}

trial('once the sync after A13 has failed nothing is shown, signed or removed before another one has succeeded', async (t) => {
  const task = await nodeWith(1);
  const [delivery, chain] = [await writeDelivery(task.config.inbox, cortes[1]!), join(task.config.state, 'chain/jornada')];
  const link = join(task.config.state, 'public/jornada');
  const untouched = async (what: string) => {
    t.true(existsSync(join(chain, '000002')), `${what}: the rename was done`);
    t.is(await readlink(link), '../trees/jornada/000001', what);
    t.false(existsSync(join(task.config.outbox, 'acuses/jornada/000002.json')), what);
    t.true(existsSync(delivery), what);
  };
  // A start's own sync and that of A12 are good; the one of the folder is not, and of the next turn's none is.
  const fails = ['-f', '-qq', '-P', chain, '-e', 'trace=fsync', '-e', 'inject=fsync:error=EIO', '-o', join(task.folder, 'trace')];
  const env = await failingSync(task.folder, join(chain, '000002'));
  await ran({ ...task, turns: 3 }, { under: ['strace', ...fails], env });
  await untouched('after the failed sync');
  // A start that can't sync either.
  await t.throwsAsync(ran(task, { env }), { message: /Input\/output error/ });
  await untouched('at a start');
  await ran(task);
  t.is(await readlink(link), '../trees/jornada/000002');
  t.true(existsSync(join(task.config.outbox, 'acuses/jornada/000002.json')));
  t.false(existsSync(delivery));
});

/** A node with one corte, and in its inbox another of the same number, signed too. */
async function nodeWithFork() {
  const task = await nodeWith(1);
  const fork = makeCorte({ trust, files: { 'index.html': 'otra historia' } });
  return { task, fork, delivery: await writeDelivery(task.config.inbox, fork), evidence: join(task.config.state, 'evidence') };
}

trial('the proof of a fork is on the disk before its delivery leaves the inbox', async (t) => {
  const { task, fork, delivery, evidence } = await nodeWithFork();
  const calls = await traced(task);
  const left = place(t, calls, 'left', ({ name, from }) => name === 'rename' && from === delivery);
  const [folder] = (await readdir(evidence)).map((name) => join(evidence, name));
  const judged = join(folder!, 'judged');
  t.deepEqual(await readFile(join(judged, 'corte.json')), fork.files['corte.json']);
  const synced = calls.slice(0, left).filter(({ name }) => name === 'fsync');
  for (const made of [judged, folder!, evidence])
    t.true(
      synced.some(({ path }) => path === made),
      made,
    );
  for (const file of ['corte.json', 'corte.json.sig'])
    t.true(
      synced.some(({ path }) => path.startsWith(join(judged, file))),
      file,
    );
});

trial('a fork past those that are kept costs no sync, and goes where what is refused goes', async (t) => {
  const { task, fork, delivery, evidence } = await nodeWithFork();
  for (let i = 0; i < 500; i++) await mkdir(join(evidence, `one-${i}`));
  const calls = await traced(task);
  t.false(existsSync(delivery));
  t.is((await readdir(evidence)).length, 500);
  const refused = join(task.config.state, 'refused');
  const [folder] = (await readdir(refused)).map((name) => join(refused, name));
  t.deepEqual(await readFile(join(folder!, 'judged/corte.json')), fork.files['corte.json']);
  t.like(JSON.parse(await readFile(join(folder!, 'reason.json'), 'utf8')), { code: 'fork' });
  t.deepEqual(
    calls.filter(({ name, path }) => name === 'fsync' && (path.startsWith(refused) || path.startsWith(evidence))),
    [],
  );
});

trial('a fork whose proof can’t be made durable stays in the inbox, and leaves nothing that would pass for a proof', async (t) => {
  const { task, delivery, evidence } = await nodeWithFork();
  const fails = [
    '-f',
    '-qq',
    '-P',
    evidence,
    '-e',
    'trace=fsync',
    '-e',
    'inject=fsync:error=EIO',
    '-o',
    join(task.folder, 'trace'),
  ];
  await ran({ ...task, turns: 2 }, { under: ['strace', ...fails] });
  t.true(existsSync(delivery));
  t.deepEqual(await readdir(evidence), []);
  await ran(task);
  t.false(existsSync(delivery));
  t.is((await readdir(evidence)).length, 1);
});
