import { PINNED, POINTER } from '../../format/pointer.ts';
import { OLD_PAGE, SITE_NAME } from '../../format/site-names.ts';
import { instantOf } from '../../format/time.ts';
import type { Phase } from '../../format/trust.ts';
import { addressOf, type Segments, segmentsOf } from './request-target.ts';

/**
 * What an address means. `/` is the publication that the election is about. Everything that belongs to the site and not
 * to the publication is below the one reserved name `/cotejo/`. Each phase is also at `/cotejo/fases/<phase>/`; a
 * simulacro is only there, so that a drill can never be taken for results.
 */
export type Route =
  /** `above`: the segments under which the phase's publication lies here */
  | { readonly kind: 'public'; readonly phase: string; readonly above: Segments; readonly segments: Segments }
  /** a presentation of a phase, as `above` */
  | { readonly kind: 'presentation'; readonly phase: string; readonly above: Segments; readonly segments: Segments }
  | { readonly kind: 'chain' | 'acuses'; readonly segments: Segments }
  /** what a phase shows, and where that stays. `site` is the address of the folder in which this stands */
  | { readonly kind: 'pointer'; readonly phase: string; readonly site: string }
  /** a corte by its number */
  | {
      readonly kind: 'pinned';
      readonly phase: string;
      readonly number: number;
      readonly above: Segments;
      readonly segments: Segments;
    }
  | { readonly kind: 'status' | 'health' | 'page' }
  /** what a portal has in a frame, and its script */
  | { readonly kind: 'marco'; readonly file: string }
  | { readonly kind: 'moved'; readonly to: string }
  /** there is no publication at `/` */
  | { readonly kind: 'no-oficial' }
  | { readonly kind: 'nothing' }
  /** an address that no genuine link has */
  | { readonly kind: 'malformed' };

/** The pages for the portals of Difusores, as they lie in dist. */
const MARCO_FILES: readonly string[] = ['marco.html', 'marco.js', 'insignia.html'];

/** Where each phase is, whatever `/` shows. */
const PHASES = 'fases';

/** Where the presentations of what is shown are. */
const PRESENTATIONS = 'presentacion';

/**
 * @param target as it stands in the request line
 * @param now milliseconds
 */
export function routeOf(target: string, phases: readonly Phase[], now: number): Route {
  const segments = segmentsOf(target);
  if (segments === null) return { kind: 'malformed' };
  const [first = '', ...rest] = segments;
  if (first === SITE_NAME) return ofSite(rest, phases, now);
  if (first === OLD_PAGE && rest.length === 0) return { kind: 'moved', to: `/${SITE_NAME}/` };
  const oficial = oficialNow(phases, now);
  return oficial ? { kind: 'public', phase: oficial.name, above: [], segments } : { kind: 'no-oficial' };
}

/** The address of a phase's publication besides `/`. */
export function phaseAddress(phase: string): string {
  return `/${SITE_NAME}/${PHASES}/${phase}/`;
}

function ofSite([first, ...rest]: Segments, phases: readonly Phase[], now: number): Route {
  const isFolder = rest.length > 0;
  if (first === undefined) return { kind: 'moved', to: `/${SITE_NAME}/` };
  if (first === '') return { kind: 'page' };
  if (first === 'status.json' && !isFolder) return { kind: 'status' };
  if (MARCO_FILES.includes(first) && !isFolder) return { kind: 'marco', file: first };
  if (first === 'health' && !isFolder) return { kind: 'health' };
  if ((first === 'chain' || first === 'acuses') && isFolder) return { kind: first, segments: rest };
  if (first === POINTER || first === PINNED) {
    const oficial = oficialNow(phases, now);
    return oficial ? ofCortes(first, rest, oficial.name, []) : { kind: 'no-oficial' };
  }
  if (first === PRESENTATIONS && isFolder) {
    const shown = oficialNow(phases, now);
    return shown ? ofPresentation(shown.name, [SITE_NAME], rest) : { kind: 'no-oficial' };
  }
  const [phase = '', ...below] = rest;
  if (first !== PHASES || !phases.some(({ name }) => name === phase)) return { kind: 'nothing' };
  if (below.length === 0) return { kind: 'moved', to: phaseAddress(phase) };
  const above = [SITE_NAME, PHASES, phase];
  // A publication has nothing under the site's own name: there each phase has its pointer, its cortes and presentations.
  const [name = '', what = '', ...more] = below;
  if (name === SITE_NAME && (what === POINTER || what === PINNED)) return ofCortes(what, more, phase, above);
  if (name === SITE_NAME && what === PRESENTATIONS && more.length > 0) return ofPresentation(phase, [...above, SITE_NAME], more);
  return { kind: 'public', phase, above, segments: below };
}

/** @param above the segments under which the phase's publication lies */
function ofCortes(what: typeof POINTER | typeof PINNED, rest: Segments, phase: string, above: Segments): Route {
  if (what === POINTER) {
    return rest.length > 0 ? { kind: 'nothing' } : { kind: 'pointer', phase, site: addressOf([...above, SITE_NAME, '']) };
  }
  const [number = '', ...segments] = rest;
  if (!/^[1-9]\d{0,5}$/.test(number) || segments.length === 0) return { kind: 'nothing' };
  return { kind: 'pinned', phase, number: Number(number), above: [...above, SITE_NAME, PINNED, number], segments };
}

/** @param site where the site's own name is */
function ofPresentation(phase: string, site: Segments, segments: Segments): Route {
  return { kind: 'presentation', phase, above: [...site, PRESENTATIONS], segments };
}

/** Of several oficial phases the one that opened last, or else the one that opens first. @internal */
export function oficialNow(phases: readonly Phase[], now: number): Phase | null {
  const oficial = phases.filter(({ kind }) => kind === 'oficial').sort((a, b) => instantOf(a.opens_at) - instantOf(b.opens_at));
  return oficial.filter(({ opens_at }) => instantOf(opens_at) <= now).at(-1) ?? oficial[0] ?? null;
}
