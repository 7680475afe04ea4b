import { findNode } from './find-node.ts';
import type { CheckPlan, Findings } from './findings.ts';
import { webClient } from './web-get.ts';

/** Where the publication is looked for when the address was another one. */

/**
 * Whether the reader may have given the address of a portal, a page or a frame: nothing was found to check there. Then the
 * publication is looked for.
 * @param own the site that this page came from
 */
export async function planElsewhere({ plan, stop }: Findings, own: URL | null, signal: AbortSignal): Promise<CheckPlan | null> {
  const isNowhere = stop?.kind === 'no-chain' || (stop?.kind === 'web' && ['unreachable', 'status'].includes(stop.trouble.trouble));
  if (!isNowhere || !plan.site || plan.asked) return null;
  try {
    const found = await findNode(
      webClient(signal, () => {}),
      plan.site,
      own,
    );
    return found && { ...plan, asked: found.asked, site: found.site, chain: new URL('cotejo/chain/', found.site) };
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  }
}
