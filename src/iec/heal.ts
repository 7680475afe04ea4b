import { promises as fs } from 'node:fs';
import { dirname, join } from 'node:path';
import { lastNumber, writeIndex } from '../chain/chain-folder.ts';
import { firstDisowned, moveDisowned } from '../chain/disowned.ts';
import { syncFolder } from '../disk/durable.ts';
import { lock } from '../disk/lock.ts';
import { walkOwnTrust } from './pack/footing.ts';
import { CHAIN_LOCK } from './pack/pack.ts';

/** What left the chain of one phase, both included. */
export interface Cut {
  readonly phase: string;
  readonly from: number;
  readonly to: number;
}

/**
 * Moves the cortes that the newest trust document cuts off out of the IEC's own chain, as every Difusor does by itself.
 * Here it is a step of its own: what the Institute signed leaves its archive because a person says so, and the next
 * pack goes on from what is left. A healed chain is left as it is; one that a crash left half healed is healed.
 * @param step for trials that must end the process there
 * @returns what left, and the folder `revoked/` beside the chain where it is kept
 * @throws Refusal where the chain's trust can't be accepted, or a corte's signature file is none; Error where something
 *   can't be read or moved
 */
export async function healChain(
  folder: string,
  step: (name: string) => void = () => {},
): Promise<{ cuts: Cut[]; revoked: string }> {
  const chain = await fs.realpath(folder);
  const revoked = join(dirname(chain), 'revoked');
  const held = await lock(join(chain, CHAIN_LOCK), { wait: true });
  try {
    const trust = await walkOwnTrust(chain);
    const { election, version, phases } = trust.newest.document;
    const cuts: Cut[] = [];
    for (const { name: phase } of phases) {
      const to = await lastNumber(chain, phase);
      const from = await firstDisowned(chain, phase, to, trust);
      if (from === null) continue;
      if ((await fs.mkdir(revoked, { recursive: true })) !== undefined) await syncFolder(dirname(revoked));
      await moveDisowned(chain, revoked, phase, [from, to], {
        before: () => step('before revoking'),
        after: () => step('after revoking'),
      });
      cuts.push({ phase, from, to });
    }
    await writeIndex(chain, election, version);
    return { cuts, revoked };
  } finally {
    await held?.release();
  }
}
