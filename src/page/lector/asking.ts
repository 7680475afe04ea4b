import { concatBytes } from '@noble/hashes/utils.js';
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
import { readPointer } from './site-pointer.ts';

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
  /** where it is asked for first: a site's own address has no drill while an official phase is shown */
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

/** Whose an address is: the phase's own; the site's, of the phase that it shows now; or of whatever it shows now. */
type Whose = 'phase' | 'site' | 'shown';

/** The addresses at which a mirror may have it: those of the corte, which stay, and that of what it shows now. */
function addressesOf(site: URL, { phase, isDrill, number, path }: FileWanted): ReadonlyArray<readonly [URL, Whose]> {
  const pinned = (base: URL) => addressIn(new URL(`${SITE_NAME}/${PINNED}/${number}/`, base), path);
  const ofPhase = [pinned(new URL(`${SITE_NAME}/fases/${phase}/`, site)), 'phase'] as const;
  const ofSite = [pinned(site), 'site'] as const;
  return [...(isDrill ? [ofPhase, ofSite] : [ofSite, ofPhase]), [addressIn(site, path), 'shown'] as const];
}

/**
 * @returns the file's bytes, which were compared with its hash
 * @throws OtherBytes, Lacking, TooLarge; WebTrouble; the signal's reason
 */
export async function askForFile(
  mirror: MirrorAt,
  wanted: FileWanted,
  client: Pick<WebClient, 'stream' | 'read'>,
  hash: HashBytes,
  limits: Limits,
  run: Run,
): Promise<Uint8Array<ArrayBuffer>> {
  const site = new URL(mirror.url);
  const other = new Set<Whose>();
  let trouble: unknown;
  for (const [address, whose] of addressesOf(site, wanted)) {
    try {
      const bytes = await readBounded(client, address, Math.min(wanted.most, limits.file), limits, run);
      if (bytes === null) continue;
      if ((await hash(bytes)) === wanted.sha256) return bytes;
      if (!isExcused(bytes, wanted.path)) other.add(whose);
    } catch (error) {
      if (error instanceof TooLarge && limits.file >= wanted.most) other.add(whose);
      else if (error instanceof TooLarge || error instanceof WebTrouble) trouble ??= error;
      else throw error;
    }
    if (other.has('phase')) throw new OtherBytes();
  }
  // What the site's own address has may be of another phase: that is asked after it was read, since it may have changed.
  const shown = other.has('site') ? await readPointer(client, new URL(`${SITE_NAME}/`, site)) : null;
  if (shown?.phase === wanted.phase) throw new OtherBytes();
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
      if (length > large) await run.held(turn());
    },
    () => {
      chunks = [];
      length = 0;
    },
  );
  if (type === null) return null;
  return concatBytes(...chunks);
}
