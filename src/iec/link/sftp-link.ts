import type { FileHandle } from 'node:fs/promises';
import type ssh2 from 'ssh2';
import type { Asking } from './asking.ts';
import type { Budget } from './budget.ts';
import { asHandle } from './handle.ts';
import { CHUNK, sendFile } from './send-file.ts';
import { newWindow } from './send-window.ts';
import { isStatus, STATUS } from './status.ts';
import { Trouble } from './trouble.ts';
import { words } from './words.ts';

/**
 * SFTP over a connection that stands. What the node answers is untrusted: every list and every file is read up to a
 * limit in bytes, and the whole of it has a budget. A request that the node refuses throws ssh2's error, whose status
 * `status.ts` reads.
 */
export interface SftpLink {
  /** @returns null where there is nothing of that name */
  find(path: string): Promise<Found | null>;
  /**
   * The names in a folder, at most `most`, which together with the lines beside them are no longer than names are; null
   * where there is no such folder.
   * @throws Trouble `outbox-too-large`
   */
  list(path: string, most: number): Promise<string[] | null>;
  /** A whole small file; null where there is none. @throws Trouble `outbox-too-large` */
  read(path: string, limit: number): Promise<Buffer | null>;
  /** @returns false where it could not be made: it may be there already */
  makeFolder(path: string): Promise<boolean>;
  /** Writes `file` from byte `from` to byte `size`, fsyncs where the node can, closes. */
  write(path: string, file: FileHandle, from: number, size: number, sent: (bytes: number) => void): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** Removes a file, or an empty folder. */
  remove(path: string): Promise<void>;
  removeFolder(path: string): Promise<void>;
  /**
   * Reads the beginning of a file over and over, with many reads at once, until so many bytes came; what they are is
   * nobody's business.
   * @param piece bytes of each read, which the file must have
   * @param heard called as they come; false from it ends the reading
   * @returns the bytes that came; 0 where there is no such file
   */
  readOver(path: string, piece: number, bytes: number, heard: (bytes: number) => boolean): Promise<number>;
  /** bytes left on the file system of a path; null where the node can't tell */
  space(path: string): Promise<number | null>;
  /** The node has got on with its work: the visit may take so many ms more. */
  extend(ms: number): void;
  close(): void;
}

/** What a look at a path of the node finds. */
interface Found {
  /** bytes */
  readonly size: number;
  readonly isFolder: boolean;
  /** whether it shows a mode by which its owner may not write it (or, of a folder, in it) */
  readonly isClosed: boolean;
  /** seconds since the epoch, by the node's clock; null where it tells none */
  readonly mtime: number | null;
}

/** Reads at once of one file: a server lets so many wait. */
const MOST_READS = 128;

/** Bytes of a name and of the line of `ls -l` that comes with it, on the average of a listing. */
const NAME_BYTES = 512;

/**
 * @param budget is told what the node takes of what is sent
 * @param windowBytes sent and not yet answered for
 * @param close ends the connection
 */
export function linkOver(
  sftp: ssh2.SFTPWrapper,
  asking: Pick<Asking, 'ask' | 'order'>,
  budget: Pick<Budget, 'took' | 'extend'>,
  windowBytes: number,
  close: () => void,
): SftpLink {
  const { ask, order } = asking;
  const window = newWindow(windowBytes);
  /** Nothing depends on the answer; if the link is broken, the next request fails. */
  const letGo = (handle: Buffer) => void order((done) => sftp.close(handle, done)).catch(() => {});

  return {
    async find(path) {
      const stats = await orNull(ask<ssh2.Stats>((done) => sftp.lstat(path, done)));
      // A node need not tell any of it: ssh2's types believe that it does.
      const { size, mtime, mode } = (stats ?? {}) as Partial<ssh2.Stats>;
      if (!stats) return null;
      const isFolder = stats.isDirectory();
      const asked = isFolder ? 0o300 : 0o200;
      const isClosed = mode !== undefined && (mode & asked) !== asked;
      return { size: size ?? 0, isFolder, isClosed, mtime: mtime ?? null };
    },

    async list(path, most) {
      const opened = await orNull(ask<unknown>((done) => sftp.opendir(path, done)));
      if (opened === null) return null;
      const handle = asHandle(opened);
      const names: string[] = [];
      let bytes = 0;
      try {
        for (;;) {
          const some = await ask<ssh2.FileEntryWithStats[]>((done) => sftp.readdir(handle, done));
          if (some.length === 0) return names; // ended, or nothing but . and ..
          for (const { filename, longname } of some) {
            names.push(filename);
            bytes += filename.length + longname.length;
          }
          if (names.length > most) throw new Trouble('outbox-too-large', words.manyNames(path, most));
          if (bytes > most * NAME_BYTES) throw new Trouble('outbox-too-large', words.longNames(path, bytes));
        }
      } catch (error) {
        if (isStatus(error, STATUS.EOF)) return names;
        throw error;
      } finally {
        letGo(handle);
      }
    },

    async read(path, limit) {
      const opened = await orNull(ask<unknown>((done) => sftp.open(path, 'r', done)));
      if (opened === null) return null;
      const handle = asHandle(opened);
      const room = Buffer.allocUnsafe(limit + 1);
      let length = 0;
      try {
        for (;;) {
          const at = length;
          const n = await ask<number>((done) => sftp.read(handle, room, at, Math.min(CHUNK, room.length - at), at, done));
          length += n;
          if (n === 0) return Buffer.from(room.subarray(0, length));
          if (length > limit) throw new Trouble('outbox-too-large', words.tooLarge(path, limit));
        }
      } finally {
        letGo(handle);
      }
    },

    async makeFolder(path) {
      try {
        await order((done) => sftp.mkdir(path, { mode: 0o775 }, done));
        return true;
      } catch (error) {
        if (isStatus(error, STATUS.FAILURE)) return false;
        throw error;
      }
    },

    write: (path, file, from, size, sent) => {
      const taken = (bytes: number) => {
        budget.took(bytes);
        sent(bytes);
      };
      return sendFile(sftp, asking, window, { path, file, from, size, sent: taken });
    },

    rename: (from, to) => order((done) => sftp.rename(from, to, done)),

    remove: (path) => order((done) => sftp.unlink(path, done)),
    removeFolder: (path) => order((done) => sftp.rmdir(path, done)),

    async readOver(path, piece, bytes, heard) {
      const opened = await orNull(ask<unknown>((done) => sftp.open(path, 'r', done)));
      if (opened === null) return 0;
      const handle = asHandle(opened);
      const length = Math.min(piece, CHUNK);
      let asked = 0;
      let came = 0;
      const reader = async () => {
        const room = Buffer.allocUnsafe(length);
        while (asked < bytes) {
          asked += length;
          const n = await ask<number>((done) => sftp.read(handle, room, 0, length, 0, done));
          came += n;
          if (n === 0 || !heard(n)) asked = bytes; // it is shorter by now, or enough
        }
      };
      try {
        await Promise.all(Array.from({ length: Math.max(1, Math.min(MOST_READS, Math.floor(windowBytes / length))) }, reader));
        return came;
      } finally {
        letGo(handle);
      }
    },

    async space(path) {
      try {
        const { f_bavail, f_frsize } = await ask<{ f_bavail: number; f_frsize: number }>((done) =>
          sftp.ext_openssh_statvfs(path, done),
        );
        return f_bavail * f_frsize;
      } catch (error) {
        if (error instanceof Trouble) throw error;
        return null;
      }
    },

    extend: (ms) => budget.extend(ms),

    close,
  };
}

async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (isStatus(error, STATUS.NO_SUCH_FILE)) return null;
    throw error;
  }
}
