import { instantOf } from '../../format/time.ts';
import type { Phase } from '../../format/trust.ts';

/**
 * What an address means. `/` is the publication that the election is about; each phase is also at `/<phase>/`, a
 * simulacro only there, so that a drill can never be taken for results. Beside them stand `/chain/`, `/acuses/`,
 * `/cotejo.html`, `/status.json` and `/health`: what a publication has under such a name is reached under `/<phase>/`.
 */
export type Route =
  | { readonly kind: 'public'; readonly phase: string; readonly segments: readonly string[] }
  | { readonly kind: 'chain' | 'acuses'; readonly segments: readonly string[] }
  | { readonly kind: 'status' | 'health' | 'page' }
  /** a folder's address without its slash */
  | { readonly kind: 'moved'; readonly to: string }
  /** there is no publication at `/` */
  | { readonly kind: 'no-oficial' }
  /** an address that no honest link has */
  | { readonly kind: 'malformed' };

/**
 * @param url as it stands in the request line
 * @param now milliseconds
 */
export function routeOf(url: string, phases: readonly Phase[], now: number): Route {
  const segments = segmentsOf(url);
  if (!segments) return { kind: 'malformed' };
  const [first = '', ...rest] = segments;
  const isFolder = rest.length > 0;
  if (first === 'status.json' && !isFolder) return { kind: 'status' };
  if (first === 'health' && !isFolder) return { kind: 'health' };
  if (first === 'cotejo.html' && !isFolder) return { kind: 'page' };
  if (first === 'chain' || first === 'acuses') {
    return isFolder ? { kind: first, segments: rest } : { kind: 'moved', to: `${first}/` };
  }
  if (phases.some(({ name }) => name === first)) {
    return isFolder ? { kind: 'public', phase: first, segments: rest } : { kind: 'moved', to: `${first}/` };
  }
  const oficial = oficialNow(phases, now);
  return oficial ? { kind: 'public', phase: oficial.name, segments } : { kind: 'no-oficial' };
}

/** Of several oficial phases the one that opened last, or else the one that opens first. @internal */
export function oficialNow(phases: readonly Phase[], now: number): Phase | null {
  const oficial = phases.filter(({ kind }) => kind === 'oficial').sort((a, b) => instantOf(a.opens_at) - instantOf(b.opens_at));
  return oficial.filter(({ opens_at }) => instantOf(opens_at) <= now).at(-1) ?? oficial[0] ?? null;
}

/** @returns the decoded segments (the last one empty for a folder), or null where one could mean something else */
function segmentsOf(url: string): string[] | null {
  const path = url.split('?', 1)[0] as string;
  if (!path.startsWith('/')) return null;
  const segments: string[] = [];
  const parts = path.slice(1).split('/');
  for (const [i, part] of parts.entries()) {
    const segment = decoded(part);
    const isEnd = i === parts.length - 1;
    if (segment === null || (segment === '' && !isEnd) || /[/\\]|\p{Cc}/u.test(segment)) return null;
    if (segment === '.' || segment === '..') return null;
    segments.push(segment);
  }
  return segments;
}

function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null; // malformed escapes are told only by throwing
  }
}
