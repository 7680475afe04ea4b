import { join } from 'node:path';
import { sweepAsides } from '../../disk/aside.ts';
import { type Lock, lock } from '../../disk/lock.ts';
import { makeFolderFor } from '../../disk/make-folder.ts';

/**
 * One process at a time counts periods and sends. Temporary files of killed processes are removed.
 * @returns null where another process holds the lock
 * @throws Error where the panel's folder can't be made or written
 */
export async function lockPanel(panel: string): Promise<Lock | null> {
  makeFolderFor(panel);
  const held = await lock(join(panel, '.lock'), { wait: false });
  if (held) await sweepAsides([panel, join(panel, 'logos')]);
  return held;
}
