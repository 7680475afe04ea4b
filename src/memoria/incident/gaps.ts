import { instantOf } from '../../format/time.ts';
import type { Incident } from './kinds.ts';
import type { Setting } from './setting.ts';

/** The pauses between cortes, by their signed hours: what the publication of the IEC itself was late by. */

/**
 * @returns a pause for each corte that was taken more than half a period after it was due, with the periods that passed
 *   without one in `count`; and one from the last corte on where the phase was still open and none was the final one
 */
export function gapsOf(node: string, { phase, hours, final, to }: Setting): Incident[] {
  const period = phase.period_seconds * 1000;
  const end = Math.min(to, instantOf(phase.closes_at));
  const opens = instantOf(phase.opens_at);
  const taken = hours.map((hour) => Math.max(hour, opens));
  const plain = {
    kind: 'corte-tardio',
    node,
    phase: phase.name,
    restored: null,
    code: null,
    examples: [],
    source: 'cadena',
  } as const;
  /** @param due when the next one was due */
  const pause = (from: number, due: number, until: number, number: number | null): Incident[] =>
    until - due > period / 2 ? [{ ...plain, from, to: until, number, count: Math.max(1, Math.round((until - due) / period)) }] : [];
  const between = taken.flatMap((hour, i) => {
    const before = taken[i - 1];
    return before === undefined ? pause(opens, opens, hour, 1) : pause(before, before + period, hour, i + 1);
  });
  const last = taken.at(-1);
  if (final) return between;
  return [...between, ...(last === undefined ? pause(opens, opens, end, null) : pause(last, last + period, end, null))];
}
