import { closeSync, constants, existsSync, fstatSync, openSync, readlinkSync, readSync, realpathSync } from 'node:fs';
import { sep } from 'node:path';
import { codeOf } from '../../format/thrown.ts';
import type { Segments } from './request-target.ts';

/** Opening what is asked for, in one folder and nowhere else. */

export interface Opened {
  readonly fd: number;
  readonly size: number;
  /** milliseconds */
  readonly modified: number;
  /** of this file as it is on this disk: differs whenever it was written anew, however fast */
  readonly mark: string;
}

/** What stands where no file does. */
export type Absent = 'folder' | 'nothing';

/**
 * Opens a regular file below `root`; the caller closes it. No link is followed, on the way or at its end, and nothing
 * hidden is opened. It waits for the disk: a file that readers
 * ask for is in the memory of the kernel, and to hand each of four system calls to another thread takes longer.
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

/** Where an open file lies, every link on the way to it followed. Linux knows; elsewhere its path is asked for once more. */
function whereIs(fd: number, path: string): string {
  return tellsWhere ? readlinkSync(`${OPEN_FILES}/${fd}`) : realpathSync.native(path);
}

/** Folders of a node do not move while it runs; to follow each segment of one anew for each request costs most of it. */
const real = new Map<string, string>();

function realOf(root: string): string {
  const known = real.get(root);
  if (known !== undefined) return known;
  const found = realpathSync.native(root);
  if (real.size >= 64) real.clear(); // each corte has a folder of its own
  real.set(root, found);
  return found;
}

/** Names with a leading dot are not served, but for what certificates are had by. */
export function isHidden(segments: Segments): boolean {
  return segments.some((segment) => segment.startsWith('.') && segment !== '.well-known');
}

/** What `open` says of an address that somebody made up; whatever else it says is this machine's trouble. */
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
