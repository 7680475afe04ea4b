import { join } from 'node:path';
import { type Lock, lock } from '../../disk/lock.ts';

/** The lock that every process holds while it changes the chain. */
const CHAIN_LOCK = '.lock';

/**
 * Takes the chain for this process. Another one may hold it for long: `iec restore` does while it downloads.
 * @param chain the folder itself, no link to it
 * @param held called where another process holds it, before that is waited for without end; what it throws is thrown in
 *   place of the waiting
 * @throws what `held` throws; Error where the lock's file can't be opened
 */
export async function lockChain(chain: string, held: () => void = () => {}): Promise<Lock> {
  const file = join(chain, CHAIN_LOCK);
  for (let wait = false; ; wait = true) {
    const taken = await lock(file, { wait });
    if (taken) return taken;
    held();
  }
}
