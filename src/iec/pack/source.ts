import { type BigIntStats, closeSync, constants, fstatSync, lstatSync, openSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { UsageError } from '../../config/usage-error.ts';
import { isAside } from '../../disk/aside.ts';
import { AUTHORIZATIONS } from '../../format/autorizacion.ts';
import { LIMITS } from '../../format/limits.ts';
import { OFICIAL } from '../../format/padron.ts';
import { checkPath, checkTogether } from '../../format/path.ts';
import { Refusal } from '../../format/refusal.ts';
import { type Said, said, ToldError } from '../../format/said.ts';
import { SITE_NAME, unservedAs } from '../../format/site-names.ts';
import { compareBytes, decodeUtf8, encodeUtf8 } from '../../format/text.ts';
import { codeOf } from '../../format/thrown.ts';
import { EXCLUDE_NOTHING, type Exclude } from '../setup/exclude.ts';
import { words } from './words.ts';

/**
 * The source: the folder that some other program writes, and that must not change while it becomes a corte. It is
 * listed, read once, and listed again; any change makes the corte void, because then nobody could say which hour the
 * corte shows.
 *
 * System calls are synchronous here, many times faster for small files; between them the event loop gets its turn.
 */

/** The source was written to while it was read. Nothing is wrong with it: the next try may succeed. */
export class SourceChanged extends ToldError {
  override readonly name = 'SourceChanged';

  /** @param what a path, or what became wrong with it */
  constructor(what: string | Said) {
    super(words.changed(said(what).map((text) => JSON.stringify(text))));
  }
}

/** A folder that becomes part of a publication. */
export interface Part {
  readonly root: string;
  /** the folder of the publication in which its files lie; empty for the publication itself */
  readonly at: string;
}

export interface SourceFile {
  /** in the publication */
  readonly path: string;
  /** on this machine */
  readonly file: string;
  /** bytes */
  readonly size: number;
  readonly seen: Seen;
}

/** What shows that a file changed. A write within one tick of the kernel's clock does not show: see {@link settle}. */
type Seen = Pick<BigIntStats, 'dev' | 'ino' | 'size' | 'mtimeNs' | 'ctimeNs'>;

/** One tick of the kernel's clock is 10 ms at most; nanoseconds. */
const TICKS = 20_000_000n;

/** Entries that are looked at before other work gets its turn. */
const AT_A_TIME = 500;

/**
 * Lists the regular files of the folders that become a publication, in the order of the manifest. Folders count only as
 * parts of paths.
 * @param source a folder, or the parts of a publication
 * @param exclude what is left out, by its path below its part's folder: it is not even looked at
 * @throws Refusal `path-forbidden`, `too-large`, `manifest-malformed` (no file at all): what no reader would accept,
 *   what every site has for itself, and in the publication itself what is official and has a folder of its own;
 *   UsageError for what is neither a regular file nor a folder; SourceChanged; Error where a folder can't be read
 */
export async function listSource(source: string | readonly Part[], exclude: Exclude = EXCLUDE_NOTHING): Promise<SourceFile[]> {
  const files: SourceFile[] = [];
  let bytes = 0;
  let looked = 0;
  for (const { root, at } of partsOf(source)) {
    const folders: string[] = [''];
    for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
      for (const name of namesIn(root, folder)) {
        const below = folder === '' ? name : `${folder}/${name}`;
        if (exclude(below)) continue;
        const path = at === '' ? below : `${at}/${below}`;
        if (path.startsWith(`${AUTHORIZATIONS}/`) && isAside(name)) continue; // `iec autorizar` is writing it, or was killed
        const file = join(root, below);
        const stat = whileListed(path, () => lstatSync(file, { bigint: true }));
        if (at === '' && folder === '' && name.toLowerCase() === OFICIAL) throw official(path);
        if (stat.isDirectory()) {
          if (path.split('/').length >= LIMITS.pathSegments) throw new Refusal('too-large', words.tooDeep(LIMITS.pathSegments));
          folders.push(below);
        } else {
          if (!stat.isFile()) throw notRegular(path, stat);
          checkPath(path);
          if (unservedAs(path) === 'reserved') throw reserved(path);
          files.push({ path, file, size: Number(stat.size), seen: seenOf(stat) });
          bytes += Number(stat.size);
          if (files.length > LIMITS.files) throw new Refusal('too-large', words.tooMany(LIMITS.files));
          if (bytes > LIMITS.contentBytes) throw new Refusal('too-large', words.contentTooLarge);
        }
        if (++looked % AT_A_TIME === 0) await setImmediate();
      }
    }
  }
  if (files.length === 0) throw new Refusal('manifest-malformed', words.noFile);
  checkTogether(files.map(({ path }) => path));
  return inOrder(files);
}

/**
 * Waits until no listed file could be written to again without showing it: two writes within one tick of the kernel's
 * clock leave the same times, so a file that was written just now must first become older than that.
 */
export async function settle(
  files: readonly SourceFile[],
  { now, sleep }: { now: () => number; sleep: (ms: number) => Promise<unknown> },
): Promise<void> {
  const tooNew = BigInt(Math.floor(now())) * 1_000_000n - TICKS;
  if (files.some(({ seen }) => seen.ctimeNs > tooNew)) await sleep(Number(TICKS / 1_000_000n));
}

/**
 * Opens a listed file; {@link closeListed} must follow.
 * @returns a file descriptor
 * @throws SourceChanged where it is no longer what was listed
 */
export function openListed(file: SourceFile): number {
  // O_NONBLOCK: if the file was replaced by a FIFO, opening it must not block
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const fd = whileListed(file.path, () => openSync(file.file, flags));
  if (isAsListed(fd, file)) return fd;
  closeSync(fd);
  throw new SourceChanged(file.path);
}

/** @throws SourceChanged where the file was written to since it was listed; it is closed in any case */
export function closeListed(fd: number, file: SourceFile): void {
  const same = isAsListed(fd, file);
  closeSync(fd);
  if (!same) throw new SourceChanged(file.path);
}

/**
 * Lists the source again and compares.
 * @throws SourceChanged
 */
export async function confirmUnchanged(
  source: string | readonly Part[],
  files: readonly SourceFile[],
  exclude?: Exclude,
): Promise<void> {
  const again = await listSource(source, exclude).catch((error: unknown) => {
    // What was a good source has become none.
    if (error instanceof Refusal || error instanceof UsageError) throw new SourceChanged(error.said);
    throw error;
  });
  for (let i = 0; i < Math.max(files.length, again.length); i++) {
    const [before, after] = [files[i], again[i]];
    if (!before || !after || before.path !== after.path || !isSame(before.seen, after.seen)) {
      throw new SourceChanged(before?.path ?? after?.path ?? '');
    }
  }
}

/** Only the fields that are compared: whole stats of 100,000 files would take much memory. */
function seenOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): Seen {
  return { dev, ino, size, mtimeNs, ctimeNs };
}

function isAsListed(fd: number, file: SourceFile): boolean {
  return isSame(fstatSync(fd, { bigint: true }), file.seen);
}

function isSame(a: Seen, b: Seen): boolean {
  return a.dev === b.dev && a.ino === b.ino && a.size === b.size && a.mtimeNs === b.mtimeNs && a.ctimeNs === b.ctimeNs;
}

/** Names are bytes on disk. One that is not UTF-8 must not be repaired by Node, or it would not be noticed. */
function namesIn(root: string, folder: string): string[] {
  const read = () => readdirSync(join(root, folder), { encoding: 'buffer' });
  const names = folder === '' ? read() : whileListed(folder, read);
  return names.map((bytes) => {
    const name = decodeUtf8(bytes);
    if (name === null) throw new Refusal('path-forbidden', words.notUtf8(JSON.stringify(bytes.toString('latin1')), folder));
    return name;
  });
}

/** An entry that was listed in its folder and is gone or replaced now was changed while we read. */
function whileListed<T>(path: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP' || code === 'ENXIO') throw new SourceChanged(path);
    throw error;
  }
}

function partsOf(source: string | readonly Part[]): readonly Part[] {
  return typeof source === 'string' ? [{ root: source, at: '' }] : source;
}

function official(path: string): Refusal {
  return new Refusal('path-forbidden', words.officialInSource(JSON.stringify(path)));
}

function reserved(path: string): Refusal {
  return new Refusal('path-forbidden', words.reserved(JSON.stringify(path), SITE_NAME));
}

function notRegular(path: string, stat: BigIntStats): UsageError {
  const kinds = [
    ['link', stat.isSymbolicLink()],
    ['fifo', stat.isFIFO()],
    ['socket', stat.isSocket()],
  ] as const;
  const kind = kinds.find(([, is]) => is)?.[0] ?? 'device';
  return new UsageError(words[kind](JSON.stringify(path)), words.regularOnly);
}

/** Sorts by the bytes of the paths. JavaScript's own order of strings differs beyond U+FFFF. */
function inOrder(files: readonly SourceFile[]): SourceFile[] {
  return files
    .map((file) => [encodeUtf8(file.path), file] as const)
    .sort(([a], [b]) => compareBytes(a, b))
    .map(([, file]) => file);
}
