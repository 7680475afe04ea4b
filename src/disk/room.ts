import { promises as fs } from 'node:fs';

/**
 * What others than the cortes may still write on a file system.
 * @param folder on it
 * @param reserve bytes that are left to the cortes; of a small file system a tenth
 * @returns bytes; negative where the cortes' own have been begun
 * @throws Error where the folder can't be asked
 */
export async function roomBeside(folder: string, reserve: number): Promise<number> {
  const { bavail, blocks, bsize } = await fs.statfs(folder);
  return bavail * bsize - Math.min(reserve, (blocks * bsize) / 10);
}
