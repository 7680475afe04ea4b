import { createHash } from 'node:crypto';
import { createReadStream, promises as fs } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Hash } from '../format/hash.ts';
import { Refusal } from '../format/refusal.ts';
import { ToldError } from '../format/said.ts';
import { OwnTrouble } from './blame.ts';
import { gather } from './gather.ts';
import type { Gathering, GatherPlan } from './gathering.ts';
import { pieceSize, piecesOf } from './pieces.ts';
import { readProgress, writeProgress } from './progress.ts';
import type { SiteReads } from './site.ts';
import { words } from './words.ts';

/**
 * The package of a corte, from as many mirrors as have it. Its hash is signed; that of a piece is not. So where the whole is
 * wrong, it is fetched once more, from one mirror alone after the other, until one gives what was signed: then it is known
 * byte by byte who gave something else.
 */

export interface PackagePlan extends GatherPlan {
  readonly sha256: Hash;
  /** where `corte.tar.gz` is to be, and may be in part */
  readonly folder: string;
}

/** Who fetches at the same time at most: more gain nothing, and take from others. */
const MOST_SITES = 6;

/**
 * Writes it, and makes nothing durable: whoever delivers it does.
 * @throws ToldError where nobody gave it whole; Error where the disk fails, or `stop` was what ended it
 */
export async function fetchPackage(plan: PackagePlan): Promise<void> {
  const { folder, bytes, sha256, stop } = plan;
  const sites = plan.sites.slice(0, MOST_SITES);
  const file = join(folder, 'corte.tar.gz');
  const known = await readProgress(folder, sha256, bytes);
  const size = known?.size ?? pieceSize(bytes, sites.length);
  const handle = await fs.open(file, known ? 'r+' : 'w+', 0o640).catch(() => fs.open(file, 'w+', 0o640));
  let gathered: Gathering;
  try {
    const there = new Set(known && (await handle.stat()).size >= bytes ? known.done : []);
    await handle.truncate(bytes);
    const pieces = piecesOf(bytes, size, there);
    const written = [...there];
    /** one at a time: two would write the same file beside it */
    let noting: Promise<void> = Promise.resolve();
    gathered = await gather({ ...plan, sites }, pieces, async (piece, content) => {
      await writeAt(handle, content, piece.from);
      written.push(piece.index);
      if (pieces.count === 1) return;
      noting = noting.then(() => writeProgress(folder, { sha256, bytes, size, done: written }));
      await noting;
    });
  } finally {
    await handle.close();
  }
  if ((await hashOf(file, stop)) === sha256) return;
  await findLiar({ ...plan, sites }, gathered, size, file);
}

/** @throws ToldError where no mirror alone gives what was signed */
async function findLiar(plan: PackagePlan, gathered: Gathering, size: number, file: string): Promise<void> {
  const { folder, bytes, sha256, failed, stop } = plan;
  const owners = new Set([...gathered.values()].map(({ site }) => site));
  const isAsItCame = await readsBack(file, gathered, size, bytes);
  const [only] = owners;
  const isAllOfOne = owners.size === 1 && gathered.size === Math.ceil(bytes / size);
  if (only && isAllOfOne && isAsItCame) failed(only, otherBytes(only));
  await fs.rm(file, { force: true });
  await writeProgress(folder, { sha256, bytes, size, done: [] });
  if (!isAsItCame) throw new OwnTrouble(words.ownDisk(file));
  for (const site of plan.sites) {
    if ((isAllOfOne && site === only) || gathered.out.has(site)) continue;
    const alone = join(folder, '.alone');
    const handle = await fs.open(alone, 'w+', 0o640);
    let gave: Gathering;
    try {
      // In pieces of the same size, so that a site which gives no parts of a file is asked for the whole.
      gave = await gather({ ...plan, sites: [site] }, piecesOf(bytes, size), (piece, content) =>
        writeAt(handle, content, piece.from),
      );
    } catch (error) {
      if (stop.aborted || !(error instanceof ToldError)) throw error;
      continue; // who is gone has proved nothing
    } finally {
      await handle.close();
    }
    if ((await hashOf(alone, stop)) !== sha256) {
      if (!(await readsBack(alone, gave, size, bytes))) throw new OwnTrouble(words.ownDisk(alone));
      failed(site, otherBytes(site));
      continue;
    }
    for (const found of await whoseDiffer(alone, gathered, size, bytes)) failed(found, otherBytes(found));
    await fs.rename(alone, file);
    return;
  }
  await fs.rm(join(folder, '.alone'), { force: true });
  throw new ToldError(words.nobodyHas(`${plan.place.phase} ${plan.place.number}`));
}

/**
 * What a package of wrong bytes says of who gave it: no lie, however well made it is. A cache may keep the package of a
 * corte of this number that was disowned and sent anew, and nothing signed says of the bytes alone what they are.
 */
function otherBytes({ mirror }: SiteReads): Refusal {
  return new Refusal('package-mismatch', words.otherBytes(mirror.name));
}

/** Who gave a piece that is not as in the right package, by what came of it over the network and not by what a disk made of it. */
async function whoseDiffer(right: string, gathered: Gathering, size: number, bytes: number): Promise<Set<SiteReads>> {
  const found = new Set<SiteReads>();
  const handle = await fs.open(right, 'r');
  try {
    for (const [index, { site, sha256 }] of gathered) {
      const length = Math.min(size, bytes - index * size);
      const { buffer } = await handle.read(Buffer.allocUnsafe(length), 0, length, index * size);
      if (createHash('sha256').update(buffer).digest('hex') !== sha256) found.add(site);
    }
  } finally {
    await handle.close();
  }
  return found;
}

/** Whether a file holds what came over the network, piece by piece. Of pieces that an earlier process wrote nothing is known. */
async function readsBack(file: string, gathered: Gathering, size: number, bytes: number): Promise<boolean> {
  return (await whoseDiffer(file, gathered, size, bytes)).size === 0;
}

async function writeAt(handle: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) done += (await handle.write(bytes, done, bytes.length - done, at + done)).bytesWritten;
}

async function hashOf(file: string, stop: AbortSignal): Promise<Hash> {
  const hash = createHash('sha256');
  const parts: AsyncIterable<Buffer> = createReadStream(file, { highWaterMark: 1024 * 1024, signal: stop });
  for await (const part of parts) hash.update(part);
  return hash.digest('hex');
}
