import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { newMetrics } from '../../src/difusor/telling/metrics.ts';
import { statusOf } from '../../src/difusor/telling/status.ts';
import { CORTE_FILES } from '../../src/format/naming.ts';
import { cotejo, sh } from '../kit/command.ts';
import {
  type Corte,
  cortesIn,
  makeChain,
  makeCorte,
  publicationOf,
  writeDelivery,
  writeInChain,
  writeTrustDelivery,
} from '../kit/cortes.ts';
import { makeTrust, nextTrust, signTrust, writeTrust } from '../kit/election.ts';
import { entriesIn, makeFastFolder, makeFolder } from '../kit/folders.ts';
import { type KitNode, makeNode, reasonsIn } from '../kit/node.ts';
import { long, requires } from '../kit/requires.ts';

/**
 * The theft of a signing key in a running night. All nodes have the IEC's corte 6; then a thief with firma-1's key
 * gives his own cortes 7 and 8 to the four Difusores that are running. The custodians end firma-1 at 6, and relevo-1
 * signs the real 7.
 */

const theft = long(requires('openssh-client', ['ssh-keygen']));

const first = signTrust(makeTrust());
const issued = makeChain(6, { trust: first });
const signers = first.document.signers.map((signer) => (signer.name === 'firma-1' ? { ...signer, last: 6 } : signer));
const second = signTrust(nextTrust(first, { signers }), ['cotaprep', 'auditor']);

const sixth = issued.at(-1) as Corte;
const forged7 = makeCorte({ trust: first, previous: sixth, files: { ...publicationOf(7), 'index.html': 'gana otro' } });
const forged8 = makeCorte({
  trust: first,
  previous: forged7,
  files: { ...publicationOf(8), 'index.html': 'gana otro, y por más' },
});
const real7 = makeCorte({ trust: second, previous: sixth, signer: 'relevo-1', files: publicationOf(7) });

const NAMES = ['vanguardia', 'zocalo', 'siglo', 'capital', 'milenio', 'universidad'] as const;

/** Six nodes, each of a Difusor with its own name, so that an acuse shows whose it is. */
async function sixDifusores(t: ExecutionContext): Promise<KitNode[]> {
  const nodes: KitNode[] = [];
  for (const difusor of NAMES) nodes.push(await makeNode(t, { folder: await makeFastFolder(), trust: first, config: { difusor } }));
  return nodes;
}

const give = async (kit: KitNode, ...cortes: Corte[]) => {
  for (const corte of cortes) await writeDelivery(kit.config.inbox, corte);
  return kit.outcomes();
};
const giveTrust = async (kit: KitNode) => {
  await writeTrustDelivery(kit.config.inbox, second);
  return kit.outcomes();
};
const shown = async (kit: KitNode) => {
  const folder = kit.path('state/public/jornada');
  const files = (await entriesIn(folder)).filter((entry) => entry.isFile());
  const pairs = files.map(async ({ parentPath, name }) => {
    const path = join(parentPath, name);
    return [path.slice(folder.length + 1), await readFile(path)] as const;
  });
  return Object.fromEntries(await Promise.all(pairs));
};

theft('six Difusores, two of them off, end a theft on the real corte, and the files prove what was done', async (t) => {
  const six = await sixDifusores(t);
  const [trustFirst, cortesFirst, atOnce, asIecSends, offThen, offToo] = six as [
    KitNode,
    KitNode,
    KitNode,
    KitNode,
    KitNode,
    KitNode,
  ];
  const on = [trustFirst, cortesFirst, atOnce, asIecSends];
  for (const kit of six) await give(kit, ...issued);

  // The thief delivers to the four that are running, to one of them only corte 7.
  for (const kit of on) {
    t.deepEqual(await give(kit, forged7), { 'jornada-000007': 'admitted' });
    if (kit !== asIecSends) t.deepEqual(await give(kit, forged8), { 'jornada-000008': 'admitted' });
    t.is(String((await shown(kit))['index.html']).slice(0, 9), 'gana otro');
  }

  // The custodians' document and the real corte 7 come in any order.
  t.deepEqual(await giveTrust(trustFirst), { 'trust-2': 'admitted' });
  t.deepEqual(await shown(trustFirst), sixth.content, 'until the real 7 comes, 6 is public again');
  t.deepEqual(await give(trustFirst, real7), { 'jornada-000007': 'admitted' });

  t.deepEqual(await give(cortesFirst, real7), { 'jornada-000007': 'trust-missing' }, 'it waits for the document that it names');
  t.deepEqual(await giveTrust(cortesFirst), { 'trust-2': 'admitted', 'jornada-000007': 'admitted' });

  await writeDelivery(atOnce.config.inbox, real7);
  t.deepEqual(await giveTrust(atOnce), { 'trust-2': 'admitted', 'jornada-000007': 'admitted' });

  t.deepEqual(await giveTrust(asIecSends), { 'trust-2': 'admitted' });
  await asIecSends.reopen(); // a restart in the middle finds nothing more to do
  t.deepEqual(await give(asIecSends, real7), { 'jornada-000007': 'admitted' });

  // To the nodes that were off the thief delivers too: to one of them first, to the other last.
  await offThen.reopen();
  await writeDelivery(offThen.config.inbox, forged7);
  t.deepEqual(await giveTrust(offThen), { 'trust-2': 'admitted', 'jornada-000007': 'signer-out-of-range' });
  t.deepEqual(await give(offThen, real7), { 'jornada-000007': 'admitted' });
  await offToo.reopen();
  await writeDelivery(offToo.config.inbox, real7);
  t.deepEqual(await giveTrust(offToo), { 'trust-2': 'admitted', 'jornada-000007': 'admitted' });
  t.deepEqual(await give(offToo, forged8), { 'jornada-000008': 'signer-out-of-range' });

  for (const [i, kit] of six.entries()) await standsOnTheReal7(t, kit, NAMES[i] as string);
  for (const kit of [trustFirst, cortesFirst, atOnce]) await keeps(t, kit, forged7, forged8);
  await keeps(t, asIecSends, forged7);
  for (const kit of [offThen, offToo]) {
    await keeps(t, kit);
    t.deepEqual(
      (await reasonsIn(kit, 'refused')).map(({ code }) => code),
      ['signer-out-of-range'],
    );
  }

  await provesTheFork(t, six, trustFirst);
});

/**
 * What is public, the chain, the acuse and the status of a node are those of the real corte 7, and nothing of the
 * thief's is left.
 */
async function standsOnTheReal7(t: ExecutionContext, kit: KitNode, difusor: string): Promise<void> {
  t.deepEqual(await shown(kit), real7.content, difusor);
  t.deepEqual((await cortesIn(kit.path('state/chain/jornada'))).at(-1), '000007');
  for (const name of CORTE_FILES)
    t.deepEqual(await readFile(kit.path('state/chain/jornada/000007', name)), real7.files[name], `${difusor}: ${name}`);
  const acuses = (await readdir(kit.path('outbox/acuses/jornada'))).sort();
  t.deepEqual(acuses.slice(-2), ['000007.json', '000007.json.sig']);
  const acuse = await readFile(kit.path('outbox/acuses/jornada/000007.json'), 'utf8');
  t.like(JSON.parse(acuse), { difusor, number: 7, corte: real7.sha256 });
  const jornada = (await statusOf(kit.node)).phases.find(({ phase }) => phase === 'jornada');
  t.like(jornada, { number: 7, corte: real7.sha256, public: 'corte' });
  t.deepEqual(await readdir(kit.config.inbox), []);
}

/** The cortes that a node admitted and then removed are in `revoked/` to the byte, and it reported them. */
async function keeps(t: ExecutionContext, kit: KitNode, ...forged: Corte[]): Promise<void> {
  t.deepEqual((await readdir(kit.path('state/revoked'))).sort(), forged.map(nameOf));
  for (const corte of forged) {
    for (const name of CORTE_FILES) t.deepEqual(await readFile(kit.path('state/revoked', nameOf(corte), name)), corte.files[name]);
  }
  const told = kit.events.filter(({ event }) => event === 'revoked');
  const to = forged.at(-1)?.statement.number;
  t.deepEqual(told, to === undefined ? [] : ([{ event: 'revoked', phase: 'jornada', from: 7, to }] as unknown as typeof told));
  const metrics = newMetrics();
  for (const event of kit.events) metrics.hear(event);
  await metrics.write(kit.node.rooms.metrics, await statusOf(kit.node), true, null);
  const text = await readFile(kit.node.rooms.metrics, 'utf8');
  t.true(text.includes(`\ncotejo_revoked_total ${forged.length}\n`));
  t.true(text.includes('\ncotejo_corte_number{phase="jornada"} 7\n'));
  t.true(text.includes('\ncotejo_trust_version 2\n'));
}

function nameOf({ delivery, sha256 }: Corte): string {
  return `${delivery}-${sha256.slice(0, 16)}`;
}

/** First to someone who has the chains, the evidence and the anchor, then to someone who has only the proof. */
async function provesTheFork(t: ExecutionContext, six: readonly KitNode[], witness: KitNode): Promise<void> {
  const folder = await makeFolder(t);
  const iec = join(folder, 'iec');
  for (const corte of [...issued, real7]) await writeInChain(iec, corte);
  for (const trust of [first, second]) await writeTrust(trust, join(iec, `trust/${trust.document.version}.json`));
  const index = { election: first.document.election, trust: 2, phases: { jornada: { number: 7, corte: real7.sha256 } } };
  await writeFile(join(iec, 'index.json'), `${JSON.stringify(index)}\n`);
  const chains = [iec, ...six.map((kit) => kit.path('state/chain'))];
  const anchor = ['--anchor', witness.config.anchor, '--phase', 'jornada', '--json'];

  const one = await cotejo(['audit', 'compare', ...chains, ...anchor], folder);
  t.is(one.status, 0, one.stdout + one.stderr);
  t.true(JSON.parse(one.stdout).one_history);

  // The forged corte 7 leaves the Difusor on a USB stick; the proof leaves the auditor in the same way.
  const stick = join(folder, 'stick');
  await mkdir(stick);
  for (const name of ['corte.json', 'corte.json.sig'])
    await writeFile(join(stick, name), await readFile(witness.path('state/revoked', nameOf(forged7), name)));
  const two = await cotejo(['audit', 'compare', iec, stick, ...anchor, '--evidence', 'proof'], folder);
  t.is(two.status, 1, two.stdout + two.stderr);
  t.like(JSON.parse(two.stdout), { one_history: false, forks: [{ phase: 'jornada', number: 7 }] });
  const away = join(await makeFolder(t), 'proof');
  await rename(join(folder, 'proof/jornada-000007'), away);
  const readme = await readFile(join(away, 'README.md'), 'utf8');
  const lines = (/```sh\n([^`]*)```/.exec(readme)?.[1] ?? '').trim().split('\n');
  const done = [];
  for (const line of lines) done.push(await sh(line, away));
  t.deepEqual(
    done.map(({ status }) => status),
    [0, 0, 0, 1, 0],
  );
  t.regex(done[0]?.stdout ?? '', /^Good "corte@cotejo" signature for relevo-1 /);
  t.regex(done[1]?.stdout ?? '', /^Good "corte@cotejo" signature for firma-1 /);
  t.is(done[2]?.stdout.match(/"number": 7,/g)?.length, 2);
  for (const sha256 of [second.sha256, real7.sha256, forged7.sha256]) t.true(done[4]?.stdout.includes(sha256));
}
