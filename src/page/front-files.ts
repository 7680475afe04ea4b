import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import pLimit from 'p-limit';
import { addressIn, askedOf, frontOf } from '../audit/check/live-check.ts';
import type { Manifest } from '../format/manifest.ts';
import { Refusal } from '../format/refusal.ts';
import { comparedOf, type Front } from './front-names.ts';
import { lookAtFile, lookAtFolder, MOST_OF_A_PAGE, type Visit } from './site-files.ts';
import { CONNECTIONS, type WebClient } from './web-get.ts';
import { WebTrouble } from './web-trouble.ts';

/** The files in front of a reader, which are compared before anything else. */

/**
 * The page that readers see first and files that it names (styles, scripts, pictures, data), as far as the corte lists
 * them: most of what is in front of a reader, in a second.
 * @returns how many files, all of them the same as signed; null where something is not so, could not be had, or can't be
 *   told: then only the whole look says what
 */
export async function lookAtFront(
  client: WebClient,
  { site, manifest, most }: { readonly site: URL; readonly manifest: Manifest; readonly most: number },
  breathe: () => Promise<void>,
): Promise<Front | null> {
  const front = frontOf(manifest);
  if (!front) return null;
  const bytes = await client.read(addressIn(site, front.path), front.path, Math.min(most, MOST_OF_A_PAGE)).catch(unlessCancelled);
  if (!bytes || bytesToHex(sha256(bytes)) !== front.sha256) return null;
  const named = comparedOf(new TextDecoder().decode(bytes), askedOf(manifest).asked);
  if (!named) return null;
  const turn = pLimit(CONNECTIONS);
  const visit: Visit = {
    client,
    site,
    most,
    front: front.sha256,
    breathe,
    absence: () => Promise.resolve({ status: 404, isPage: false, sha256: null }),
  };
  if (await lookAtFolder(visit, front, { kind: 'same' })) return null;
  const found = await Promise.all(named.compared.map((entry) => turn(() => lookAtFile(visit, entry))));
  const areSame = found.every(({ finding, folder }) => finding.kind === 'same' && !folder);
  return areSame ? { compared: found.length, named: named.named } : null;
}

/** A fault of the network or a file that is too long; the reader's own cancelling is neither. */
function unlessCancelled(error: unknown): null {
  if (error instanceof WebTrouble || error instanceof Refusal) return null;
  throw error;
}
