import { join } from 'node:path';
import type { Hash } from '../../format/hash.ts';
import { contentsOf, type Entry, type Manifest } from '../../format/manifest.ts';
import type { Measured } from '../../format/statement.ts';
import type { Exclude } from '../setup/exclude.ts';
import { type Holding, makeHolding } from './holding.ts';
import { createPackage, type PackageWriter } from './package.ts';
import {
  closeListed,
  confirmUnchanged,
  listSource,
  openListed,
  type Part,
  SourceChanged,
  type SourceFile,
  settle,
} from './source.ts';

/** From the source to a manifest and a package, in one reading. */

export interface IntakeOrder {
  /** What the publication is made of. */
  readonly parts: readonly Part[];
  /** What of it is left out. */
  readonly exclude?: Exclude | undefined;
  /** Looks at what was listed before it is read. @throws what makes the corte void */
  readonly inspect?: ((files: readonly SourceFile[]) => Promise<void>) | undefined;
  /** `corte.tar.gz`, to be made. */
  readonly file: string;
  /** Is given each new content as it is taken. @throws what makes the corte void */
  readonly look?: ((path: string, chunks: () => Iterable<Buffer>) => void) | undefined;
  /** A private folder for what is too large for memory. */
  readonly spoolFolder: string;
  /** What the corte before lists, and its hour (ms); nothing, and 0, before the first. */
  readonly previous: Manifest;
  readonly since: number;
  /** milliseconds; what the members are dated */
  readonly mtime: number;
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<unknown>;
  readonly progress?: ((state: Progress) => void) | undefined;
  readonly hooks?: IntakeHooks | undefined;
}

export interface Progress {
  readonly files: number;
  readonly bytes: number;
  readonly ofFiles: number;
  readonly ofBytes: number;
}

/** For tests that must act at a certain moment. */
export interface IntakeHooks {
  /** Called when a file has been read, before the next one is. */
  readonly read?: (path: string) => void | Promise<void>;
  /** Bytes of a file that are held in memory and not in a spool. */
  readonly memoryBytes?: number;
}

export interface Intake {
  readonly manifest: Manifest;
  /** of all files of the manifest */
  readonly contentBytes: number;
  readonly pack: Measured;
}

/**
 * @throws SourceChanged; Refusal and UsageError as {@link listSource}; Refusal `too-large` for the package; Error where
 *   something can't be read or written
 */
export async function takeIn(order: IntakeOrder): Promise<Intake> {
  const files = await listSource(order.parts, order.exclude);
  await order.inspect?.(files);
  await settle(files, order);
  const spare = () => makeHolding(join(order.spoolFolder, 'spool'), order.hooks?.memoryBytes);
  const holdings = [spare(), spare()] as const;
  const writer = await createPackage(order.file, order.mtime);
  try {
    const manifest = await readOnce(order, files, holdings, writer);
    await confirmUnchanged(order.parts, files, order.exclude);
    const pack = await writer.finish();
    return { manifest, contentBytes: sizeOf(files), pack };
  } catch (error) {
    await writer.abandon();
    throw error;
  } finally {
    for (const holding of holdings) holding.close();
  }
}

/**
 * Each file is hashed as it is read. If its content is new it is packed from the holding that it was read into, in
 * another thread, while the next file is read into the other holding.
 */
async function readOnce(
  { previous, since, look, progress, hooks }: IntakeOrder,
  files: readonly SourceFile[],
  holdings: readonly [Holding, Holding],
  writer: PackageWriter,
): Promise<Manifest> {
  const seen = contentsOf(previous);
  const paths = new Set(previous.map(({ path }) => path));
  const manifest: Entry[] = [];
  const ofBytes = sizeOf(files);
  let bytes = 0;
  let [free, other] = holdings;
  let packing: Promise<void> = Promise.resolve();
  for (const file of files) {
    const likelyNew = !paths.has(file.path) || file.seen.ctimeNs >= BigInt(since) * 1_000_000n;
    const sha256 = await read(file, free, likelyNew);
    await hooks?.read?.(file.path);
    manifest.push({ path: file.path, sha256 });
    if (!seen.has(sha256)) {
      seen.add(sha256);
      // It is new although it did not seem so: the one case in which a file is read twice, and both readings must
      // agree.
      if (!likelyNew && (await read(file, free, true)) !== sha256) throw new SourceChanged(file.path);
      look?.(file.path, () => free.chunks());
      await packing;
      packing = writer.add(file.path, file.size, free.chunks());
      packing.catch(() => {}); // thrown where it is awaited; until then it must not count as unhandled
      [free, other] = [other, free];
    }
    bytes += file.size;
    progress?.({ files: manifest.length, bytes, ofFiles: files.length, ofBytes });
  }
  await packing;
  return manifest;
}

/**
 * Reads a listed file into a holding.
 * @param keep whether its bytes are needed afterwards; a large file that is only hashed needs no spool
 */
async function read(file: SourceFile, holding: Holding, keep: boolean): Promise<Hash> {
  const fd = openListed(file);
  const sha256 = await holding.fill(fd, file.size, keep).finally(() => closeListed(fd, file));
  if (sha256 === null) throw new SourceChanged(file.path);
  return sha256;
}

function sizeOf(files: readonly SourceFile[]): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}
