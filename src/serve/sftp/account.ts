import { constants, promises as fs } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { beneath } from '../../disk/beneath.ts';
import { parseDeliveryName } from '../../format/naming.ts';
import type { ListedEntry } from './handles.ts';
import { placeOf, type SftpPlace } from './place.ts';
import type { Quota } from './quota.ts';

/**
 * What the IEC's account may do with the two folders: write uploads and turn them into deliveries, read the outbox.
 * Nothing here knows of SSH. Who asks for anything else gets a {@link Denied} or an {@link Absent}.
 */

/** There is nothing of that name for this account. */
export class Absent extends Error {
  override readonly name = 'Absent';
}

export class Denied extends Error {
  override readonly name = 'Denied';
}

export interface Folders {
  readonly inbox: string;
  readonly outbox: string;
  /** the node's clock, ms */
  readonly now: () => number;
}

/** How something looks to the account: what it may do, whoever owns the file here. */
export interface ShownAttributes {
  readonly mode: number;
  readonly size: number;
  /** seconds */
  readonly mtime: number;
}

const MODE = {
  top: constants.S_IFDIR | 0o555,
  inbox: constants.S_IFDIR | 0o300,
  folder: constants.S_IFDIR | 0o300,
  file: constants.S_IFREG | 0o200,
  outboxFolder: constants.S_IFDIR | 0o555,
  outboxFile: constants.S_IFREG | 0o444,
};

/** Names that a listing of the outbox shows at most; acuses of a phase are one pair per corte. */
const LISTED = 20_000;

export interface Account {
  look(path: string): Promise<ShownAttributes>;
  list(path: string): Promise<ListedEntry[]>;
  openToRead(path: string): Promise<FileHandle>;
  /** Opens a file of an upload: made if absent, and then it counts against the quota. */
  openToWrite(path: string, how: { readonly exclusive: boolean; readonly truncate: boolean }): Promise<FileHandle>;
  makeFolder(path: string): Promise<void>;
  removeFile(path: string): Promise<void>;
  removeFolder(path: string): Promise<void>;
  /** @param over whether a file of the same upload may be replaced; a delivery never is */
  rename(from: string, to: string, over: boolean): Promise<void>;
  /** What a sender says of modes and times means nothing here (A10) and is let pass; of owners, it is refused. */
  mayChange(path: string): void;
}

export function accountOf({ inbox, outbox, now }: Folders, quota: Quota): Account {
  /** Times as the node's own clock has them: by the hour of a new folder the IEC sees whether that clock is right. */
  const lookOf = ({ size, mtimeMs }: { readonly size: number; readonly mtimeMs: number }) => {
    const ms = mtimeMs + now() - Date.now();
    return { size, mtime: Math.max(0, Math.floor(ms / 1000)) };
  };
  const lookInOutbox = async (segments: readonly string[]) => {
    if (segments.some(isHidden)) throw new Absent('no such file');
    const name = segments.at(-1);
    const above = segments.slice(0, -1);
    const seen = name === undefined ? await fs.stat(outbox) : await beneath(outbox, above, (at) => fs.lstat(at(name)));
    if (!seen.isDirectory() && !seen.isFile()) throw new Absent('no such file');
    return { ...lookOf(seen), isFolder: seen.isDirectory() };
  };
  return {
    async look(path) {
      const place = known(path);
      if (place.kind === 'top') return { mode: MODE.top, size: 0, mtime: 0 };
      if (place.kind === 'outbox') {
        const seen = await lookInOutbox(place.segments);
        return { mode: seen.isFolder ? MODE.outboxFolder : MODE.outboxFile, size: seen.size, mtime: seen.mtime };
      }
      if (place.kind === 'inbox') return { ...lookOf(await fs.stat(inbox)), mode: MODE.inbox, size: 0 };
      const isFile = place.kind === 'upload-file' || place.kind === 'delivery-file';
      const [folders, name] = isFile ? [[place.folder], place.file] : [[], place.folder];
      const seen = await beneath(inbox, folders, (at) => fs.lstat(at(name)));
      return { ...lookOf(seen), mode: seen.isDirectory() ? MODE.folder : MODE.file };
    },

    async list(path) {
      const place = known(path);
      if (place.kind === 'top') return ['inbox', 'outbox'].map((name) => ({ name, isFolder: true, size: 0, mtime: 0 }));
      if (place.kind !== 'outbox') throw new Denied('the inbox can only be written');
      return beneath(outbox, place.segments, async (at) => {
        const listed: ListedEntry[] = [];
        for await (const { name } of await fs.opendir(at('.'))) {
          if (isHidden(name)) continue;
          if (listed.length >= LISTED) throw new Denied('too many names to list');
          const seen = await fs.lstat(at(name));
          if (seen.isDirectory() || seen.isFile()) listed.push({ name, isFolder: seen.isDirectory(), ...lookOf(seen) });
        }
        return listed;
      });
    },

    async openToRead(path) {
      const place = known(path);
      if (place.kind !== 'outbox') throw new Denied('only the outbox can be read');
      const name = place.segments.at(-1);
      if (name === undefined || place.segments.some(isHidden)) throw new Denied('not a file');
      return beneath(outbox, place.segments.slice(0, -1), (at) => openRegular(at(name), constants.O_RDONLY));
    },

    async openToWrite(path, { exclusive, truncate }) {
      const { folder, file } = upload(path, 'upload-file');
      return beneath(inbox, [folder], async (at) => {
        const isNew = await fs.lstat(at(file)).then(() => false, absent);
        if (isNew) await quota.file(at('.'));
        const how = (exclusive ? constants.O_EXCL : 0) | (truncate ? constants.O_TRUNC : 0);
        const handle = await openRegular(at(file), constants.O_WRONLY | constants.O_CREAT | how);
        if ((await handle.stat()).nlink === 1) return handle;
        await handle.close();
        throw new Denied('not a file of its own');
      });
    },

    async makeFolder(path) {
      const place = known(path);
      if (place.kind === 'delivery') throw new Denied('upload into a folder whose name begins with a dot, then rename it');
      const { folder } = upload(path, 'upload');
      await quota.folder();
      await beneath(inbox, [], (at) => fs.mkdir(at(folder), { mode: 0o700 }));
    },

    async removeFile(path) {
      const { folder, file } = upload(path, 'upload-file');
      await beneath(inbox, [folder], (at) => fs.unlink(at(file)));
    },

    async removeFolder(path) {
      const { folder } = upload(path, 'upload');
      await beneath(inbox, [], (at) => fs.rmdir(at(folder)));
    },

    async rename(from, to, over) {
      const source = known(from);
      const target = known(to);
      if (source.kind === 'upload-file' && target.kind === 'upload-file' && source.folder === target.folder) {
        return beneath(inbox, [source.folder], async (at) => {
          if (!over && !(await fs.lstat(at(target.file)).then(() => false, absent))) throw new Denied('it is there already');
          await fs.rename(at(source.file), at(target.file));
        });
      }
      if (source.kind !== 'upload') throw new Denied('only an upload can be renamed');
      const isDelivery = target.kind === 'delivery' && parseDeliveryName(target.folder) !== null;
      if (!isDelivery) throw new Denied('an upload becomes PHASE-NNNNNN or trust-N');
      await beneath(inbox, [], async (at, folder) => {
        if (!(await fs.lstat(at(source.folder))).isDirectory()) throw new Denied('not a folder');
        // Over an empty folder a rename would go through; over anything else the kernel refuses.
        if (!(await fs.lstat(at(target.folder)).then(() => false, absent))) throw new Denied('it is there already');
        await fs.rename(at(source.folder), at(target.folder));
        await folder.sync();
      });
    },

    mayChange(path) {
      const { kind } = known(path);
      if (kind !== 'upload' && kind !== 'upload-file') throw new Denied('only an upload can be changed');
    },
  };
}

function known(path: string): SftpPlace {
  const place = placeOf(path);
  if (!place) throw new Absent('no such file');
  return place;
}

function upload<K extends 'upload' | 'upload-file'>(path: string, kind: K): Extract<SftpPlace, { kind: K }> {
  const place = known(path);
  if (place.kind !== kind) throw new Denied('only an upload can be changed');
  return place as Extract<SftpPlace, { kind: K }>;
}

async function openRegular(path: string, flags: number): Promise<FileHandle> {
  // O_NONBLOCK: something else than a file must not make us wait.
  const handle = await fs.open(path, flags | constants.O_NOFOLLOW | constants.O_NONBLOCK, 0o600);
  if ((await handle.stat()).isFile()) return handle;
  await handle.close();
  throw new Denied('not a file');
}

function isHidden(name: string): boolean {
  return name.startsWith('.');
}

function absent(error: NodeJS.ErrnoException): true {
  if (error.code === 'ENOENT') return true;
  throw error;
}
