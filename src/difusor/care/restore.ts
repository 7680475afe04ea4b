import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import type { KnownCorte } from '../../chain/chain-folder.ts';
import { hashLargeFile } from '../../disk/hash-file.ts';
import type { Hash } from '../../format/hash.ts';
import { newEntries } from '../../format/manifest.ts';
import { Refusal } from '../../format/refusal.ts';
import { saidBy } from '../../format/thrown.ts';
import { checkPackage } from '../../verdict/corte.ts';
import { MemberJudge } from '../../verdict/members.ts';
import { ownCorte } from '../phase/own-chain.ts';
import { folderOf, type OpenPhase } from '../phase/phase.ts';
import { openStaging, unpack } from '../state/staging.ts';
import { words } from '../words.ts';

/**
 * Takes contents back out of the packages of the chain, for a corte that lists them. The package that has a content is
 * the one of the corte that brought it: going back from the head, the first whose predecessor did not list it. Each
 * package is checked against its statement again before anything is read from it.
 *
 * @param last the newest corte that may be looked at
 * @returns the hashes that could be restored: they are in the content store, with their times. Not yet durable.
 */
export async function restoreContent(phase: OpenPhase, last: KnownCorte, hashes: Iterable<Hash>): Promise<Set<Hash>> {
  const missing = new Set(hashes);
  const restored = new Set<Hash>();
  for (let corte: KnownCorte | null = last; corte !== null && missing.size > 0; ) {
    const before = await corteBefore(phase, corte);
    if (before === 'damaged') break;
    const brought = newEntries(corte.manifest, before?.manifest ?? []).filter(({ sha256 }) => missing.has(sha256));
    if (brought.length > 0) {
      const wanted = new Set(brought.map(({ sha256 }) => sha256));
      for (const hash of await fromPackage(phase, corte, before, wanted)) {
        phase.content.note(hash);
        restored.add(hash);
      }
      // No older package has with the right time what this corte brought.
      for (const hash of wanted) missing.delete(hash);
    }
    corte = before;
  }
  return restored;
}

/** A corte of our own chain that can't be read back ends the search: nothing before it can be told from a forgery. */
async function corteBefore(
  { chain, name, setting }: OpenPhase,
  { statement: { number } }: KnownCorte,
): Promise<KnownCorte | null | 'damaged'> {
  if (number === 1) return null;
  try {
    return await ownCorte(chain, name, number - 1);
  } catch (error) {
    setting.tell({ event: 'error', what: words.corteOf(number - 1, name), detail: saidBy(error) });
    return 'damaged';
  }
}

async function fromPackage(
  phase: OpenPhase,
  corte: KnownCorte,
  before: KnownCorte | null,
  wanted: ReadonlySet<Hash>,
): Promise<Hash[]> {
  const { name, content, setting } = phase;
  const { statement } = corte;
  const file = join(folderOf(phase, statement.number), 'corte.tar.gz');
  const staging = openStaging(phase.staging, 'restore');
  try {
    const hashed = await hashLargeFile(file, { step: () => setting.step('restore') });
    if (!hashed) throw new Refusal('package-mismatch', words.noPackage);
    checkPackage({ bytes: Number(hashed.look.size), sha256: hashed.sha256 }, statement);
    const judge = new MemberJudge(statement, corte.manifest, before?.manifest ?? []);
    await unpack(file, statement, before?.statement ?? null, judge, staging.content, () => setting.step('restore'), wanted);
    const found = [...wanted];
    for (const hash of found) await fs.rename(join(staging.content, hash), content.path(hash));
    return found;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    setting.tell({ event: 'error', what: words.packageOf(name, statement.number), detail: words.failed(error.code, error.said) });
    return [];
  } finally {
    await staging.remove();
  }
}
