import { statSync } from 'node:fs';
import { trustFolder } from '../../chain/chain-folder.ts';
import { viewNode } from '../../difusor/open.ts';
import type { Node } from '../../difusor/phase/node.ts';
import type { DifusorConfig } from '../../difusor/setup/config.ts';
import type { Event } from '../../difusor/state/events.ts';

/** ms between two looks whether another trust document came: it may bring a phase, or move its hours. */
const LOOK_MS = 1000;

/**
 * A node as a process beside the daemon sees it: nothing is changed through it. What is public is read anew by every
 * request; the trust document is followed here.
 * @throws Refusal where the anchor or the chain folder can't be believed; Error where something can't be read
 */
export async function watchNode(config: DifusorConfig, now: () => number, tell: (event: Event) => void): Promise<Node> {
  const node = { ...(await viewNode(config, now)), tell };
  let seen = trustTime(node);
  let isLooking = false;
  const look = async () => {
    if (isLooking) return;
    isLooking = true;
    try {
      const time = trustTime(node);
      if (time === seen) return;
      const { trust, phases } = await viewNode(config, now);
      Object.assign(node, { trust, phases });
      seen = time;
    } catch (error) {
      tell({ event: 'error', what: 'reading the trust', detail: (error as Error).message });
    } finally {
      isLooking = false;
    }
  };
  setInterval(() => void look(), LOOK_MS).unref();
  return node;
}

function trustTime({ rooms }: Node): number {
  return statSync(trustFolder(rooms.chain), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
