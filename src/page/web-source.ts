import { absenceOf, isAbsent, NO_SUCH_DOCUMENT } from '../audit/check/absence.ts';
import { isPageInstead, readChainIndex } from '../audit/check/chain-index.ts';
import type { ChainReads } from '../audit/check/chain-reads.ts';
import { readPair } from '../audit/check/tile-reads.ts';
import { readTrustByNames } from '../audit/check/trust-by-names.ts';
import { LIMITS } from '../format/limits.ts';
import { trustFile } from '../format/naming.ts';
import type { SignedTrust } from '../verdict/trust-chain.ts';
import type { WebClient } from './web-get.ts';
import { WebTrouble } from './web-trouble.ts';

/** A chain on a web server as a page reads it. */
export function webSource(chain: URL, client: WebClient): ChainReads {
  const absence = absenceOf(async () => {
    try {
      const bytes = await client.read(new URL(NO_SUCH_DOCUMENT, chain), NO_SUCH_DOCUMENT, LIMITS.manifestBytes);
      return { status: bytes ? 200 : 404, isPage: bytes !== null && isPageInstead(bytes, true), sha256: null };
    } catch (error) {
      return { status: statusOf(error), isPage: false, sha256: null };
    }
  });
  const read = async (path: string, limit: number) => {
    try {
      const bytes = await client.read(new URL(path, chain), path, limit);
      return bytes && isPageInstead(bytes, true) && (await absence()).isPage ? null : bytes;
    } catch (error) {
      if (await isAbsent(statusOf(error), absence)) return null;
      throw error;
    }
  };
  return { name: chain.href, read, readTrust: (version, held) => readTrustByNames(read, version, held) };
}

/** @returns 0 for what is no answer */
export function statusOf(error: unknown): number {
  return error instanceof WebTrouble && error.trouble === 'status' ? Number(error.what) : 0;
}

/**
 * The same source, which asks once for what it is asked for until it is told to forget no more: the head is looked at
 * first, and the history, which comes after, is then held to the very same bytes. Failures are kept too, or a silent server
 * would be waited for twice.
 * @param onTrust is given each trust document as it comes
 * @returns `kept`, what was asked for and is remembered, by its path
 */
export function rememberingSource(
  source: ChainReads,
  onTrust: (document: SignedTrust) => Promise<void>,
): {
  readonly source: ChainReads;
  readonly kept: (path: string) => Promise<Uint8Array | null> | undefined;
  readonly stop: () => void;
} {
  const kept = new Map<string, Promise<Uint8Array | null>>();
  let isOver = false;
  const read = (path: string, limit: number) => {
    const known = kept.get(path);
    if (known) return known;
    const found = source.read(path, limit);
    if (!isOver) {
      found.catch(() => {}); // whoever asked is told
      kept.set(path, found);
    }
    return found;
  };
  const readTrust: ChainReads['readTrust'] = async (version, chain) => {
    const found = await readTrustByNames(read, version, chain);
    if (found) await onTrust(found);
    return found;
  };
  return { source: { name: source.name, read, readTrust }, kept: (path) => kept.get(path), stop: () => void (isOver = true) };
}

/** No more documents than these are asked for ahead. */
const DOCUMENTS = 8;

/**
 * Asks a remembering source at once for what the head will need, as far as the unsigned index says, so that one answer does
 * not wait for another. What fails is told to whoever asks for it in turn.
 */
export async function askAhead(source: ChainReads): Promise<void> {
  try {
    const hint = await readChainIndex(source);
    if (!hint) return;
    // The one after the newest is asked for too, since only its absence ends the walk.
    for (let version = 1; version <= Math.min(hint.trust + 1, DOCUMENTS); version++)
      source.read(`trust/${trustFile(version)}`, LIMITS.documentBytes).catch(() => {});
    for (const [phase, { number }] of hint.phases) readPair(source, phase, number).catch(() => {});
  } catch {
    // the check meets it again
  }
}
