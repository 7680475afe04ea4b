import { promises as fs } from 'node:fs';
import { dirname, join } from 'node:path';
import { syncFolder, writeDurably } from '../../disk/durable.ts';
import { removeFilled, removeWhole } from '../../disk/remove.ts';
import type { Code } from '../../format/refusal.ts';
import type { Said } from '../../format/said.ts';
import { codeOf } from '../../format/thrown.ts';
import type { Node } from '../phase/node.ts';
import { isOfTraer, type Waiting } from './look.ts';
import { moveOut, renamed } from './move-out.ts';
import { inTurn, isFolderOfTraer, nameOfRefusal, nextTurn, REASON, type Reason } from './reasons.ts';

/**
 * Where deliveries go when they leave the inbox. Each is moved by one rename, whatever is in it, so that none can delay
 * the next.
 */

/**
 * The reasons of this many refused deliveries are kept; the oldest are removed first. Proofs of a fork go to
 * `evidence/` and stay.
 */
const KEPT = 200;
/** Of what `cotejo traer` brought, so many by themselves: whoever has its account must not push the IEC's out. */
const KEPT_OF_TRAER = 50;
/**
 * Bytes of deliveries in `refused/`, and in `evidence/`, at most: a package may have 8 GiB. The reason is kept even
 * without it.
 */
const ASIDE_BYTES = 2 * 1024 ** 3;
/** A delivery with more files and folders than this is junk, whatever its size: each of them takes an inode. */
const MOST_FILES = 1000;
/** At most this many forks are kept: a thief of a key can sign any number of them, and one proves as much as a thousand. */
const EVIDENCE = 500;
/**
 * @param total bytes that the IEC's account may cause at a node (`[sftp] inbox_bytes`), null where the file system says
 * @returns how many of them refused deliveries may take
 */
export function asideBytes(total: number | null): number {
  return total === null ? ASIDE_BYTES : Math.min(ASIDE_BYTES, Math.floor(total / 4));
}

/** The very bytes that were judged, by file name: the inbox may hold others by now. */
export type Judged = Readonly<Record<string, Uint8Array>>;

/**
 * Moves a refused delivery aside with its reason.
 * @param judged what proves the refusal, kept beside it where it is a fork
 * @returns false where it can't be moved (its owner forbids it): it stays, and the caller must not try it over and over
 */
export async function setAside(node: Node, waiting: Waiting, code: Code, detail: Said, judged: Judged = {}): Promise<boolean> {
  const at = new Date(node.now()).toISOString();
  const isFork = code === 'fork' || code === 'trust-fork';
  const evidence = await fs.readdir(node.rooms.evidence);
  const isEvidence = isFork && evidence.length < EVIDENCE;
  const hasRoom = !isEvidence || (await weigh(node.rooms.evidence, node.asideBytes, Infinity)) < node.asideBytes;
  const turn = nextTurn([...evidence, ...(await fs.readdir(node.rooms.refused))]);
  const name = nameOfRefusal({ at, delivery: waiting.name, code }, turn, isOfTraer(waiting.name));
  const folder = join(isEvidence ? node.rooms.evidence : node.rooms.refused, name);
  const reason = `${JSON.stringify({ at, delivery: waiting.name, code, detail: detail.en } satisfies Reason)}\n`;
  // Of what is no evidence, a power cut may leave the reason empty or take all: the folder's name still says what it was, and
  // nothing of the kind proves anything to others that they can't have already. A sync for each would let junk, or more forks
  // than are kept, hold up the cortes behind them.
  const write = isEvidence ? writeDurably : writePlainly;
  await fs.mkdir(folder, { mode: 0o700 });
  try {
    if (isFork) await writeProof(folder, judged, write);
    await write(join(folder, REASON), reason); // where it is durable, so is `judged` in the folder
    if (isEvidence) await syncFolder(dirname(folder));
  } catch (error) {
    await removeWhole(folder); // it stays in the inbox, and each further try would leave another
    throw error;
  }
  // A fork is proved by the bytes that were judged; its package is discarded once too much is kept.
  // What others than the IEC brought is not kept: its reason is, and a fork is proved by what was judged.
  const isKept = hasRoom && !isOfTraer(waiting.name);
  return isKept ? moveOut(waiting, join(folder, 'delivery'), node.taken, () => node.step('pruning')) : discard(node, waiting);
}

/**
 * What proves a fork. Where it is kept as evidence it is on the disk, whole, before its delivery leaves the inbox: nobody
 * sends it twice, and of all that a node keeps it is the one thing that convicts.
 */
async function writeProof(folder: string, judged: Judged, write: Write): Promise<void> {
  const proof = join(folder, 'judged');
  await fs.mkdir(proof);
  for (const [file, bytes] of Object.entries(judged)) await write(join(proof, file), bytes);
}

type Write = (file: string, bytes: string | Uint8Array) => Promise<void>;

/** Without a sync. */
const writePlainly: Write = (file, bytes) => fs.writeFile(file, bytes);

/** Takes a delivery that was admitted out of the inbox. */
export async function discard(node: Node, waiting: Waiting): Promise<boolean> {
  const aside = outOfTheWay(node);
  if (!(await moveOut(waiting, aside, node.taken, () => node.step('pruning')))) return false;
  await removeFilled([aside], () => node.step('pruning'));
  return true;
}

/** Where what is removed goes first. What can't be removed (its owner may forbid it) stays there, where it does no harm. */
function outOfTheWay(node: Node): string {
  return join(node.rooms.staging, `taken-${process.hrtime.bigint()}`);
}

/**
 * Keeps `refused/` within its bounds: the newest reasons and, beginning with the newest, the deliveries that fit. The
 * IEC's account can send bytes faster than anybody looks at them.
 */
export async function trimRefused(node: Node): Promise<void> {
  const room = node.rooms.refused;
  const names = inTurn(await fs.readdir(room), (name) => name);
  const brought = names.filter(isFolderOfTraer);
  const own = names.filter((name) => !isFolderOfTraer(name));
  const old = [...own.slice(0, -KEPT), ...brought.slice(0, -KEPT_OF_TRAER)];
  const heavy: string[] = [];
  let bytes = 0;
  for (const name of own.slice(-KEPT).reverse()) {
    const weight = await weigh(join(room, name, 'delivery'), node.asideBytes - bytes, MOST_FILES);
    if (weight === Infinity) heavy.push(name);
    else bytes += weight;
  }
  // First out of here: of what can't be removed there may be any number, and it must neither count nor be tried each time.
  const deliveries: string[] = [];
  for (const name of [...old, ...heavy]) {
    const delivery = join(room, name, 'delivery');
    const aside = outOfTheWay(node);
    deliveries.push((await renamed(delivery, aside)) === null ? aside : delivery);
  }
  await removeFilled([...old.map((name) => join(room, name)), ...deliveries], () => node.step('pruning'));
}

/**
 * Adds up the room that everything under a path takes on the disk (holes in a file take none), without following links,
 * and stops as soon as it is too much.
 * @returns Infinity where it is too much, and for what can't be looked into
 */
async function weigh(path: string, most: number, files: number): Promise<number> {
  let [bytes, count] = [0, 0];
  const ahead = [path];
  for (let at = ahead.pop(); at !== undefined; at = ahead.pop()) {
    try {
      const seen = await fs.lstat(at);
      bytes += seen.blocks * 512;
      count += 1;
      if (bytes > most || count > files) return Infinity;
      if (!seen.isDirectory()) continue;
      for await (const { name } of await fs.opendir(at)) {
        ahead.push(join(at, name));
        if (ahead.length > files) return Infinity;
      }
    } catch (error) {
      const code = codeOf(error);
      if (code === 'EACCES' || code === 'ENAMETOOLONG') return Infinity;
      if (code !== 'ENOENT') throw error;
    }
  }
  return bytes;
}
