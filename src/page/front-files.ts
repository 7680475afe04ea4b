import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import pLimit from 'p-limit';
import { addressIn, askedOf, frontOf } from '../audit/check/live-check.ts';
import type { Manifest } from '../format/manifest.ts';
import { Refusal } from '../format/refusal.ts';
import { namedBy } from './front-names.ts';
import { look, MOST_OF_A_PAGE, type Visit } from './site-files.ts';
import { CONNECTIONS, type WebClient, WebTrouble } from './web-get.ts';

/** The files in front of a reader, which are compared before anything else. */

/**
 * The page that readers see first and what it shows by itself (styles, scripts, pictures, data that it names), as far as the
 * corte lists them: what is in front of a reader, in a second.
 * @returns how many files, all of them the same as signed; null where something is not so, or could not be had: then only
 *   the whole look says what
 */
export async function lookAtFront(
  client: WebClient,
  { site, manifest, most }: { readonly site: URL; readonly manifest: Manifest; readonly most: number },
  breathe: () => Promise<void>,
): Promise<number | null> {
  const front = frontOf(manifest);
  if (!front) return null;
  const bytes = await client.read(addressIn(site, front.path), front.path, Math.min(most, MOST_OF_A_PAGE)).catch(unlessCancelled);
  if (!bytes || bytesToHex(sha256(bytes)) !== front.sha256) return null;
  const named = namedBy(new TextDecoder().decode(bytes), askedOf(manifest).asked).slice(0, MOST_OF_FRONT);
  const turn = pLimit(CONNECTIONS);
  const visit: Visit = {
    client,
    site,
    most,
    breathe,
    absence: () => Promise.resolve({ status: 404, isPage: false, sha256: null }),
  };
  const found = await Promise.all(named.map((entry) => turn(() => look(visit, entry))));
  return found.every(({ kind }) => kind === 'same') ? 1 + found.length : null;
}

/** More of them are compared after the history. */
const MOST_OF_FRONT = 24;

/** A fault of the network or a file that is too long; the reader's own cancelling is neither. */
function unlessCancelled(error: unknown): null {
  if (error instanceof WebTrouble || error instanceof Refusal) return null;
  throw error;
}
