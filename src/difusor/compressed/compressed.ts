import {
  closeSync,
  constants,
  promises as fs,
  fstatSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
} from 'node:fs';
import { join } from 'node:path';
import { inBatches } from '../../disk/batches.ts';
import { syncFolder } from '../../disk/durable.ts';
import { namesIn } from '../../disk/names-in.ts';
import { removeWhole } from '../../disk/remove.ts';
import type { Hash } from '../../format/hash.ts';
import type { Entry, Manifest } from '../../format/manifest.ts';
import { parseSixDigits, sixDigits } from '../../format/naming.ts';
import { foldersAbove } from '../../format/path.ts';
import { codeOf } from '../../format/thrown.ts';
import { type ContentStore, type Look, openContent } from '../state/content.ts';
import { survey } from '../state/tree.ts';
import { MOST, unpackedSize } from './gzip-copy.ts';
import { isTimeOf } from './times.ts';

/**
 * The compressed copies of one phase. Each content that is worth it has one, in a store by the content's hash, and each
 * corte has a folder of links to them, by the very paths of its tree. That folder lies beside the trees under the same
 * number, so whoever switches the public link switches both by one rename. What is not there is served as it is.
 *
 * A copy gets its name only when its bytes are on the disk; nothing else here is made durable, since all of it can be made
 * anew.
 */
export interface Compressed {
  /** copies by the hash of what they unpack to */
  readonly store: ContentStore;
  /** Where the copies of a corte are, or would be. */
  of(number: number): string;
  /** Makes the folder of a corte that is being prepared, of copies that are held and right. */
  lay(folder: string, manifest: Manifest): Promise<void>;
  /** Moves it to its place, before the corte is shown. */
  put(number: number, made: string): Promise<void>;
  /** Links the copies of these contents, which are in the store and on the disk, into the folder of a corte. */
  add(number: number, manifest: Manifest, hashes: ReadonlySet<Hash>): Promise<void>;
  /** Takes the copies of a corte out of readers' sight, in one step. It must come before its tree goes. */
  readonly hide: (number: number) => Promise<void>;
  /** Whether copies are hidden and not removed: they keep their room on the disk until {@link prune}. */
  hasHidden(): boolean;
  /** The size in bytes of the copy at a path of a corte, 0 where there is none, null where it is not what it should be. */
  readRight(number: number, entry: Entry): number | null;
  /** What is in the folder of a corte and is at no path of its tree. */
  strays(number: number, manifest: Manifest): readonly string[];
  /** Removes what was hidden, the copies of cortes whose trees are not among these, and copies that no corte has. */
  prune(numbers: ReadonlySet<number>): Promise<void>;
  /** Removes all. */
  clear(): Promise<void>;
}

/** Begins the names of folders that are to be removed; no web server shows a name with a leading dot. */
const HIDDEN = '.old-';
const STORE = 'content';
const isHidden = (name: string) => name.startsWith(HIDDEN);

/** @param folder of the phase's copies; it need not be there yet */
export function openCompressed(folder: string): Compressed {
  const of = (number: number) => join(folder, sixDigits(number));
  const store = openContent(join(folder, STORE), (path, hash) => readCopy(path, hash)?.look ?? null);
  const hiddenName = () => join(folder, `${HIDDEN}${process.hrtime.bigint()}`);

  async function linkAll(root: string, manifest: Manifest, isHeld: (hash: Hash) => boolean): Promise<void> {
    const made = new Set<string>();
    await inBatches(manifest, ({ path, sha256 }) => {
      if (!isHeld(sha256)) return;
      for (const above of foldersAbove(path)) {
        if (made.has(above)) continue;
        mkdirSync(`${root}/${above}`, { recursive: true, mode: 0o755 });
        made.add(above);
      }
      linkUnlessThere(store.path(sha256), `${root}/${path}`);
    });
  }

  async function hide(number: number): Promise<void> {
    if (!isThere(of(number))) return;
    await fs.rename(of(number), hiddenName());
    await syncFolder(folder);
  }

  return {
    store,
    of,
    hide,
    hasHidden: () => isThere(folder) && readdirSync(folder).some(isHidden),
    async lay(root, manifest) {
      mkdirSync(root, { mode: 0o755 });
      const held = new Map<Hash, boolean>();
      await linkAll(root, manifest, (hash) => {
        const known = held.get(hash) ?? store.check(hash) !== null;
        held.set(hash, known);
        return known;
      });
    },
    async put(number, made) {
      await hide(number);
      mkdirSync(folder, { recursive: true, mode: 0o755 });
      await fs.rename(made, of(number));
    },
    async add(number, manifest, hashes) {
      mkdirSync(of(number), { recursive: true, mode: 0o755 });
      await linkAll(of(number), manifest, (hash) => hashes.has(hash));
    },
    readRight(number, { path, sha256 }) {
      const file = join(of(number), path);
      return isThere(file) ? (readCopy(file, sha256)?.bytes ?? null) : 0;
    },
    strays: (number, manifest) => (isThere(of(number)) ? survey(of(number), manifest).strays : []),
    async prune(numbers) {
      for (const name of await namesIn(folder)) {
        const number = parseSixDigits(name);
        if (number !== null && !numbers.has(number)) await hide(number);
      }
      await removeWhole(...(await namesIn(folder)).filter(isHidden).map((name) => join(folder, name)));
      if (isThere(store.folder)) await store.sweep();
    },
    async clear() {
      for (const number of (await namesIn(folder)).map(parseSixDigits)) if (number !== null) await hide(number);
      if (isThere(folder)) await removeWhole(folder);
    },
  };
}

/** What stands below something that is no folder is not there: that thing is found as a stray. */
function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    if (codeOf(error) === 'ENOTDIR') return false;
    throw error;
  }
}

/** A content may have as many links as the file system allows; a path more is served as it is. */
function linkUnlessThere(copy: string, path: string): void {
  try {
    linkSync(copy, path);
  } catch (error) {
    if (!['EEXIST', 'EMLINK'].includes(codeOf(error) ?? '')) throw error;
  }
}

const NOT_HAD: ReadonlySet<string> = new Set(['ENOENT', 'ELOOP', 'ENXIO', 'ENOTDIR', 'EACCES', 'EIO', 'EISDIR']);

/**
 * Reads a copy whole, without following a link or waiting on a FIFO.
 * @returns null where it does not unpack to the content with this hash, or has not the time that follows from its bytes
 * @throws Error for a failure of the machine, such as too many open files
 */
function readCopy(path: string, sha256: Hash): { readonly look: Look; readonly bytes: number } | null {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (NOT_HAD.has(codeOf(error) ?? '')) return null;
    throw error;
  }
  try {
    const look = fstatSync(fd, { bigint: true });
    if (!look.isFile() || look.size > MOST) return null;
    const bytes = Buffer.allocUnsafe(Number(look.size) + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < bytes.length; length += read) {
      read = readSync(fd, bytes, length, bytes.length - length, null);
    }
    const copy = bytes.subarray(0, length);
    if (length !== Number(look.size) || unpackedSize(copy, sha256) === null) return null;
    return isTimeOf(copy, Number(look.mtimeMs) / 1000) ? { look, bytes: length } : null;
  } catch (error) {
    if (NOT_HAD.has(codeOf(error) ?? '')) return null;
    throw error;
  } finally {
    closeSync(fd);
  }
}
