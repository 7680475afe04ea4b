import type { HeldCorte } from './cortes.ts';
import type { Files } from './files.ts';
import type { MirrorAt } from './mirrors.ts';
import { padronOf } from './padron.ts';

/**
 * The mirrors that the padrón of a verified corte names.
 * @param isDrill whether its phase is a drill
 * @param isSecure whether the lector came by https: then a browser asks no mirror by http
 * @returns null where the corte has none that can be read, so that those known stay
 */
export async function mirrorsListedIn(
  held: HeldCorte,
  isDrill: boolean,
  files: Files,
  isSecure: boolean,
): Promise<readonly MirrorAt[] | null> {
  const found = await padronOf(held, isDrill, files);
  if (found === 'none') return [];
  if (found === null || found === 'malformed') return null;
  return found.padron.difusores.flatMap(({ title, url }) => {
    const at = folderOf(url);
    return isSecure && at.protocol !== 'https:' ? [] : [{ name: title, url: at.href }];
  });
}

function folderOf(address: string): URL {
  const url = new URL(address);
  url.search = '';
  url.hash = '';
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}
