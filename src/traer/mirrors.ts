import type { Padron } from '../format/padron.ts';

/** A site that may have what this node lacks. Nothing that it says is believed. */
export interface Mirror {
  /** the Difusor's name in the padrón; the host of a site that the configuration names */
  readonly name: string;
  /** of the site's own folder, `/cotejo/` */
  readonly base: URL;
  /** named by this node's administrator, and so allowed to be in a private network */
  readonly isConfigured: boolean;
}

/**
 * Who is asked: the sites of the configuration, then the Difusores of the padrón but for our own, each once.
 * @param padron of the newest corte; null where it has none, or it is not to be used
 * @param own our Difusor's name
 */
export function mirrorsOf(configured: readonly string[], padron: Padron | null, own: string): Mirror[] {
  const named = configured.map((address) => mirrorAt(new URL(address).host, address, true));
  const others = (padron?.difusores ?? []).filter(({ name }) => name !== own);
  const official = others.map(({ name, url }) => mirrorAt(name, url, false));
  return [...new Map([...official, ...named].map((mirror) => [mirror.base.href, mirror])).values()].sort(
    (a, b) => Number(b.isConfigured) - Number(a.isConfigured),
  );
}

function mirrorAt(name: string, address: string, isConfigured: boolean): Mirror {
  const root = new URL(address);
  root.search = '';
  root.hash = '';
  if (!root.pathname.endsWith('/')) root.pathname += '/';
  return { name, base: new URL('cotejo/', root), isConfigured };
}
