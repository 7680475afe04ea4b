import { readPackage } from '../../chain/package-reader.ts';
import type { Entry, Manifest } from '../../format/manifest.ts';
import { Refusal } from '../../format/refusal.ts';
import { checkPackage } from '../../verdict/corte.ts';
import type { Corte } from '../../verdict/history.ts';
import { MemberJudge } from '../../verdict/members.ts';
import { cortePath } from '../check/chain-reads.ts';
import { readManifest } from '../check/live-check.ts';
import { chunksOf, hashHere, measure } from '../packages.ts';
import type { ChainSource } from '../source/chain-source.ts';
import { words } from '../words.ts';

/** One file of a corte out of the chain's packages, so that no site need be asked for it. */

/**
 * @param cortes of one phase, from 1 on, each checked; the file is looked for in the last one
 * @param limit bytes; a larger file is refused
 * @returns its bytes, which have the hash that the corte lists; null where the corte lists no such file
 * @throws Refusal of a manifest or of the package that brings it; Error where the chain can't be read
 */
export async function contentOf(
  source: ChainSource,
  cortes: readonly Corte[],
  path: string,
  limit: number,
): Promise<Uint8Array | null> {
  const last = cortes.at(-1);
  if (!last) return null;
  const manifestOf = (number: number) => {
    const corte = cortes[number - 1];
    return corte ? readManifest(source, corte, hashHere) : [];
  };
  const entry = (await manifestOf(cortes.length)).find((one) => one.path === path);
  if (!entry) return null;
  // Some corte has the content and the one before it has not: its package brings it. The search halves what is between a
  // corte that has it not (0 is none) and one that has, so that few lists are read.
  let [without, having] = [0, cortes.length];
  while (having - without > 1) {
    const middle = Math.floor((without + having) / 2);
    if (hasContent(await manifestOf(middle), entry)) having = middle;
    else without = middle;
  }
  return bringing(source, cortes[having - 1] ?? last, await manifestOf(having), await manifestOf(having - 1), entry, limit);
}

function hasContent(manifest: Manifest, { sha256 }: Entry): boolean {
  return manifest.some((one) => one.sha256 === sha256);
}

async function bringing(
  source: ChainSource,
  { statement }: Corte,
  manifest: Manifest,
  before: Manifest,
  { path, sha256 }: Entry,
  limit: number,
): Promise<Uint8Array> {
  const { phase, number } = statement;
  const file = await source.fetch(cortePath(phase, number, 'corte.tar.gz'), statement.package.bytes);
  if (!file) throw new Refusal('delivery-incomplete', words.noPackage(number));
  const parts: Uint8Array[] = [];
  try {
    checkPackage(await measure(file.handle, statement.package.bytes), statement);
    await readPackage(chunksOf(file.handle), new MemberJudge(statement, manifest, before), (member, size) => {
      const isIt = member.sha256 === sha256;
      if (isIt && size > limit) throw new Refusal('too-large', words.contentTooLarge(path, limit));
      return { write: (chunk) => void (isIt && parts.push(Uint8Array.from(chunk))), end: () => {}, abort: () => {} };
    });
  } finally {
    await file.close();
  }
  return Buffer.concat(parts);
}
