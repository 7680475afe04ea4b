import { constants, promises as fs, type Stats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { beneath } from '../../disk/beneath.ts';
import { isOfKind } from '../../format/kind.ts';
import { type DeliveryName, missingFile, parseDeliveryName } from '../../format/naming.ts';
import type { ListedEntry, ShownAttributes } from './handles.ts';
import { isName, placeOf, type SftpPlace } from './place.ts';
import type { Quota } from './quota.ts';
import { idOf, type Writer, type Writers } from './writers.ts';

/**
 * What the IEC's account may do with the two folders: write uploads and turn them into deliveries, read the outbox.
 * Nothing here knows of SSH. Any other request gets a {@link Denied} or an {@link Absent}.
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

const MODE = {
  top: constants.S_IFDIR | 0o555,
  inbox: constants.S_IFDIR | 0o700,
  folder: constants.S_IFDIR | 0o700,
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
  openToWrite(path: string, how: { readonly exclusive: boolean; readonly truncate: boolean }): Promise<Writer>;
  makeFolder(path: string): Promise<void>;
  removeFile(path: string): Promise<void>;
  removeFolder(path: string): Promise<void>;
  /**
   * Renames a file within its upload, or an upload to a delivery that has all that belongs to it. Writers that still
   * have a delivered or replaced file open are ended.
   * @param over whether a file of the same upload may be replaced; a delivery never is
   */
  rename(from: string, to: string, over: boolean): Promise<void>;
  /** Modes and times that a sender sets have no meaning here (A10) and are ignored; a change of owner is refused. */
  mayChange(path: string): void;
}

export function accountOf({ inbox, outbox, now }: Folders, quota: Quota, writers: Writers): Account {
  const { alone } = writers;
  /** Times by the node's own clock: from the hour of a new folder the IEC sees whether that clock is right. */
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

  async function renameFile(from: string, to: string, over: boolean): Promise<void> {
    const replaced = await fs.lstat(to).then(idOf, (error) => absent(error) && null);
    if (replaced !== null && !over) throw new Denied('it is there already');
    await fs.rename(from, to);
    if (replaced !== null) await writers.end(new Set([replaced]));
  }

  async function deliver(from: string, to: string, announced: DeliveryName): Promise<void> {
    await beneath(inbox, [], async (at, folder) => {
      if (!(await fs.lstat(at(from))).isDirectory()) throw new Denied('not a folder');
      const files = new Map<string, Stats>();
      await beneath(at('.'), [from], async (inside) => {
        for (const name of await fs.readdir(inside('.'))) files.set(name, await fs.lstat(inside(name)));
      });
      const there = [...files].filter(([, seen]) => seen.isFile()).map(([name]) => name);
      const lacking = missingFile(announced, there);
      if (lacking !== null) throw new Denied(`${lacking.en} is not there`);
      // Onto an empty folder a rename would succeed; onto anything else the kernel refuses it.
      if (!(await fs.lstat(at(to)).then(() => false, absent))) throw new Denied('it is there already');
      await writers.end(new Set([...files.values()].map(idOf)));
      await fs.rename(at(from), at(to));
      await folder.sync();
    });
  }

  /**
   * The modes of new files and folders. Under systemd this account is not the daemon's; the inbox's set-group-id bit
   * gives what it makes to the daemon's group, which must be able to read and remove it. Otherwise other accounts get
   * no access.
   */
  async function modes(): Promise<{ readonly file: number; readonly folder: number }> {
    const isShared = ((await fs.stat(inbox)).mode & 0o2000) !== 0;
    return isShared ? { file: 0o660, folder: 0o770 } : { file: 0o600, folder: 0o700 };
  }

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
      const folderMode = place.kind === 'outbox' ? MODE.outboxFolder : MODE.folder;
      const fileMode = place.kind === 'outbox' ? MODE.outboxFile : MODE.file;
      const listed = (name: string, seen: Stats): ListedEntry => ({
        name,
        ...lookOf(seen),
        mode: seen.isDirectory() ? folderMode : fileMode,
      });
      switch (place.kind) {
        case 'top':
          return ['inbox', 'outbox'].map((name) => ({ name, mode: MODE.top, size: 0, mtime: 0 }));
        case 'outbox':
          return beneath(outbox, place.segments, (at) => namesAt(at, (name) => !isHidden(name), listed));
        // The account may see what it sent, since common clients look before they send. It can't be read back.
        case 'inbox':
          return beneath(inbox, [], (at) => namesAt(at, isName, listed));
        case 'upload':
        case 'delivery':
          return beneath(inbox, [place.folder], (at) => namesAt(at, isName, listed));
        default:
          throw new Denied('not a folder');
      }
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
      return alone(() =>
        beneath(inbox, [folder], async (at) => {
          const isNew = await fs.lstat(at(file)).then(() => false, absent);
          if (isNew) await quota.file(at('.'));
          const how = (exclusive ? constants.O_EXCL : 0) | (truncate ? constants.O_TRUNC : 0);
          const handle = await openRegular(at(file), constants.O_WRONLY | constants.O_CREAT | how, (await modes()).file);
          const seen = await handle.stat();
          if (seen.nlink === 1) return writers.add(handle, seen);
          await handle.close();
          throw new Denied('not a file of its own');
        }),
      );
    },

    async makeFolder(path) {
      const place = known(path);
      if (place.kind === 'delivery') throw new Denied('upload into a folder whose name begins with a dot, then rename it');
      const { folder } = upload(path, 'upload');
      await alone(async () => {
        await quota.folder();
        const mode = (await modes()).folder;
        await beneath(inbox, [], (at) => fs.mkdir(at(folder), { mode }));
      });
    },

    async removeFile(path) {
      const { folder, file } = upload(path, 'upload-file');
      await alone(() =>
        beneath(inbox, [folder], async (at) => {
          const seen = await fs.lstat(at(file));
          await fs.unlink(at(file));
          await writers.end(new Set([idOf(seen)]));
        }),
      );
    },

    async removeFolder(path) {
      const { folder } = upload(path, 'upload');
      await alone(() => beneath(inbox, [], (at) => fs.rmdir(at(folder))));
    },

    async rename(from, to, over) {
      const source = known(from);
      const target = known(to);
      if (source.kind === 'upload-file' && target.kind === 'upload-file' && source.folder === target.folder) {
        return alone(() => beneath(inbox, [source.folder], (at) => renameFile(at(source.file), at(target.file), over)));
      }
      if (source.kind !== 'upload') throw new Denied('only an upload can be renamed');
      const announced = target.kind === 'delivery' ? parseDeliveryName(target.folder) : null;
      if (target.kind !== 'delivery' || !announced) throw new Denied('an upload becomes PHASE-NNNNNN or trust-N');
      await alone(() => deliver(source.folder, target.folder, announced));
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
  if (!isOfKind(place, kind)) throw new Denied('only an upload can be changed');
  return place;
}

async function namesAt(
  at: (name: string) => string,
  isShown: (name: string) => boolean,
  listed: (name: string, seen: Stats) => ListedEntry,
): Promise<ListedEntry[]> {
  const found: ListedEntry[] = [];
  for await (const { name } of await fs.opendir(at('.'))) {
    if (!isShown(name)) continue;
    if (found.length >= LISTED) throw new Denied('too many names to list');
    const seen = await fs.lstat(at(name)).catch((error) => absent(error) && null); // the daemon takes deliveries away
    if (seen?.isDirectory() || seen?.isFile()) found.push(listed(name, seen));
  }
  return found;
}

async function openRegular(path: string, flags: number, mode = 0): Promise<FileHandle> {
  // O_NONBLOCK: something else than a file must not make us wait.
  const handle = await fs.open(path, flags | constants.O_NOFOLLOW | constants.O_NONBLOCK, mode);
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
