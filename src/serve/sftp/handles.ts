import type { FileHandle } from 'node:fs/promises';
import { QuotaError } from './quota.ts';

/** What one connection has open. A handle's bytes are a number of ours that means nothing elsewhere. */
export type Opened =
  | { readonly kind: 'write'; readonly file: FileHandle; size: number }
  | { readonly kind: 'read'; readonly file: FileHandle }
  | { readonly kind: 'listing'; names: readonly ListedEntry[] };

export interface ListedEntry {
  readonly name: string;
  readonly isFolder: boolean;
  readonly size: number;
  /** seconds */
  readonly mtime: number;
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

export function newHandles(): Handles {
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
      for (const opened of all) if (opened.kind !== 'listing') await opened.file.close();
    },
  };
}
