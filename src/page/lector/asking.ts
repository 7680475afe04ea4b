import { isPageInstead } from '../../audit/check/chain-index.ts';
import { addressIn } from '../../audit/check/live-check.ts';
import { isGzipFile } from '../../audit/check/web-answers.ts';
import type { Hash } from '../../format/hash.ts';
import { PINNED } from '../../format/pointer.ts';
import { SITE_NAME } from '../../format/site-names.ts';
import type { WebClient } from '../web-get.ts';
import { WebTrouble } from '../web-trouble.ts';
import type { MirrorAt } from './mirrors.ts';
import type { Run } from './race.ts';

/** Asking one mirror for one file of a corte. */

/** Bytes came that are not the file. */
export class OtherBytes extends Error {
  override readonly name = 'OtherBytes';
}

/** The mirror does not have it, or not any more. */
class Lacking extends Error {
  override readonly name = 'Lacking';
}

/** More came than is taken of one file. */
export class TooLarge extends Error {
  override readonly name = 'TooLarge';
}

export interface FileWanted {
  readonly phase: string;
  readonly isDrill: boolean;
  readonly number: number;
  readonly path: string;
  readonly sha256: Hash;
  /** bytes of all files of the corte together: no file of it has more */
  readonly most: number;
}

export interface Limits {
  /** bytes that are taken of one file */
  readonly file: number;
  /** bytes above which it waits for its turn */
  readonly large: number;
  readonly turn: () => Promise<void>;
}

/** @returns SHA-256 in hexadecimal digits */
export type HashBytes = (bytes: Uint8Array<ArrayBuffer>) => Promise<Hash>;

/**
 * The addresses at which a mirror may have it: that of the corte, which stays, and that of what it shows now, which may be
 * of another corte.
 */
function addressesOf({ url }: MirrorAt, { phase, isDrill, number, path }: FileWanted): ReadonlyArray<readonly [URL, boolean]> {
  const site = new URL(url);
  const ofPhase = new URL(`${SITE_NAME}/fases/${phase}/`, site);
  const pinned = [...(isDrill ? [ofPhase] : []), site].map((base) => new URL(`${SITE_NAME}/${PINNED}/${number}/`, base));
  return [...pinned.map((base) => [addressIn(base, path), !isDrill] as const), [addressIn(site, path), false] as const];
}

/**
 * @returns the file's bytes, which were compared with its hash
 * @throws OtherBytes, Lacking, TooLarge; WebTrouble; the signal's reason
 */
export async function askForFile(
  mirror: MirrorAt,
  wanted: FileWanted,
  client: Pick<WebClient, 'stream'>,
  hash: HashBytes,
  limits: Limits,
  run: Run,
): Promise<Uint8Array<ArrayBuffer>> {
  let hasOther = false;
  let trouble: unknown;
  for (const [address, isPinned] of addressesOf(mirror, wanted)) {
    try {
      const bytes = await readBounded(client, address, Math.min(wanted.most, limits.file), limits, run);
      if (bytes === null) continue;
      if ((await hash(bytes)) === wanted.sha256) return bytes;
      hasOther ||= isPinned && !isExcused(bytes, wanted.path);
    } catch (error) {
      if (error instanceof TooLarge && limits.file >= wanted.most) hasOther ||= isPinned;
      else if (error instanceof TooLarge || error instanceof WebTrouble) trouble ??= error;
      else throw error;
    }
    if (hasOther) break;
  }
  if (hasOther) throw new OtherBytes();
  throw trouble ?? new Lacking();
}

/** What a server does to any file of such a name, or for any that it does not have, is told of nobody. */
function isExcused(bytes: Uint8Array, path: string): boolean {
  if (isGzipFile(path)) return bytes[0] !== 0x1f || bytes[1] !== 0x8b;
  return !/\.x?html?$/i.test(path) && isPageInstead(bytes, true);
}

async function readBounded(
  client: Pick<WebClient, 'stream'>,
  address: URL,
  most: number,
  { large, turn }: Limits,
  run: Run,
): Promise<Uint8Array<ArrayBuffer> | null> {
  let chunks: Uint8Array[] = [];
  let length = 0;
  const type = await client.stream(
    address,
    async (chunk) => {
      length += chunk.length;
      run.came(chunk.length);
      if (length > most) throw new TooLarge();
      chunks.push(chunk);
      if (length > large) await turn();
    },
    () => {
      chunks = [];
      length = 0;
    },
  );
  if (type === null) return null;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
