import { constants, promises as fs } from 'node:fs';
import { dirname } from 'node:path';
import { codeOf } from '../format/thrown.ts';

/**
 * What root makes by hand in the folder of a service is that service's, which is to go on with it. The file is given by
 * its descriptor, so that nothing else can be put in its place meanwhile. Does nothing for others than root.
 * @param handle what this process has just made there, or found as root's
 * @param folder in which it lies
 * @returns whether it was given away
 */
export async function leaveToOwner(handle: fs.FileHandle, folder: string): Promise<boolean> {
  if (process.geteuid?.() !== 0) return false;
  const { uid, gid } = await fs.stat(folder);
  if (uid === 0) return false;
  try {
    await handle.chown(uid, gid);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EPERM') return false; // a root that may give nothing away, as over a network
    throw error;
  }
}

/**
 * Makes a folder in one that is there: everybody may read it, whatever the umask, and it belongs to whoever owns the one
 * above it. One that is there already stays as it is, except root's in a service's, as a crash between these steps leaves
 * it. Not durable before the folder above it is synced.
 * @returns whether it was made
 */
export async function makeOwnedFolder(folder: string): Promise<boolean> {
  const isMade = await made(folder);
  if (!isMade && (process.geteuid?.() !== 0 || !(await fs.lstat(folder)).isDirectory())) return false;
  const handle = await fs.open(folder, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    const isRoots = (await handle.stat()).uid === 0;
    const isGiven = isRoots && (await leaveToOwner(handle, dirname(folder)));
    if (isMade || isGiven) await handle.chmod(0o755);
  } finally {
    await handle.close();
  }
  return isMade;
}

async function made(folder: string): Promise<boolean> {
  try {
    await fs.mkdir(folder, 0o755);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}
