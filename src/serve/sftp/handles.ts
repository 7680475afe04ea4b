import type { FileHandle } from 'node:fs/promises';
import { QuotaError } from './quota.ts';
import type { Writer, Writers } from './writers.ts';

/** What one connection has open. A handle is a number that has a meaning only in this connection. */
export type Opened =
  | { readonly kind: 'write'; readonly writer: Writer }
  | { readonly kind: 'read'; readonly file: FileHandle }
  | { readonly kind: 'listing'; names: readonly ListedEntry[] };

/** How something looks to the account: what the account may do, whatever the file's real owner and mode. */
export interface ShownAttributes {
  readonly mode: number;
  readonly size: number;
  /** seconds */
  readonly mtime: number;
}

export interface ListedEntry extends ShownAttributes {
  readonly name: string;
}

/** OpenSSH's client keeps one file open at a time, ours a few. */
const MOST = 32;

export interface Handles {
  /** @throws QuotaError where too many are open; the caller then still owns what it wanted to add */
  add(opened: Opened): Buffer;
  get(handle: Buffer): Opened | undefined;
  /** @returns what is no longer open here, to be closed by the caller */
  take(handle: Buffer): Opened | undefined;
  closeAll(): Promise<void>;
}

/** Closes what a client had open. */
export async function closeOpened(opened: Opened, writers: Writers): Promise<void> {
  if (opened.kind === 'write') await writers.close(opened.writer);
  if (opened.kind === 'read') await opened.file.close();
}

export function newHandles(writers: Writers): Handles {
  const open = new Map<string, Opened>();
  let last = 0;
  const take = (handle: Buffer) => {
    const name = handle.toString('hex');
    const opened = open.get(name);
    open.delete(name);
    return opened;
  };
  return {
    add(opened) {
      if (open.size >= MOST) throw new QuotaError('too many open handles');
      const handle = Buffer.alloc(4);
      last = (last + 1) >>> 0;
      handle.writeUInt32BE(last, 0);
      open.set(handle.toString('hex'), opened);
      return handle;
    },
    get: (handle) => open.get(handle.toString('hex')),
    take,
    async closeAll() {
      const all = [...open.values()];
      open.clear();
      for (const opened of all) await closeOpened(opened, writers);
    },
  };
}
