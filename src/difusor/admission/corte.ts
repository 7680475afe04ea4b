import { createHash } from 'node:crypto';
import { promises as fs, lstatSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KnownCorte } from '../../chain/chain-folder.ts';
import { inBatches } from '../../disk/batches.ts';
import { readBounded } from '../../disk/bounded-file.ts';
import { syncFileSystem, syncFolder, writeOut } from '../../disk/durable.ts';
import type { Hash } from '../../format/hash.ts';
import { LIMITS } from '../../format/limits.ts';
import { contentsOf, type Manifest } from '../../format/manifest.ts';
import { Refusal } from '../../format/refusal.ts';
import { sameBytes } from '../../format/wire.ts';
import { checkManifest, checkPackage, checkPlace, checkSigned, checkTime, checkTrustNamed } from '../../verdict/corte.ts';
import { MemberJudge } from '../../verdict/members.ts';
import type { TrustChain } from '../../verdict/trust-chain.ts';
import { prune } from '../care/prune.ts';
import { restoreContent } from '../care/restore.ts';
import type { CorteDelivery } from '../inbox/delivery.ts';
import { asOwn, checkOwnSignature } from '../phase/own-chain.ts';
import { folderOf, isShown, makeFolders, newest, type OpenPhase, padronOf } from '../phase/phase.ts';
import { settlePublic } from '../phase/settle.ts';
import type { PadronRead } from '../public/padron.ts';
import { copyPackage, openStaging, type Staging, unpack } from '../state/staging.ts';
import { buildTree } from '../state/tree.ts';
import { words } from '../words.ts';

/** Where a corte belongs, as its delivery's folder announces it. */
export interface Place {
  readonly phase: string;
  readonly number: number;
}

/**
 * The admission of one corte, from an opened delivery into the chain (A3–A13). It reads from top to bottom like the
 * format. Whatever is thrown before A13 leaves the chain, the trees and the public link as they were. What follows from
 * the admission is done by {@link publishAdmitted}.
 *
 * @param opened the phase that the delivery's folder announces; null where the newest trust document has none of that
 *   name
 * @throws Refusal with the code of the step that refused; Error where the disk failed (nothing is decided then)
 */
export async function admitCorte(
  opened: OpenPhase | null,
  trust: TrustChain,
  delivery: CorteDelivery,
  place: Place,
  now: number,
): Promise<{ readonly outcome: 'admitted' | 'already-admitted'; readonly phase: OpenPhase; readonly corte: KnownCorte }> {
  const { corteJson, signature, sums } = delivery;

  const { statement, sha256 } = checkSigned(corteJson, signature, trust, place); // A3, A4
  const phase = opened ?? unknownPhase(statement.phase);
  const { number } = statement;
  const head = await soundHead(phase, trust);
  checkTrustNamed(statement, trust, head, now); // A5
  if (checkPlace(statement, head) === 'past') {
    await checkSameAsAdmitted(phase, corteJson, number); // A6
    return { outcome: 'already-admitted', phase, corte: head ?? unknownPhase(statement.phase) };
  }
  checkTime(statement, trust, head, now); // A7
  const manifest = checkManifest(sums, createHash('sha256').update(sums).digest('hex'), statement); // A8

  const { content, setting } = phase;
  const corte: KnownCorte = { statement, sha256, manifest };
  const staging = openStaging(phase.staging, `${phase.name}-${number}`);
  let padron: PadronRead | null = null;
  try {
    const copy = join(staging.corte, 'corte.tar.gz');
    const copying = () => setting.step('copying');
    checkPackage(await copyPackage(delivery.package, copy, statement.package.bytes, copying), statement); // A9
    const copied = writeOut(copy);
    copied.catch(() => {}); // awaited before the sync, if admission gets that far
    makeFolders(phase);
    const judge = new MemberJudge(statement, manifest, head?.manifest ?? []);
    await unpack(copy, statement, head?.statement ?? null, judge, staging.content, () => setting.step('extracting')); // A10
    const brought = judge.wanted.map((entry) => entry.sha256);
    await requireContent(phase, corte, head, staging, brought); // A11
    const isNew = new Set(brought);
    const pathOf = (hash: Hash) => (isNew.has(hash) ? join(staging.content, hash) : content.path(hash));
    await buildTree(staging.tree, manifest, pathOf); // A12
    if (phase.policy.compress) await phase.compressed.lay(staging.compressed, manifest);
    writeFileSync(join(staging.corte, 'corte.json'), corteJson, { mode: 0o644 });
    writeFileSync(join(staging.corte, 'corte.json.sig'), signature, { mode: 0o644 });
    writeFileSync(join(staging.corte, 'SHA256SUMS'), sums, { mode: 0o644 });
    padron = await padronOf(phase, corte, pathOf);
    const aviso = await phase.pages.write(statement, padron.padron); // the notice must be ready before the corte is shown, since it may grow stale
    setting.step('before A12 sync');
    await copied;
    await syncFileSystem(phase.staging, () => setting.step('syncing'));
    aviso.synced();
    setting.step('after A12 sync');
    await putInPlace(phase, number, staging, brought); // A13
  } finally {
    await staging.remove();
  }
  phase.head = newest(phase, corte, { whole: corte, padron });
  return { outcome: 'admitted', phase, corte };
}

/**
 * A14 and A15: what follows from an admission. The corte is in the chain by now, so no failure here is a verdict on it.
 * @param receivedAt when the delivery was first seen, ms
 * @throws Error where the disk fails; the next turn or start goes on from there
 */
export async function publishAdmitted(phase: OpenPhase, corte: KnownCorte, receivedAt: number): Promise<void> {
  await phase.presentations.link(corte); // so that they change with the corte, by the same rename
  await settlePublic(phase, { admitted: true }); // A14
  await phase.acuses.acknowledge(corte, receivedAt, isShown(phase, corte.statement.number)); // A15
  await prune(phase);
}

/** A signer's phase is always listed (T2), so this is an error of ours. */
function unknownPhase(name: string): never {
  throw new Error(`phase ${name} is not open`);
}

/** The corte that the next one must follow, after a check that it is on the disk as it was admitted. */
async function soundHead(phase: OpenPhase, trust: TrustChain): Promise<KnownCorte | null> {
  if (!phase.head) return null;
  const head = await phase.head.whole();
  await checkOwnSignature(folderOf(phase, head.statement.number), head, trust);
  return head;
}

/**
 * A6 for a number that is taken: the bytes must be those admitted, or it is a fork.
 * @throws Refusal `fork`
 */
async function checkSameAsAdmitted(phase: OpenPhase, corteJson: Uint8Array, number: number): Promise<void> {
  const admitted = await asOwn(readBounded(join(folderOf(phase, number), 'corte.json'), LIMITS.documentBytes));
  if (!sameBytes(admitted, corteJson)) throw new Refusal('fork', words.admittedBefore(number, phase.name));
}

/**
 * A11: every content is held, and their sizes sum to what is stated. Contents that no longer have their hash are first
 * restored from the packages.
 */
async function requireContent(
  phase: OpenPhase,
  { statement, manifest }: KnownCorte,
  head: KnownCorte | null,
  staging: Staging,
  brought: readonly Hash[],
): Promise<void> {
  const { content, setting } = phase;
  const sizes = new Map<Hash, number>();
  await inBatches(brought, (hash) => sizes.set(hash, lstatSync(join(staging.content, hash)).size));
  const measure = (hash: Hash) => {
    const size = content.check(hash);
    if (size !== null) sizes.set(hash, size);
    return size !== null;
  };
  const lost: Hash[] = [];
  await inBatches(contentsOf(manifest), (hash) => {
    setting.step('checking');
    if (!sizes.has(hash) && !measure(hash)) lost.push(hash);
  });
  if (lost.length > 0 && head) {
    await restoreContent(phase, head, lost);
    setting.tell({ event: 'healed', what: words.contentsChanged(lost.length, phase.name) });
  }
  const missing = lost.filter((hash) => !measure(hash));
  if (missing.length > 0) throw new Refusal('content-missing', words.contentsGone(missing.length));
  if (sumOf(manifest, sizes) !== statement.manifest.content_bytes) {
    throw new Refusal('content-mismatch', words.otherSum);
  }
}

function sumOf(manifest: Manifest, sizes: ReadonlyMap<Hash, number>): number {
  return manifest.reduce((sum, { sha256 }) => sum + (sizes.get(sha256) ?? 0), 0);
}

/**
 * A13: moves what is complete and durable in staging to its place, the chain's folder last. A crash before that last
 * rename leaves content and a tree that nothing refers to, which the next start removes.
 */
async function putInPlace(phase: OpenPhase, number: number, staging: Staging, brought: readonly Hash[]): Promise<void> {
  const { content, trees, setting } = phase;
  await inBatches(brought, (hash) => renameSync(join(staging.content, hash), content.path(hash)));
  if (brought.length > 0) await syncFolder(content.folder);
  setting.step('before A13 tree');
  await trees.put(number, staging.tree);
  if (phase.policy.compress) await phase.compressed.put(number, staging.compressed);
  await inBatches(brought, (hash) => content.note(hash));
  setting.step('before A13');
  await fs.rename(staging.corte, folderOf(phase, number));
  await syncFolder(join(phase.chain, phase.name));
  setting.step('after A13');
}
