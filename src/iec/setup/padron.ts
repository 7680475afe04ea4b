import type { Padron } from '../../format/padron.ts';

/** The padrón as IEC.toml has it: who the official Difusores are, without the persons to call. */

/** Of whom a padrón is made. */
export interface Roster {
  /** where the IEC itself publishes, https; null where the aviso should not lead there */
  readonly institute: string | null;
  readonly difusores: readonly {
    readonly name: string;
    readonly title: string;
    readonly url: string;
    /** its file on this machine */
    readonly logo: string | null;
    readonly node: readonly { readonly name: string; readonly acuse_key: string }[];
  }[];
}

/** @param logos by the Difusor's name, the path of its logo in the publication */
export function padronOf({ institute, difusores }: Roster, election: string, logos: ReadonlyMap<string, string>): Padron {
  return {
    type: 'cotejo/padron',
    format: 1,
    election,
    institute,
    difusores: difusores.map(({ name, title, url, node }) => ({
      name,
      title,
      url,
      logo: logos.get(name) ?? null,
      nodes: node.map((one) => ({ name: one.name, acuse_key: one.acuse_key })),
    })),
  };
}
