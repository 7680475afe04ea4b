import { closeSync, constants, existsSync, fstatSync, openSync, readlinkSync, readSync, realpathSync } from 'node:fs';
import { sep } from 'node:path';
import { isHidden } from '../../format/site-names.ts';
import { codeOf } from '../../format/thrown.ts';
import type { Segments } from './request-target.ts';

/** Opens the files that are asked for, in one folder and nowhere else. */

export interface Opened {
  readonly fd: number;
  readonly size: number;
  /** milliseconds */
  readonly modified: number;
  /** identifies this file as it is on this disk: it differs whenever the file was written anew, however quickly */
  readonly mark: string;
}

/** What is at a path where no file is. */
export type Absent = 'folder' | 'nothing';

/**
 * Opens a regular file below `root`; the caller closes it. No link is followed, on the way or at its end, and nothing
 * hidden is opened. The calls are synchronous: a file that readers ask for is in the kernel's memory, and handing four
 * system calls to another thread takes longer.
 * @throws Error where the machine is at fault: no descriptors, a disk that can't be read
 */
export function openInside(root: string, segments: Segments): Opened | Absent {
  if (isHidden(segments)) return 'nothing';
  let [fd, path] = [-1, ''];
  try {
    path = [realOf(root), ...segments].join(sep);
    // O_NONBLOCK: opening a FIFO must not wait for its writer
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (ABSENT.has(codeOf(error) ?? '')) return 'nothing';
    throw error;
  }
  try {
    const seen = fstatSync(fd, { bigint: true });
    const isWithin = whereIs(fd, path) === path;
    if (isWithin && seen.isFile()) {
      const mark = `${seen.mtimeNs.toString(16)}-${seen.size.toString(16)}`;
      return { fd, size: Number(seen.size), modified: Number(seen.mtimeMs), mark };
    }
    closeSync(fd);
    return isWithin && seen.isDirectory() ? 'folder' : 'nothing';
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

const OPEN_FILES = '/proc/self/fd';
const tellsWhere = existsSync(OPEN_FILES);

/** Where an open file lies, with every link on the way resolved. On Linux by its descriptor; elsewhere by its path again. */
function whereIs(fd: number, path: string): string {
  return tellsWhere ? readlinkSync(`${OPEN_FILES}/${fd}`) : realpathSync.native(path);
}

/** Folders of a node do not move while it runs. Resolving one anew for each request would cost more than the rest of it. */
const real = new Map<string, string>();

function realOf(root: string): string {
  const known = real.get(root);
  if (known !== undefined) return known;
  const found = realpathSync.native(root);
  if (real.size >= 64) real.clear(); // each corte has a folder of its own
  real.set(root, found);
  return found;
}

/** The errors of `open` that a made-up address can cause; any other error is this machine's fault. */
const ABSENT = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP', 'ENXIO', 'EACCES', 'EPERM', 'ENODEV', 'EINVAL']);

/** Reads so many bytes of an open file; fewer where it has become shorter. */
export function readAt(fd: number, start: number, bytes: number): Buffer {
  const room = Buffer.allocUnsafe(bytes);
  let length = 0;
  while (length < bytes) {
    const read = readSync(fd, room, length, bytes - length, start + length);
    if (read === 0) break;
    length += read;
  }
  return room.subarray(0, length);
}
