import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { LIMITS } from '../../format/limits.ts';

/** What the account may fill. A delivery that is taken leaves the inbox, so this bounds what waits and what is half sent. */
export const INBOX = Object.freeze({
  /** folders in the inbox, half sent and waiting ones together */
  folders: 128,
  /** files of one folder: a corte has 4, a trust document one per custodian and its own */
  files: 64,
  /** bytes of one file: a package's */
  fileBytes: LIMITS.packageBytes,
  /** bytes that the file system must have left after each write, for the daemon's own work */
  reserveBytes: 256 * 1024 * 1024,
});

/** An order of the account that would go past a limit. */
export class QuotaError extends Error {
  override readonly name = 'QuotaError';
  /** what is used up: the room of the file system, or the bytes that the inbox may have; null for any other limit */
  readonly usedUp: 'disk' | 'inbox' | null;

  constructor(message: string, usedUp: QuotaError['usedUp'] = null) {
    super(message);
    this.usedUp = usedUp;
  }
}

export interface Quota {
  /** Before a new folder. @throws QuotaError */
  folder(): Promise<void>;
  /** Before a new file in a folder, given by a path that is sure to mean it. @throws QuotaError */
  file(folder: string): Promise<void>;
  /** Before a file grows by so many bytes. @throws QuotaError */
  grow(bytes: number): Promise<void>;
}

/** How much may be written between two looks at the disk. */
const LOOK_BYTES = 64 * 1024 * 1024;

/** @param most bytes that all files of the inbox may have together; apparent sizes, so that a hole counts in full */
export function quotaOf(inbox: string, most: number): Quota {
  let known = 0;
  /** written since the last look */
  let since = Infinity;
  return {
    async folder() {
      const names = await fs.readdir(inbox);
      if (names.length >= INBOX.folders) throw new QuotaError('too many folders in the inbox');
    },
    async file(folder) {
      const names = await fs.readdir(folder);
      if (names.length >= INBOX.files) throw new QuotaError('too many files in the folder');
    },
    async grow(bytes) {
      if (since + bytes > LOOK_BYTES || known + since + bytes > most) {
        known = await bytesIn(inbox);
        since = 0;
        const { bavail, bsize } = await fs.statfs(inbox);
        if (bavail * bsize < INBOX.reserveBytes + bytes) throw new QuotaError('no space left', 'disk');
      }
      if (known + since + bytes > most) throw new QuotaError('the inbox is full', 'inbox');
      since += bytes;
    },
  };
}

async function bytesIn(inbox: string): Promise<number> {
  let sum = 0;
  for (const folder of await fs.readdir(inbox, { withFileTypes: true })) {
    if (!folder.isDirectory()) continue;
    const path = join(inbox, folder.name);
    for (const file of await ifThere(fs.readdir(path), [])) sum += (await ifThere(fs.lstat(join(path, file)), null))?.size ?? 0;
  }
  return sum;
}

/** The daemon takes deliveries away while they are counted. */
async function ifThere<T, U>(found: Promise<T>, otherwise: U): Promise<T | U> {
  try {
    return await found;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return otherwise;
    throw error;
  }
}
