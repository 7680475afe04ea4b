import { join } from 'node:path';
import { sweepAsides } from '../../disk/aside.ts';
import { type Lock, lock } from '../../disk/lock.ts';
import { makeFolderFor } from '../../disk/make-folder.ts';
import { finishKept } from './half-kept.ts';

/**
 * One process at a time counts periods and sends. What killed processes left is finished, and their temporary
 * files are removed.
 * @returns null where another process holds the lock
 * @throws Error where the panel's folder can't be made or written
 */
export async function lockPanel(panel: string): Promise<Lock | null> {
  makeFolderFor(panel);
  const held = await lock(join(panel, '.lock'), { wait: false });
  if (!held) return null;
  try {
    await sweepAsides([panel, join(panel, 'logos')]);
    await finishKept(panel);
    return held;
  } catch (error) {
    await held.release();
    throw error;
  }
}
