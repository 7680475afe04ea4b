import { createHash } from 'node:crypto';
import { promises as fs, lstatSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { corteFolder, type KnownCorte, writeIndex } from '../../chain/chain-folder.ts';
import { readBounded } from '../../disk/bounded-file.ts';
import { syncFileSystem, syncFolder, writeOut } from '../../disk/durable.ts';
import type { Hash } from '../../format/hash.ts';
import { LIMITS } from '../../format/limits.ts';
import { contentsOf, type Manifest } from '../../format/manifest.ts';
import { Refusal } from '../../format/refusal.ts';
import { sameBytes } from '../../format/wire.ts';
import { checkManifest, checkPackage, checkPlace, checkSigned, checkTime, checkTrustNamed } from '../../verdict/corte.ts';
import { MemberJudge } from '../../verdict/members.ts';
import { prune } from '../care/prune.ts';
import { restoreContent } from '../care/restore.ts';
import type { CorteDelivery } from '../inbox/delivery.ts';
import { acknowledge } from '../public/acuse.ts';
import { settlePublic } from '../public/link.ts';
import { type ContentStore, inBatches, openContent } from '../state/content.ts';
import type { Node } from '../state/node.ts';
import { asOwn, ownHead } from '../state/own-chain.ts';
import { copyPackage, openStaging, type Staging, unpack } from '../state/staging.ts';
import { buildTree, makePhaseFolder, removeTree, treeFolder, treesOf } from '../state/tree.ts';

/**
 * The admission of one corte, from an opened delivery to the public folder (A3–A15). It reads from top to bottom as the
 * format does; whatever is thrown before A13 leaves the chain, the trees and the public link as they were.
 *
 * @param place what the delivery's folder announces
 * @param receivedAt when the delivery was first seen, ms
 * @throws Refusal with the code of the step that refused; Error where the disk failed (nothing is decided then)
 */
export async function admitCorte(
  node: Node,
  delivery: CorteDelivery,
  place: { readonly phase: string; readonly number: number },
  receivedAt: number,
): Promise<'admitted' | 'already-admitted'> {
  const { rooms, trust } = node;
  const { corteJson, signature, sums } = delivery;
  const now = node.now();

  const { statement, sha256 } = checkSigned(corteJson, signature, trust, place); // A3, A4
  const { phase, number } = statement;
  const head = await ownHead(node, phase);
  checkTrustNamed(statement, trust, head, now); // A5
  if (checkPlace(statement, head) === 'past') {
    await checkSameAsAdmitted(node, corteJson, phase, number); // A6
    await acknowledge(node, head as KnownCorte, receivedAt);
    return 'already-admitted';
  }
  checkTime(statement, trust, head, now); // A7
  const manifest = checkManifest(sums, createHash('sha256').update(sums).digest('hex'), statement); // A8

  const corte: KnownCorte = { statement, sha256, manifest };
  const staging = openStaging(rooms.staging, `${phase}-${number}`);
  try {
    const step = () => node.step('copying');
    const copy = join(staging.corte, 'corte.tar.gz');
    checkPackage(await copyPackage(delivery.package, copy, statement.package.bytes, step), statement); // A9
    const copied = writeOut(copy);
    copied.catch(() => {}); // awaited before the sync, if it comes to that
    makePhaseFolder(rooms, phase);
    const judge = new MemberJudge(statement, manifest, head?.manifest ?? []);
    await unpack(copy, statement, judge, staging.content, () => node.step('extracting')); // A10
    const brought = judge.wanted.map((entry) => entry.sha256);
    const store = node.contents.get(phase) ?? openPhase(node, phase);
    await requireContent(node, corte, head, store, staging, brought); // A11
    const isNew = new Set(brought);
    const pathOf = (hash: Hash) => (isNew.has(hash) ? join(staging.content, hash) : store.path(hash));
    await buildTree(staging.tree, manifest, pathOf); // A12
    writeFileSync(join(staging.corte, 'corte.json'), corteJson, { mode: 0o644 });
    writeFileSync(join(staging.corte, 'corte.json.sig'), signature, { mode: 0o644 });
    writeFileSync(join(staging.corte, 'SHA256SUMS'), sums, { mode: 0o644 });
    node.step('before A12 sync');
    await copied;
    await syncFileSystem(rooms.state, () => node.step('syncing'));
    node.step('after A12 sync');
    await putInPlace(node, corte, staging, brought, store); // A13
  } finally {
    await staging.remove();
  }
  node.admissions += 1;
  try {
    await asOwn(publish(node, corte, receivedAt)); // it is admitted: nothing from here on is a verdict on it
  } finally {
    node.tell({ event: 'admitted', phase, number, corte: sha256, seconds: (node.now() - now) / 1000 });
  }
  return 'admitted';
}

/** A14, A15 and what follows from them. */
async function publish(node: Node, corte: KnownCorte, receivedAt: number): Promise<void> {
  const { rooms, trust } = node;
  const { phase } = corte.statement;
  await settlePublic(node, phase, { admitted: true }); // A14
  await acknowledge(node, corte, receivedAt); // A15
  await writeIndex(rooms.chain, trust.newest.document.election, trust.newest.document.version);
  await prune(node, phase);
}

export function openPhase(node: Node, phase: string): ContentStore {
  const opened = openContent(join(node.rooms.content, phase));
  node.contents.set(phase, opened);
  return opened;
}

/**
 * A6 for a number that is taken: the same bytes, or a fork.
 * @throws Refusal `fork`
 */
async function checkSameAsAdmitted(node: Node, corteJson: Uint8Array, phase: string, number: number): Promise<void> {
  const file = join(corteFolder(node.rooms.chain, phase, number), 'corte.json');
  const admitted = await asOwn(readBounded(file, LIMITS.documentBytes));
  if (!sameBytes(admitted, corteJson)) throw new Refusal('fork', `another corte ${number} of ${phase} was admitted before`);
}

/**
 * A11: every content is held, and their sizes sum to what is stated. What was held and no longer has its hash is
 * restored from the packages first.
 */
async function requireContent(
  node: Node,
  { statement, manifest }: KnownCorte,
  head: KnownCorte | null,
  store: ContentStore,
  staging: Staging,
  brought: readonly Hash[],
): Promise<void> {
  const sizes = new Map<Hash, number>();
  await inBatches(brought, (hash) => sizes.set(hash, lstatSync(join(staging.content, hash)).size));
  const measure = (hash: Hash) => {
    const size = store.check(hash);
    if (size !== null) sizes.set(hash, size);
    return size !== null;
  };
  const lost: Hash[] = [];
  await inBatches(contentsOf(manifest), (hash) => {
    node.step('checking');
    if (!sizes.has(hash) && !measure(hash)) lost.push(hash);
  });
  if (lost.length > 0 && head) {
    await restoreContent(node, statement.phase, head, lost);
    node.tell({ event: 'healed', what: `${lost.length} contents of ${statement.phase} that had changed` });
  }
  const missing = lost.filter((hash) => !measure(hash));
  if (missing.length > 0) throw new Refusal('content-missing', `${missing.length} contents are held no more and in no package`);
  if (sumOf(manifest, sizes) !== statement.manifest.content_bytes) {
    throw new Refusal('content-mismatch', 'the files do not sum to the content_bytes that corte.json says');
  }
}

function sumOf(manifest: Manifest, sizes: ReadonlyMap<Hash, number>): number {
  return manifest.reduce((sum, { sha256 }) => sum + (sizes.get(sha256) ?? 0), 0);
}

/**
 * A13: what is complete and durable aside goes to its place, the chain last. A crash before that last rename leaves
 * content and a tree that nothing refers to, which the next start removes.
 */
async function putInPlace(
  node: Node,
  { statement: { phase, number } }: KnownCorte,
  staging: Staging,
  brought: readonly Hash[],
  store: ContentStore,
): Promise<void> {
  const { rooms } = node;
  await inBatches(brought, (hash) => renameSync(join(staging.content, hash), store.path(hash)));
  if (brought.length > 0) await syncFolder(store.folder);
  node.step('before A13 tree');
  if (treesOf(rooms, phase).includes(number)) await removeTree(rooms, phase, number); // of an attempt that failed here
  await fs.rename(staging.tree, treeFolder(rooms, phase, number));
  await syncFolder(join(rooms.trees, phase));
  await inBatches(brought, (hash) => store.note(hash));
  node.step('before A13');
  await fs.rename(staging.corte, corteFolder(rooms.chain, phase, number));
  await syncFolder(join(rooms.chain, phase));
  node.step('after A13');
}
