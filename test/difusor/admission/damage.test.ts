import { cp, mkdir, readdir, readFile, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { newMemory } from '../../../src/difusor/admission/memory.ts';
import { takeInbox } from '../../../src/difusor/admission/pass.ts';
import { openNode } from '../../../src/difusor/open.ts';
import { ACUSE_KEY } from '../../kit/acuse-key.ts';
import { makeChain, writeDelivery } from '../../kit/cortes.ts';
import { makeTrust, NOW, signTrust } from '../../kit/election.ts';
import { makeFastFolder, makeFolder } from '../../kit/folders.ts';
import { inJson } from '../../kit/inside.ts';
import { makeNode } from '../../kit/node.ts';
import { long } from '../../kit/requires.ts';
import { type Task } from '../../kit/run-task.ts';

/** What a power cut or an operator’s mistake may leave: the next start comes to the same end. */

const trust = signTrust(makeTrust());
const cortes = makeChain(3, { trust });

const DAMAGE: Record<string, (config: Task['config']) => Promise<void>> = {
  'the tree is gone': ({ state }) => rm(join(state, 'trees/jornada/000002'), { recursive: true }),
  'all trees are gone': ({ state }) => rm(join(state, 'trees'), { recursive: true }),
  'half of the tree is gone': ({ state }) => rm(join(state, 'trees/jornada/000002/actas'), { recursive: true }),
  'the tree has a file too many': ({ state }) => writeFile(join(state, 'trees/jornada/000002/x.php'), 'x'),
  'the tree is a file': async ({ state }) => {
    await rm(join(state, 'trees/jornada/000002'), { recursive: true });
    await writeFile(join(state, 'trees/jornada/000002'), '');
  },
  'a tree of a corte that was never committed': ({ state }) =>
    cp(join(state, 'trees/jornada/000002'), join(state, 'trees/jornada/000003'), { recursive: true }),
  'the content is gone': ({ state }) => rm(join(state, 'content'), { recursive: true }),
  'tree and content are gone': async ({ state }) => {
    await rm(join(state, 'content'), { recursive: true });
    await rm(join(state, 'trees/jornada/000002'), { recursive: true });
  },
  'the ledger is gone': ({ state }) => rm(join(state, 'content/jornada/.ledger')),
  'the ledger is cut short': ({ state }) => truncate(join(state, 'content/jornada/.ledger'), 100),
  'the link is gone': ({ state }) => rm(join(state, 'public/jornada')),
  'the link is an old one': async ({ state }) => {
    await rm(join(state, 'public/jornada'));
    await symlink('../trees/jornada/000001', join(state, 'public/jornada'));
  },
  'the public folder is gone': ({ state }) => rm(join(state, 'public'), { recursive: true }),
  'the acuse is cut short': ({ outbox }) => truncate(join(outbox, 'acuses/jornada/000002.json'), 20),
  "the acuse's signature is cut short": ({ outbox }) => truncate(join(outbox, 'acuses/jornada/000002.json.sig'), 20),
  "the acuse's signature is gone": ({ outbox }) => rm(join(outbox, 'acuses/jornada/000002.json.sig')),
  'the newest acuse is gone': ({ outbox }) => rm(join(outbox, 'acuses/jornada/000002.json')),
  'the index is cut short': ({ state }) => truncate(join(state, 'chain/index.json'), 0),
  'the status is half-written': async ({ state, outbox }) => {
    await writeFile(join(state, 'status.json'), '{"difusor": "va');
    await writeFile(join(outbox, 'status.json'), '');
    await writeFile(join(state, 'status.json.4194305.new'), '{');
  },
  'the log is cut in a line': ({ state }) => truncate(join(state, 'events.jsonl'), 33),
  'lock files lie about': async ({ state }) => {
    await writeFile(join(state, '.lock'), '1');
    await writeFile(join(state, '.daemon.lock'), '1');
  },
  'staging is full': async ({ state }) => {
    await mkdir(join(state, 'staging/jornada-3-1/content'), { recursive: true });
    await writeFile(join(state, 'staging/jornada-3-1/content/x'), 'x');
  },
  'all that may be empty is gone': async ({ state, inbox }) => {
    for (const room of ['staging', 'refused', 'revoked', 'evidence', 'pages']) await rm(join(state, room), { recursive: true });
    await rm(inbox, { recursive: true });
  },
};

/** What a node keeps after the three cortes, when nothing happens to it. */
let whole: Record<string, string> | null = null;
async function keptAfterAll(t: ExecutionContext): Promise<Record<string, string>> {
  const kit = await makeNode(t, { folder: await makeFastFolder(), trust });
  for (const corte of cortes) await writeDelivery(kit.config.inbox, corte);
  await kit.pass();
  return kit.kept();
}

for (const [what, harm] of Object.entries(DAMAGE)) {
  long().serial(`after a bad night ${what}; a start heals it, and the next corte comes`, async (t) => {
    const kit = await makeNode(t, { folder: await makeFastFolder(), trust });
    for (const corte of cortes.slice(0, 2)) await writeDelivery(kit.config.inbox, corte);
    await kit.pass();
    const before = await kit.kept();
    await harm(kit.config);
    await kit.reopen();
    const after = await kit.kept();
    // Of older trees only public ones are built again; their pages are made on demand.
    const matters = (kept: Record<string, string>) =>
      Object.fromEntries(Object.entries(kept).filter(([path]) => !/^(trees\/jornada\/000001|pages)/.test(path)));
    t.deepEqual(matters(after), matters(before));
    await writeDelivery(kit.config.inbox, cortes[2]!);
    t.deepEqual(await kit.outcomes(), { 'jornada-000003': 'admitted' });
    whole ??= await keptAfterAll(t);
    t.deepEqual(matters(await kit.kept()), matters(whole));
  });
}

test.serial('a damaged head in the chain is an error of this machine, and no delivery is refused for it', async (t) => {
  const kit = await makeNode(t, { trust });
  await writeDelivery(kit.config.inbox, cortes[0]!);
  await kit.pass();
  const file = kit.path('state/chain/jornada/000001/corte.json');
  const bytes = await readFile(file);
  await writeFile(file, bytes.toString().replace('"note": null', '"note": "x"'));
  await writeDelivery(kit.config.inbox, cortes[1]!);
  t.deepEqual(await kit.outcomes(), {}, 'no verdict');
  t.like(inJson(kit.events.at(-1)), { event: 'error', what: 'delivery jornada-000002' });
  t.deepEqual(await readdir(kit.config.inbox), ['jornada-000002']);
  await writeFile(file, bytes);
  kit.clock.now += 16_000;
  t.deepEqual(await kit.outcomes(), { 'jornada-000002': 'admitted' });
});

test.serial('after an error of the disk a delivery is tried again in its time, although the hour is set back', async (t) => {
  const clock = { now: NOW, elapsed: 0 };
  const { config } = await makeNode(t, { trust });
  const node = await openNode(config, { now: () => clock.now, elapsed: () => clock.elapsed, acuseKey: ACUSE_KEY });
  const memory = newMemory();
  await writeDelivery(config.inbox, cortes[0]!);
  await rename(node.rooms.staging, `${node.rooms.staging}-away`);
  await writeFile(node.rooms.staging, 'no folder');
  t.deepEqual(await takeInbox(node, memory), []);
  await rm(node.rooms.staging);
  await rename(`${node.rooms.staging}-away`, node.rooms.staging);
  clock.now -= 3600_000;
  t.deepEqual(await takeInbox(node, memory), [], 'not at once');
  clock.elapsed += 15_000;
  t.like(await takeInbox(node, memory), [{ outcome: 'admitted', number: 1 }]);
});

test.serial('contents that no sound package has are left out, and the node starts all the same', async (t) => {
  const kit = await makeNode(t, { folder: await makeFolder(t), trust });
  await writeDelivery(kit.config.inbox, cortes[0]!);
  await kit.pass();
  await truncate(kit.path('state/chain/jornada/000001/corte.tar.gz'), 100);
  await rm(kit.path('state/content'), { recursive: true });
  await rm(kit.path('state/trees/jornada/000001/index.html'));
  await kit.reopen();
  t.true((await readdir(kit.path('state/public/jornada'))).includes('css'));
  t.false((await readdir(kit.path('state/public/jornada'))).includes('index.html'));
  t.true(kit.events.some((event) => event.event === 'altered' && !event.restored && event.path === 'index.html'));
});
