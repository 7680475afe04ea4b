import { addressIn } from '../audit/check/live-check.ts';
import { AUTHORIZATIONS, type Autorizacion, isAuthorizedFor, parseAuthorization } from '../format/autorizacion.ts';
import { hashOf } from '../format/hash.ts';
import { LIMITS } from '../format/limits.ts';
import type { Manifest } from '../format/manifest.ts';
import { Refusal } from '../format/refusal.ts';
import type { Corte } from '../verdict/history.ts';

/** So many documents are read: they are told beside the verdict, which does not depend on them. */
const MOST = 16;

/**
 * The presentations that the newest corte authorises, by the documents that the site shows of it. One that can't be had
 * as the corte lists it, or is malformed, is left out: what is said of the site's files says that already.
 * @param read a whole small file; null where there is none
 */
export async function authorizedAt(
  read: (url: URL, path: string, limit: number) => Promise<Uint8Array | null>,
  site: URL,
  { statement }: Pick<Corte, 'statement'>,
  manifest: Manifest,
): Promise<Autorizacion[]> {
  const found: Autorizacion[] = [];
  const entries = manifest.filter(({ path }) => path.startsWith(`${AUTHORIZATIONS}/`) && path.endsWith('.json'));
  for (const { path, sha256 } of entries.slice(0, MOST)) {
    try {
      const bytes = await read(addressIn(site, path), path, LIMITS.documentBytes);
      if (bytes === null || hashOf(bytes) !== sha256) continue;
      const document = parseAuthorization(bytes, path);
      if (isAuthorizedFor(document, statement)) found.push(document);
    } catch (error) {
      if (!(error instanceof Refusal)) return found; // the site is gone, or the reader: the verdict stands without it
    }
  }
  return found;
}
