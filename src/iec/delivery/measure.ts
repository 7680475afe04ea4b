import type { FileHandle } from 'node:fs/promises';
import { LINK_PROBE } from '../../format/naming.ts';
import { type LinkOptions, openLink } from '../link/open-link.ts';
import { CHUNK } from '../link/send-file.ts';
import type { SftpLink } from '../link/sftp-link.ts';
import { type Told, toldOf } from '../link/trouble.ts';
import type { NodeTarget } from '../setup/config.ts';

/**
 * What a link to a node carries, measured by SFTP over the very way that the cortes take, as content: what SSH, TCP and
 * IP add is not counted.
 *
 * Towards the node, a probe is written as a delivery is: into a folder of the inbox whose name begins with a dot, which
 * the node takes for an upload that has not ended. It is removed again; if the connection ends before, the next probe
 * removes it, or the node does after a day. From the node nothing can be read but its outbox, where a daemon at work has
 * put a file for this purpose; where it has not, the largest other one is taken. It is read over and over, with many
 * reads at once. By small reads a server's own work for each is measured, too, so that how much each had is told.
 */
export interface LinkMeasured {
  readonly up: Rate;
  readonly down: Rate;
}

/**
 * Bits a second, and the bytes of each request by which they were carried.
 * `tooSmall`: bytes of the largest file that could be read.
 */
export type Rate = { readonly bits: number; readonly piece: number } | { readonly trouble: Told } | { readonly tooSmall: number };

const MiB = 1024 * 1024;

/** What is carried first, and then as a whole: at 10 Mbit/s 0.8 s and 6.7 s. A link that is slow with the first is spared the rest. */
export interface Amounts {
  readonly first: number;
  readonly whole: number;
}

export const AMOUNTS: Amounts = { first: MiB, whole: 8 * MiB };
const SLOW_MS = 2000;
/** How long is read at most. */
const READ_MS = 8000;

/** Reads of less than this tell nothing. */
const LEAST_PIECE = 512;

const FOLDER = '.cotejo-prueba';
const FILE = 'prueba';

/**
 * Never throws for what concerns the node.
 * @param probe a file that can't be compressed, of at least as many bytes as the whole amount
 */
export async function measureLink(
  target: NodeTarget,
  probe: FileHandle,
  options: LinkOptions,
  amounts: Amounts = AMOUNTS,
): Promise<LinkMeasured> {
  let link: SftpLink;
  try {
    link = await openLink(target, options);
  } catch (error) {
    const trouble = { trouble: toldOf(error) };
    return { up: trouble, down: trouble };
  }
  try {
    const up = await orTrouble(() => rateTowards(link, target, probe, amounts));
    const down = await orTrouble(() => rateFrom(link, target, amounts));
    return { up, down };
  } finally {
    link.close();
  }
}

async function orTrouble(measure: () => Promise<Rate>): Promise<Rate> {
  try {
    return await measure();
  } catch (error) {
    return { trouble: toldOf(error) };
  }
}

async function rateTowards(link: SftpLink, { inbox }: NodeTarget, probe: FileHandle, { first, whole }: Amounts): Promise<Rate> {
  const folder = `${inbox}/${FOLDER}`;
  const file = `${folder}/${FILE}`;
  if (await link.find(folder)) await removeProbe(link, folder, file);
  await link.makeFolder(folder);
  try {
    const send = (bytes: number) => timed((sent) => link.write(file, probe, 0, bytes, sent));
    const some = await send(first);
    return rateOf(some.ms > SLOW_MS ? some : await send(whole), CHUNK);
  } finally {
    await removeProbe(link, folder, file);
  }
}

async function removeProbe(link: SftpLink, folder: string, file: string): Promise<void> {
  // What is not there can't be removed, and what can't be does no harm: the node takes it away.
  await link.remove(file).catch(() => {});
  await link.removeFolder(folder).catch(() => {});
}

async function rateFrom(link: SftpLink, { outbox }: NodeTarget, { first, whole }: Amounts): Promise<Rate> {
  const [largest] = (await candidates(link, outbox)).sort((a, b) => b.size - a.size);
  if (!largest || largest.size < LEAST_PIECE) return { tooSmall: largest?.size ?? 0 };
  const piece = Math.min(largest.size, CHUNK);
  const began = performance.now();
  const read = (bytes: number) =>
    timed(async (sent) => {
      await link.readOver(largest.path, piece, bytes, (came) => {
        sent(came);
        return performance.now() - began < READ_MS;
      });
    });
  const some = await read(first);
  return rateOf(some.ms > SLOW_MS ? some : await read(whole), piece);
}

/** What a node at work has in its outbox. */
async function candidates(link: SftpLink, outbox: string): Promise<{ path: string; size: number }[]> {
  const paths = [LINK_PROBE, 'status.json', 'refused.jsonl'].map((name) => `${outbox}/${name}`);
  const found = await Promise.all(paths.map((path) => link.find(path)));
  return paths.flatMap((path, i) => (found[i] && !found[i].isFolder ? [{ path, size: found[i].size }] : []));
}

interface Timed {
  readonly bytes: number;
  readonly ms: number;
}

/** Until the last byte was answered for: what comes after it (a sync, a close) is not the link's. */
async function timed(work: (sent: (bytes: number) => void) => Promise<void>): Promise<Timed> {
  const began = performance.now();
  let [bytes, last] = [0, began];
  await work((some) => {
    bytes += some;
    last = performance.now();
  });
  return { bytes, ms: last - began };
}

function rateOf({ bytes, ms }: Timed, piece: number): Rate {
  return { bits: (bytes * 8000) / Math.max(ms, 0.001), piece };
}
