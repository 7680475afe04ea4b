import type { Stats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';

/**
 * The files that are open to be written, over all sessions of the inbox. A file without a name is still written to by
 * whoever has it open, and takes space: so whoever removes, replaces or delivers a file ends its writers first.
 */
export interface Writer {
  readonly file: FileHandle;
  /** which file it is, whatever it is called by now */
  readonly id: string;
  /** bytes that it was let grow to, written or about to be */
  size: number;
  /** its file is a delivery by now, or gone: nothing more is written */
  isOver: boolean;
}

export interface Writers {
  /** Does what changes names, or opens by them, one at a time: else a file is opened beside its own delivery. */
  readonly alone: <T>(work: () => Promise<T>) => Promise<T>;
  add(file: FileHandle, seen: Stats): Writer;
  /** Its client is done with it. */
  close(writer: Writer): Promise<void>;
  /** Ends all writers of these files, once what they are writing just now is written. */
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

export function idOf({ dev, ino }: Pick<Stats, 'dev' | 'ino'>): string {
  return `${dev} ${ino}`;
}

/** @returns what runs each work after the one before it, however that ended */
export function oneByOne(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work);
    last = next.catch(() => {}); // its caller hears of it
    return next;
  };
}
