import { isName } from '../../format/document.ts';
import type { PublicKey } from '../../format/key.ts';
import type { Trust } from '../../format/trust.ts';
import { ancestorsOf } from './portals.ts';

/** What the machine of a node is configured to: the texts for sshd and nginx, made and not yet written. */

export interface Site {
  /** of the publication; a drill is shown at `simulacro.` before it */
  readonly domain: string;
  /** the official phase that is shown there */
  readonly phase: string;
  /** the drill that is shown meanwhile; null where the trust document has none */
  readonly drill: string | null;
  /** the origins whose pages may have the site in a frame */
  readonly portals: readonly string[];
}

/** @returns whether a text can stand as a host's name in nginx's configuration and in a certificate */
export function isDomain(text: string): boolean {
  return text.length <= 253 && /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/.test(text);
}

/** @returns the phases of a trust document that a site can show: official ones, and drills, the last one first */
export function phasesToShow({ phases }: Trust): { official: string[]; drills: string[] } {
  const named = (kind: string) => phases.filter((phase) => phase.kind === kind).map(({ name }) => name);
  return { official: named('oficial'), drills: named('simulacro').reverse() };
}

/** What the shipped site (systemd/nginx/cotejo.conf) has in the place of a Difusor's own names. */
const SHIPPED = { domain: 'prep.example', phase: 'jornada', drill: 'simulacro-1' } as const;

const NO_PORTALS = /(\n {0,4}map \$host \$cotejo_portals \{\n {4}default )"";/;

/**
 * @param shipped the text of systemd/nginx/cotejo.conf
 * @returns the site of this Difusor; without the drill's server where there is no drill
 * @throws Error where the shipped text is not what this knows, or a name could not stand in it
 */
export function nginxSite(shipped: string, { domain, phase, drill, portals }: Site): string {
  if (!isDomain(domain) || !isName(phase) || (drill !== null && !isName(drill))) throw new Error('not the names of a site');
  const start = shipped.indexOf('\n# A drill is shown under another name');
  const [main, second] = [shipped.slice(0, start), shipped.slice(start)];
  const place = (name: string) => `/public/${name};`;
  const parts = [
    main.includes(place(SHIPPED.phase)),
    second.includes(place(SHIPPED.drill)),
    shipped.includes(SHIPPED.domain),
    NO_PORTALS.test(main),
  ];
  if (start === -1 || parts.includes(false)) throw new Error('the shipped site of nginx is another one');
  const text = drill === null ? main : main + second.replaceAll(SHIPPED.drill, drill);
  ancestorsOf(portals); // throws for what could not stand in a header
  return text
    .replace(place(SHIPPED.phase), place(phase))
    .replace(NO_PORTALS, `$1"${portals.join(' ')}";`)
    .replaceAll(SHIPPED.domain, domain)
    .replace(
      /^# Change the names in .*\n/m,
      '# Written by cotejo difusor init; the certificate is yours to add (docs/difusor.md).\n',
    );
}

/** @returns the one line of the file that says who may deliver over sshd */
export function authorizedKeys(iecKey: PublicKey): string {
  return `restrict ${iecKey} IEC\n`;
}
