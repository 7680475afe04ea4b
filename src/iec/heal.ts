import { promises as fs } from 'node:fs';
import { dirname, join } from 'node:path';
import { lastNumber, writeIndex } from '../chain/chain-folder.ts';
import { firstDisowned, moveDisowned } from '../chain/disowned.ts';
import { syncFolder } from '../disk/durable.ts';
import { makeOwnedFolder } from '../disk/owner.ts';
import { lockChain } from './pack/chain-lock.ts';
import { walkOwnTrust } from './pack/footing.ts';

/** The cortes of one phase that were removed from the chain, the first and the last included. */
export interface Cut {
  readonly phase: string;
  readonly from: number;
  readonly to: number;
}

/**
 * Moves the cortes that the newest trust document disowns out of the IEC's own chain. A Difusor does that by itself;
 * here a person must ask for it, since it removes what the Institute signed from its archive. The next pack continues
 * after the cortes that are left. A healed chain stays as it is, and one that a crash left half healed is finished.
 * @param step called around each move, for tests that end the process there
 * @param held called where another process changes the chain, before that is waited for
 * @returns the cortes that were moved, the folder `revoked/` beside the chain where it is kept, and why a tile of the
 *   history could not be written, null where all were: the next pack writes it again
 * @throws Refusal where the chain's trust can't be accepted, or a corte's signature file is none; Error where something
 *   can't be read or moved
 */
export async function healChain(
  folder: string,
  step: (name: string) => void = () => {},
  held?: () => void,
): Promise<{ cuts: Cut[]; revoked: string; indexError: unknown }> {
  const chain = await fs.realpath(folder);
  const revoked = join(dirname(chain), 'revoked');
  const lock = await lockChain(chain, held);
  try {
    const trust = await walkOwnTrust(chain);
    const { election, version, phases } = trust.newest.document;
    const cuts: Cut[] = [];
    for (const { name: phase } of phases) {
      const to = await lastNumber(chain, phase);
      const from = await firstDisowned(chain, phase, to, trust);
      if (from === null) continue;
      if (await makeOwnedFolder(revoked)) await syncFolder(dirname(revoked));
      await moveDisowned(chain, revoked, phase, [from, to], {
        before: () => step('before revoking'),
        after: () => step('after revoking'),
      });
      cuts.push({ phase, from, to });
    }
    const failure = await writeIndex(chain, election, version);
    return { cuts, revoked, indexError: failure?.error ?? null };
  } finally {
    await lock.release();
  }
}
