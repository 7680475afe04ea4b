import { NOWHERE, type OnMember, readPackage } from '../../chain/package-reader.ts';
import type { Hash } from '../../format/hash.ts';
import { contentsOf, type Manifest } from '../../format/manifest.ts';
import { Refusal } from '../../format/refusal.ts';
import { type Said, ToldError } from '../../format/said.ts';
import type { Phase } from '../../format/trust.ts';
import { checkPackage, type SignedStatement } from '../../verdict/corte.ts';
import type { Corte } from '../../verdict/history.ts';
import { MemberJudge } from '../../verdict/members.ts';
import type { SignedTrust } from '../../verdict/trust-chain.ts';
import type { PhaseAudit } from '../check/chain-check.ts';
import { cortePath } from '../check/chain-reads.ts';
import { readManifest } from '../check/live-check.ts';
import { auditCorte, readContents } from '../one-corte.ts';
import { chunksOf, hashHere, measure } from '../packages.ts';
import type { ChainSource } from '../source/chain-source.ts';
import { words } from '../words.ts';
import type { Spool } from './spool.ts';

/** One of the two cortes that are compared: what is said of it was checked. */
export interface Side {
  readonly signed: SignedStatement;
  readonly kind: Phase['kind'];
  readonly manifest: Manifest;
  /** what could not be checked of it alone */
  readonly unchecked: readonly Said[];
  /**
   * Puts these contents of it into the spool, each under its hash and after it was checked; what is too large, or is in
   * no package within reach, is left out.
   * @throws Refusal of a package; Error
   */
  collect(wanted: ReadonlySet<Hash>, spool: Spool): Promise<void>;
}

/** @throws Refusal; Error where something can't be read */
export async function sideInFolder(folder: string, anchor: SignedTrust): Promise<Side> {
  const audit = await auditCorte(folder, anchor);
  return {
    signed: audit,
    kind: audit.kind,
    manifest: audit.manifest,
    unchecked: audit.unchecked,
    collect: (wanted, spool) => readContents(folder, audit.statement, audit.manifest, into(spool, wanted)),
  };
}

/**
 * @param phase of a chain that was checked
 * @throws ToldError where the phase has no such corte; Refusal; Error
 */
export async function sideInChain(
  source: ChainSource,
  { summary, cortes }: PhaseAudit,
  number: number,
  onPackage: (number: number) => void,
): Promise<Side> {
  const signed = cortes[number - 1];
  if (!signed) throw new ToldError(words.noSuchCorte(number, summary.phase, cortes.length));
  const listOf = (corte: Corte | undefined) => (corte ? readManifest(source, corte, hashHere) : []);
  const manifest = await listOf(signed);
  return {
    signed,
    kind: summary.kind,
    manifest,
    unchecked: [],
    // A content came with the first of the cortes in a row that have it.
    collect: async (wanted, spool) => {
      let left = new Set(wanted);
      let list = manifest;
      for (let at = number; at > 0 && left.size > 0; at--) {
        const corte = cortes[at - 1]!;
        const before = await listOf(cortes[at - 2]);
        const older = contentsOf(before);
        const came = new Set([...left].filter((sha256) => !older.has(sha256)));
        onPackage(at);
        if (came.size > 0) await readFrom(source, corte, list, before, into(spool, came));
        left = new Set([...left].filter((sha256) => older.has(sha256)));
        list = before;
      }
    },
  };
}

function into(spool: Spool, wanted: ReadonlySet<Hash>): OnMember {
  return ({ sha256 }, size) => (wanted.has(sha256) ? spool.sinkOf(sha256, size) : null) ?? NOWHERE;
}

async function readFrom(source: ChainSource, { statement }: Corte, list: Manifest, before: Manifest, onMember: OnMember) {
  const { phase, number } = statement;
  const file = await source.fetch(cortePath(phase, number, 'corte.tar.gz'), statement.package.bytes);
  if (!file) throw new Refusal('delivery-incomplete', words.noPackage(number));
  try {
    checkPackage(await measure(file.handle, statement.package.bytes), statement);
    await readPackage(chunksOf(file.handle), new MemberJudge(statement, list, before), onMember);
  } finally {
    await file.close();
  }
}
