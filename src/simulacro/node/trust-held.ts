import { viewNode } from '../../difusor/open.ts';
import type { DifusorConfig } from '../../difusor/setup/config.ts';
import type { Trust } from '../../format/trust.ts';

/** The newest trust document that the node holds. @throws as viewNode */
export async function latestTrust(config: DifusorConfig, now: () => number): Promise<Trust> {
  return (await viewNode(config, now)).trust.newest.document;
}
