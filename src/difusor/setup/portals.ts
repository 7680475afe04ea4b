import type { Said } from '../../format/said.ts';
import { words } from './words.ts';

/**
 * The portals that may have this site in a frame: origins, as `frame-ancestors` of a page's policy takes them. A browser
 * asks each page in a frame about all pages around it, so the list goes with the publication too, which stands in a frame
 * of `marco.html`, which stands in one of the portal's.
 */

/** More make no sense, and the header has to fit into what a web server sends. */
export const MOST_PORTALS = 32;

const LABEL = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?';
const ORIGIN = new RegExp(`^https?://(\\*\\.${LABEL}\\.)?(${LABEL}\\.)*${LABEL}(:[1-9][0-9]{0,4})?$`);

/**
 * @param text as somebody wrote it
 * @returns what is wrong with it as an origin, in words and with what was probably meant; null where nothing is
 */
export function whyNoPortal(text: string): Said | null {
  if (text.length <= 255 && ORIGIN.test(text)) return null;
  if (text.includes('*')) return words.originStar;
  const meant = URL.canParse(text) ? new URL(text).origin : 'null';
  return ORIGIN.test(meant) ? words.originMeant(meant) : words.originWanted;
}

/**
 * The sources of `frame-ancestors`, without its name: the site itself, and the portals.
 * @param portals each of which {@link whyNoPortal} has nothing against
 * @throws Error for one that could end the header or add to the policy
 */
export function ancestorsOf(portals: readonly string[]): string {
  const wrong = portals.find((portal) => whyNoPortal(portal) !== null);
  if (wrong !== undefined) throw new Error(`not an origin: ${wrong}`);
  return ["'self'", ...portals].join(' ');
}
