import { askOnce } from '../../audit/source/http-once.ts';
import type { ProxyFor } from '../../audit/source/proxies.ts';
import { LIMITS } from '../../format/limits.ts';
import { type Said, ToldError } from '../../format/said.ts';
import { instantOf } from '../../format/time.ts';
import type { Tokens } from '../../sello/tokens.ts';
import type { SellarConfig } from '../setup/sellar.ts';
import { keepList } from './certificates.ts';
import { isAhead } from './pace.ts';

/** An authority's revocation list, which is fetched once a day. */

/** Until a list is fetched again, after one was had and after one was not, ms. */
const LIST_MS = [24 * 3_600_000, 3_600_000] as const;

/** @param next before this it is not fetched; null where it never was @param now ms */
export function isListDue(next: string | null, now: number): boolean {
  return next === null || !isAhead(instantOf(next) - now, LIST_MS[0]);
}

interface ListPlan {
  readonly sellar: SellarConfig;
  readonly tokens: Tokens;
  /** the authority, and where its list is */
  readonly name: string;
  readonly crl: string;
  /** the file of its certificates */
  readonly own: string;
  readonly bounds: { readonly proxyFor: ProxyFor; readonly totalMs: number; readonly signal: AbortSignal | undefined };
}

/**
 * Fetches it, and keeps it where it is good.
 * @returns how long to wait before the next one, ms, and what was wrong; null where the signal ended it
 * @throws Error where something of our own can't be read or written
 */
export async function fetchList(plan: ListPlan): Promise<{ readonly wait: number; readonly trouble: Said | null } | null> {
  const { sellar, tokens, name, crl, own, bounds } = plan;
  try {
    const bytes = await askOnce(new URL(crl), { ...bounds, bytes: LIMITS.autoridadBytes / 4 });
    await keepList(sellar, name, await tokens.checkList(bytes, own), tokens);
    return { wait: LIST_MS[0], trouble: null };
  } catch (error) {
    if (bounds.signal?.aborted) return null;
    if (!(error instanceof ToldError)) throw error;
    return { wait: LIST_MS[1], trouble: error.said };
  }
}
