import { constants, promises as fs } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';

/**
 * Works inside a folder that is reached one segment at a time, each opened as a folder and never through a link. `at`
 * names something inside that very folder, even if the path leads to another folder by now.
 * @param root the administrator's own path, which may be a link
 * @throws Error `ENOTDIR` or `ELOOP` where a segment is no folder, `ENOENT` where there is none
 */
export async function beneath<T>(
  root: string,
  segments: readonly string[],
  use: (at: (name: string) => string, folder: FileHandle) => Promise<T>,
): Promise<T> {
  let folder = await fs.open(root, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    for (const segment of segments) {
      const flags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
      const next = await fs.open(`/proc/self/fd/${folder.fd}/${segment}`, flags);
      await folder.close();
      folder = next;
    }
    const self = `/proc/self/fd/${folder.fd}`;
    return await use((name) => `${self}/${name}`, folder);
  } finally {
    await folder.close();
  }
}
