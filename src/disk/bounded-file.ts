import { constants, promises as fs } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { tooLarge } from '../format/refusal.ts';
import type { Said } from '../format/said.ts';
import { codeOf } from '../format/thrown.ts';
import { words } from './words.ts';

/** Reading files that others made: without following links, without waiting on a FIFO, and never past a limit. */

/**
 * The path is not a file that may be read: it is a wrong kind of thing, as opposed to a file that can't be read just
 * now.
 */
export class NotAFile extends Error {
  override readonly name = 'NotAFile';
  readonly said: Said;

  constructor(path: string, options?: ErrorOptions) {
    const said = words.notRegular(path);
    super(said.en, options);
    this.said = said;
  }
}

/**
 * Opens a regular file for reading. The last segment is not followed if it is a link; links before it are followed, so
 * the caller must trust them.
 * @throws NotAFile for a link, folder, FIFO, socket or device; Error as `open` gives it otherwise (`ENOENT`, `EACCES`
 *   …)
 */
export async function openRegular(path: string): Promise<FileHandle> {
  let handle: FileHandle;
  try {
    // O_NONBLOCK: opening a FIFO must not wait for its writer
    handle = await fs.open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ELOOP' || code === 'ENXIO') throw new NotAFile(path, { cause: error });
    throw error;
  }
  if ((await handle.stat()).isFile()) return handle;
  await handle.close();
  throw new NotAFile(path);
}

/**
 * Reads an open file from its beginning, at most `limit` bytes, whatever happens to it meanwhile.
 * @throws Refusal `too-large` where there is more
 */
export async function readUpTo(handle: FileHandle, limit: number, what: string): Promise<Buffer> {
  const { size } = await handle.stat();
  if (size > limit) throw tooLarge(what, limit);
  // Reading one byte more than the file should have shows that it grew.
  let room = Buffer.allocUnsafe(Math.min(size, limit) + 1);
  let length = 0;
  for (;;) {
    const { bytesRead } = await handle.read(room, length, room.length - length, length);
    length += bytesRead;
    if (bytesRead === 0) return room.subarray(0, length);
    if (length > limit) throw tooLarge(what, limit);
    if (length === room.length) room = Buffer.concat([room], Math.min(room.length * 2, limit + 1));
  }
}

/**
 * Reads a whole small file.
 * @throws Refusal `too-large`; NotAFile; Error as `open` gives it
 */
export async function readBounded(path: string, limit: number): Promise<Buffer> {
  const handle = await openRegular(path);
  try {
    return await readUpTo(handle, limit, path);
  } finally {
    await handle.close();
  }
}

/** As {@link readBounded}; null where there is no such file. */
export async function readIfThere(path: string, limit: number): Promise<Buffer | null> {
  try {
    return await readBounded(path, limit);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}
