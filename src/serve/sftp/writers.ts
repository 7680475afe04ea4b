import type { Stats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';

/**
 * The files that are open to be written, over all sessions of the inbox. A file that was removed or renamed can still
 * be written to by a client that has it open, and takes space. So before a file is removed, replaced or delivered, its
 * writers are ended.
 */
export interface Writer {
  readonly file: FileHandle;
  /** identifies the file, whatever its name is now */
  readonly id: string;
  /** bytes that it was allowed to grow to, written or about to be */
  size: number;
  /** whether its file was delivered or removed: nothing more is written then */
  isOver: boolean;
}

export interface Writers {
  /**
   * Runs work that changes names, or opens files by name, one piece at a time: otherwise a file could be opened while
   * its folder is being delivered.
   */
  readonly alone: <T>(work: () => Promise<T>) => Promise<T>;
  add(file: FileHandle, seen: Stats): Writer;
  /** Closes a writer that its client has finished with. */
  close(writer: Writer): Promise<void>;
  /** Ends all writers of these files, after the writes that are under way. */
  end(ids: ReadonlySet<string>): Promise<void>;
  all(): Iterable<Writer>;
}

export function newWriters(): Writers {
  const open = new Set<Writer>();
  const alone = oneByOne();
  const finish = async (writer: Writer) => {
    if (!open.delete(writer)) return;
    writer.isOver = true;
    await writer.file.close();
  };
  return {
    alone,
    add(file, seen) {
      const writer = { file, id: idOf(seen), size: seen.size, isOver: false };
      open.add(writer);
      return writer;
    },
    close: finish,
    async end(ids) {
      await Promise.all([...open].filter(({ id }) => ids.has(id)).map(finish));
    },
    all: () => open,
  };
}

/** Identifies a file by device and inode, whatever its name is. */
export function idOf({ dev, ino }: Pick<Stats, 'dev' | 'ino'>): string {
  return `${dev} ${ino}`;
}

/** @returns a function that runs each work after the one before it, whether that failed or not */
export function oneByOne(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work);
    last = next.catch(() => {}); // its caller gets the error
    return next;
  };
}
