import { PADRON_FILE, parsePadron } from '../../format/padron.ts';
import { Refusal } from '../../format/refusal.ts';
import type { HeldCorte } from './cortes.ts';
import type { Files } from './files.ts';
import type { MirrorAt } from './mirrors.ts';

/**
 * The mirrors that the padrón of a verified corte names.
 * @param isDrill whether its phase is a drill
 * @param isSecure whether the lector came by https: then a browser asks no mirror by http
 * @returns null where the corte has none that can be read, so that those known stay
 */
export async function mirrorsListedIn(
  { corte: { statement }, byPath }: HeldCorte,
  isDrill: boolean,
  files: Files,
  isSecure: boolean,
): Promise<readonly MirrorAt[] | null> {
  const sha256 = byPath.get(PADRON_FILE);
  if (sha256 === undefined) return [];
  const { phase, number, election, manifest } = statement;
  const given = await files.get({ phase, isDrill, number, path: PADRON_FILE, sha256, most: manifest.content_bytes });
  if (given.kind !== 'file') return null;
  try {
    const padron = parsePadron(given.bytes);
    if (padron.election !== election) return null;
    return padron.difusores.flatMap(({ title, url }) => {
      const at = folderOf(url);
      return isSecure && at.protocol !== 'https:' ? [] : [{ name: title, url: at.href }];
    });
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

function folderOf(address: string): URL {
  const url = new URL(address);
  url.search = '';
  url.hash = '';
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}
