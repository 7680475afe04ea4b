import { join } from 'node:path';
import { namesIn } from '../../disk/names-in.ts';
import { walkOwnTrust } from '../pack/footing.ts';
import { type ChainView, viewChain } from '../record/chain-view.ts';

/** The chain as a pass sees it: a drill, the official night and a later check are phases of one election. */

export interface ChainToSeal {
  /** the phase that the configuration names: its tokens go before all others */
  readonly view: ChainView;
  /** the other phases that have cortes, the one with the newest corte first; at most as many as a trust document has */
  readonly others: readonly ChainView[];
  /** why another phase could not be looked at; null where all could */
  readonly failed: { readonly error: unknown } | null;
}

/** @throws as `viewChain`, of the phase that is named alone: what is wrong with another one keeps no token from this one */
export async function viewToSeal(chain: string, phase: string): Promise<ChainToSeal> {
  const view = await viewChain(chain, phase);
  const others: ChainView[] = [];
  let failed: ChainToSeal['failed'] = null;
  for (const { name } of (await walkOwnTrust(chain)).newest.document.phases) {
    if (name === phase) continue;
    try {
      if ((await namesIn(join(chain, name))).length === 0) continue;
      const other = await viewChain(chain, name);
      if (other.head > 0) others.push(other);
    } catch (error) {
      failed ??= { error };
    }
  }
  return { view, others: others.sort((a, b) => (b.headTakenAt ?? 0) - (a.headTakenAt ?? 0)), failed };
}
