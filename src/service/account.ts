import { spawnSync } from 'node:child_process';

/** An account of this machine. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/**
 * @param name or number
 * @returns null where there is none. Through getent, which knows the accounts of every source that this machine has
 */
export function accountOf(name: string): Account | null {
  const { status, stdout, error } = spawnSync('getent', ['passwd', name], { encoding: 'utf8' });
  if (error) throw error;
  if (status !== 0) return null;
  const [, , uid, gid] = stdout.split(':');
  return { uid: Number(uid), gid: Number(gid) };
}
