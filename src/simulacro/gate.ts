import type { Said } from '../format/said.ts';
import { instantOf } from '../format/time.ts';
import type { Phase } from '../format/trust.ts';
import type { Shown } from '../verdict/publication.ts';
import { words } from './words.ts';

/** Whether a drill may be run now. Pure: the trust held, the clock and what is public decide. */

/** Why not; the list is closed. */
type GateCode = 'no-phase' | 'official-phase' | 'outside-hours' | 'official-open' | 'official-soon' | 'official-shown';

export interface Barred {
  readonly code: GateCode;
  /** one line for people, which begins with the code */
  readonly why: Said;
}

/** No drill begins when an official phase opens within this time: what a fault leaves must be seen and mended before. @internal */
export const MARGIN_HOURS = 12;

const MARGIN_MS = MARGIN_HOURS * 3_600_000;

/** A phase of the trust held, with what the node shows of it; null where that is not known. */
export interface PhaseNow {
  readonly rules: Phase;
  readonly shown: Shown | null;
}

/**
 * @param phases those of the newest trust document held
 * @param name of the phase in which the drill would be
 * @param now ms since the epoch
 * @param needed seconds that the drill may take at most: no official phase may come near meanwhile
 * @returns null where it may be run
 */
export function barred(phases: readonly PhaseNow[], name: string, now: number, needed = 0): Barred | null {
  const own = phases.find(({ rules }) => rules.name === name)?.rules;
  if (!own) return { code: 'no-phase', why: words.noPhase(name) };
  if (own.kind !== 'simulacro') return { code: 'official-phase', why: words.notADrill(name) };
  for (const { rules, shown } of phases) {
    if (rules.kind !== 'oficial') continue;
    const [opens, closes] = [instantOf(rules.opens_at), instantOf(rules.closes_at)];
    if (opens <= now && now <= closes) {
      return { code: 'official-open', why: words.officialOpen(rules.name, rules.closes_at) };
    }
    if (now < opens && opens - now < MARGIN_MS + needed * 1000) {
      return { code: 'official-soon', why: words.officialSoon(rules.name, rules.opens_at, MARGIN_HOURS) };
    }
    if (shown === 'corte' || shown === 'aviso') {
      return { code: 'official-shown', why: words.officialShown(rules.name) };
    }
  }
  if (now < instantOf(own.opens_at)) return { code: 'outside-hours', why: words.opens(name, own.opens_at) };
  if (now > instantOf(own.closes_at)) return { code: 'outside-hours', why: words.closed(name, own.closes_at) };
  return null;
}
