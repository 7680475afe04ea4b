import { type Dirent, promises as fs, type Stats } from 'node:fs';
import { join } from 'node:path';
import { asideBytes } from '../../difusor/inbox/refused.ts';
import { LIMITS } from '../../format/limits.ts';
import { codeOf } from '../../format/thrown.ts';
import { idOf, oneByOne, type Writer, type Writers } from './writers.ts';

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

/** A request of the account that would exceed a limit. */
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
  /** Before a new file in a folder; its path must be sure to lead to that folder. @throws QuotaError */
  file(folder: string): Promise<void>;
  /** Before a file is written up to a byte; from then on that is its writer's size. @throws QuotaError */
  grow(writer: Writer, end: number): Promise<void>;
}

/** How much may be written between two looks at the disk. */
const LOOK_BYTES = 64 * 1024 * 1024;

/**
 * @param total bytes that the account may cause in all. A share of them is for refused deliveries, which the daemon
 *   limits itself; the rest is for the files in the inbox and those that are still open, wherever they are now.
 *   Apparent sizes count, so that a hole counts in full
 */
export function quotaOf(inbox: string, total: number, writers: Writers): Quota {
  const most = total - asideBytes(total);
  const alone = oneByOne();
  let known = 0;
  /** bytes that were allowed since the last look */
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
    grow: (writer, end) =>
      alone(async () => {
        const bytes = end - writer.size;
        if (bytes <= 0) return;
        if (since + bytes > LOOK_BYTES || known + since + bytes > most) {
          known = await bytesIn(inbox, writers);
          since = 0;
          const { bavail, bsize } = await fs.statfs(inbox);
          if (bavail * bsize < INBOX.reserveBytes + bytes) throw new QuotaError('no space left', 'disk');
        }
        if (known + since + bytes > most) throw new QuotaError('the inbox is full', 'inbox');
        since += bytes;
        writer.size = end;
      }),
  };
}

/** Counts each file once: by its size, or by the size that its writers may make it. */
async function bytesIn(inbox: string, writers: Writers): Promise<number> {
  const sizes = new Map<string, number>();
  const count = (id: string, size: number) => sizes.set(id, Math.max(size, sizes.get(id) ?? 0));
  for (const folder of await fs.readdir(inbox, { withFileTypes: true })) {
    if (!folder.isDirectory()) continue;
    const path = join(inbox, folder.name);
    for (const file of await ifThere<Dirent[]>(fs.readdir(path, { withFileTypes: true }), [])) {
      const seen = await ifThere<Stats | null>(fs.lstat(join(path, file.name)), null);
      if (seen) count(idOf(seen), seen.size);
    }
  }
  for (const { id, size } of writers.all()) count(id, size);
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}

/** The daemon may take deliveries away while they are counted. */
async function ifThere<T>(found: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await found;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return otherwise;
    throw error;
  }
}
