import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type DifusorConfig, traerRooms } from '../difusor/setup/config.ts';
import { type Lock, lock } from '../disk/lock.ts';

/**
 * One process at a time fetches for a node: two would write the same package in the same file, and each would remove what
 * the other is making.
 * @param stop waits for another to end, until this; without it nobody waits
 * @returns null where another one is at work, and nobody waits
 * @throws Error where the folder can't be made or written; AbortError where `stop` came first
 */
export async function lockTraer(config: DifusorConfig, stop?: AbortSignal): Promise<Lock | null> {
  const { told } = traerRooms(config);
  mkdirSync(told, { recursive: true, mode: 0o755 });
  return lock(join(told, '.lock'), stop ? { wait: true, stop } : { wait: false });
}
