import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { namesIn } from '../../disk/names-in.ts';
import { LIMITS } from '../../format/limits.ts';
import { type Code, Refusal } from '../../format/refusal.ts';
import { type Said, ToldError } from '../../format/said.ts';
import { authorityOfFile, certificatesFile, selloFile } from '../../format/sello.ts';
import { formatTime, instantOf, offsetOf } from '../../format/time.ts';
import { NotGood, type SelloCode } from '../../sello/not-good.ts';
import { openTokens, type Tokens } from '../../sello/tokens.ts';
import type { Corte } from '../../verdict/history.ts';
import type { PhaseAudit } from '../chain.ts';
import type { ChainReads } from '../check/chain-reads.ts';
import { words } from '../words.ts';

/**
 * What time-stamp authorities vouch for of a chain that was checked: that each corte with a token was there at an hour
 * that the Institute could not choose. A token blames nobody: where its hour and the signed one do not agree, one of two
 * clocks, or who set it, was wrong, and which can't be told from here.
 */

/** A good token of one corte. */
export interface Sello {
  readonly number: number;
  readonly authority: string;
  /** the authority's hour, at the offset of the corte's own, to the second */
  readonly hour: string;
  /** from the hour that the corte says to the authority's, seconds */
  readonly after_seconds: number;
  /**
   * `early`: by more than the clocks may differ it is before the hour at which the corte says that it was taken; `future`:
   * it is after now. Neither counts as a seal.
   */
  readonly verdict: 'good' | 'early' | 'future';
}

export interface PhaseSellos {
  readonly phase: string;
  /** the first and the last corte with a token that counts; null where there is none */
  readonly sealed: { readonly first: number | null; readonly last: number | null };
  /** by corte, then by authority */
  readonly sellos: readonly Sello[];
  /** the longest time from a corte's hour until a token of it, or of one after it, stood for it; null where nothing is sealed */
  readonly longest_wait_seconds: number | null;
}

/** A file that is no good token of its corte. */
interface RefusedSello {
  readonly phase: string;
  readonly number: number;
  readonly authority: string;
  readonly code: SelloCode | Code;
  readonly detail: Said;
}

export interface SellosAudit {
  /** whose certificates there are */
  readonly authorities: readonly string[];
  readonly phases: readonly PhaseSellos[];
  readonly refused: readonly RefusedSello[];
}

export interface SellosPlan {
  /** the folder, or the address, of `sellos/` */
  readonly place: Pick<ChainReads, 'read'>;
  /** the folder of the certificates, of which each authority's are believed for its own tokens */
  readonly autoridades: string;
  readonly phases: readonly PhaseAudit[];
  /** ms since the epoch */
  readonly now: number;
  readonly onProgress?: (phase: string, done: number, of: number) => void;
}

/** @throws ToldError where there are no certificates, or openssl is missing; Error where something can't be read */
export async function auditSellos({ place, autoridades, phases, now, onProgress }: SellosPlan): Promise<SellosAudit> {
  const authorities = (await namesIn(autoridades))
    .map(authorityOfFile)
    .filter((name) => name !== null)
    .sort();
  if (authorities.length === 0) throw new ToldError(words.noAutoridades(autoridades));
  const refused: RefusedSello[] = [];
  const tokens = await openTokens();
  try {
    const audited: PhaseSellos[] = [];
    for (const { summary, cortes } of phases) {
      const { phase } = summary;
      const look = async (corte: Corte): Promise<Sello[]> => {
        const found: Sello[] = [];
        for (const authority of authorities) {
          const sello = await selloOf({ place, tokens, autoridades, now }, corte, authority);
          if (sello === null) continue;
          if ('code' in sello) refused.push({ phase, number: corte.statement.number, authority, ...sello });
          else found.push(sello);
        }
        return found;
      };
      const sellos = await inParallel(cortes, look, (done) => onProgress?.(phase, done, cortes.length));
      audited.push(phaseOf(phase, cortes, sellos.flat()));
    }
    refused.sort((a, b) => a.number - b.number || (a.authority < b.authority ? -1 : 1));
    return { authorities, phases: audited, refused };
  } finally {
    await tokens.close();
  }
}

interface Means extends Pick<SellosPlan, 'place' | 'autoridades' | 'now'> {
  readonly tokens: Tokens;
}

async function selloOf(
  { place, tokens, autoridades, now }: Means,
  { statement, sha256 }: Corte,
  authority: string,
): Promise<Sello | Pick<RefusedSello, 'code' | 'detail'> | null> {
  const { phase, number, taken_at } = statement;
  try {
    const bytes = await place.read(`${phase}/${selloFile({ number, authority })}`, LIMITS.selloBytes);
    if (bytes === null) return null;
    const { at } = await tokens.check(bytes, sha256, join(autoridades, certificatesFile(authority)));
    const after = Math.floor((at - instantOf(taken_at)) / 1000);
    const verdict = after < -LIMITS.clockSkewSeconds ? 'early' : at > now + LIMITS.clockSkewSeconds * 1000 ? 'future' : 'good';
    return { number, authority, hour: formatTime(at, offsetOf(taken_at)), after_seconds: after, verdict };
  } catch (error) {
    if (error instanceof NotGood) return { code: error.code, detail: error.said };
    if (error instanceof Refusal) return { code: error.code, detail: error.said };
    throw error;
  }
}

function phaseOf(phase: string, cortes: readonly Corte[], sellos: readonly Sello[]): PhaseSellos {
  const good = sellos.filter(({ verdict }) => verdict === 'good');
  const sealed = { first: good[0]?.number ?? null, last: good.at(-1)?.number ?? null };
  // From the newest back: a token stands for every corte before its own too.
  let [standing, next] = [Number.POSITIVE_INFINITY, good.length - 1];
  let longest: number | null = null;
  for (const { statement } of cortes.toReversed()) {
    for (; (good[next]?.number ?? 0) >= statement.number; next--) standing = Math.min(standing, instantOf(good[next]!.hour));
    if (standing === Number.POSITIVE_INFINITY) continue;
    longest = Math.max(longest ?? 0, (standing - instantOf(statement.taken_at)) / 1000);
  }
  return { phase, sealed, sellos, longest_wait_seconds: longest };
}

/** A few at once, since each waits for a program; the results are in the order of the items. */
async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>, onDone: (done: number) => void): Promise<R[]> {
  const results: R[] = [];
  let [next, done] = [0, 0];
  let failure: { readonly error: unknown } | null = null;
  const worker = async () => {
    while (next < items.length && failure === null) {
      const i = next++;
      try {
        results[i] = await work(items[i]!);
      } catch (error) {
        failure ??= { error };
      }
      onDone(++done);
    }
  };
  await Promise.all(Array.from({ length: Math.min(8, availableParallelism()) }, worker));
  const failed = failure as { readonly error: unknown } | null;
  if (failed) throw failed.error;
  return results;
}
