import type { Padron } from '../format/padron.ts';

/**
 * The site of the Difusor whose portal has this address: its own host, or one below the portal's, as
 * `prep.ejemplo.mx` is below `www.ejemplo.mx`.
 * @returns null where there is none, or more than one, so that nothing is guessed
 */
export function nodeInPadron({ difusores }: Pick<Padron, 'difusores'>, portal: URL): URL | null {
  const host = portal.hostname.replace(/^www\./, '');
  const sites = difusores.map(({ url }) => new URL(url));
  const found = sites.filter(({ hostname }) => hostname === host || hostname.endsWith(`.${host}`) || hostname === portal.hostname);
  const [site] = found;
  if (!site || found.length > 1) return null;
  if (!site.pathname.endsWith('/')) site.pathname += '/';
  return site;
}
