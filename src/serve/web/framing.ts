import { ancestorsOf } from '../../difusor/setup/portals.ts';
import { type Headers, PRESENTATION_POLICY } from './say.ts';

/** Whose pages may have what of this site in a frame, as headers. nginx says the same by systemd/nginx/cotejo.conf. */
export interface Framing {
  /** of the corte's files: where no portal is configured nothing is said, and any page may */
  readonly publication: Headers;
  /** of the notice and the wait, whose policy says more than that */
  readonly standIn: Headers;
  /** of a presentation's files */
  readonly presentation: Headers;
  /** of `marco.html` and `insignia.html`: where no portal is configured, no page of another origin may */
  readonly marco: Headers;
}

const PAGE_POLICY = "default-src 'self' 'unsafe-inline' data:; base-uri 'none'; form-action 'none'";

/** The page that checks asks for a code that a page around it could ask for, too. */
export const UNFRAMED: Headers = { 'Content-Security-Policy': "frame-ancestors 'none'" };

/** @param portals the origins of the configuration, checked */
export function framingOf(portals: readonly string[]): Framing {
  const allowed = `frame-ancestors ${ancestorsOf(portals)}`;
  const isSaid = portals.length > 0;
  return {
    publication: isSaid ? { 'Content-Security-Policy': allowed } : {},
    standIn: { 'Content-Security-Policy': isSaid ? `${PAGE_POLICY}; ${allowed}` : PAGE_POLICY },
    presentation: { 'Content-Security-Policy': isSaid ? `${PRESENTATION_POLICY}; ${allowed}` : PRESENTATION_POLICY },
    marco: { 'Content-Security-Policy': allowed },
  };
}
