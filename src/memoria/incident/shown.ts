import type { Acuse } from '../../format/acuse.ts';
import { instantOf } from '../../format/time.ts';
import type { Phase } from '../../format/trust.ts';
import { type Newest, type Shown, staleAfter } from '../../verdict/publication.ts';
import type { Window } from '../figures.ts';
import { inOrder } from './hours.ts';
import type { Entry } from './record.ts';

/**
 * What readers of one node saw of one phase, from when to when. The record says it; where it does not, the acuses (which
 * are signed) and the rule of the missed periods, by which the guard and the web server show the notice even where nobody
 * can write that they did.
 */

/** How it is known: by the record, by an acuse, or by the rule. */
export type Source = 'registro' | 'acuse' | 'regla';

/** Times in ms since the epoch; `to` is not part of it. */
export interface Span extends Window {
  readonly shows: Shown;
  /** of the corte that was shown, or that was the newest when the notice took its place; null where there was none */
  readonly number: number | null;
  readonly source: Source;
}

export interface Seen {
  readonly entries: readonly Entry[];
  /** of this phase and node */
  readonly acuses: readonly Acuse[];
  readonly phase: Phase;
  /** by number, as the chain has them */
  readonly cortes: ReadonlyMap<number, Newest>;
  /** whether the rule of the missed periods is kept at this node (`stale = "aviso"`) */
  readonly keepsTheRule: boolean;
  /** until when something is known: no later than the hour at which the record was read */
  readonly until: number;
}

/** A switch that was written a little later than the rule says was made in time: the clock is looked at by the second. */
const IN_TIME_MS = 5000;

/** @returns in their order, none overlapping another; before the first event nothing is known, and nothing is said */
export function spansOf(seen: Seen): Span[] {
  const switches = switchesOf(seen);
  const whole = switches.map((one, i): Span => ({ ...one, from: one.at, to: switches[i + 1]?.at ?? seen.until }));
  const spans = whole.flatMap((span) => byTheRule(span, seen)).filter((span) => span.from < span.to);
  return joinedSpans(spans, (one, next) => one.shows === next.shows && one.number === next.number && one.source === next.source);
}

interface Switch extends Pick<Span, 'shows' | 'number' | 'source'> {
  readonly at: number;
}

function switchesOf({ entries, acuses, phase, cortes }: Seen): Switch[] {
  const takenAt = (number: number) => {
    const corte = cortes.get(number);
    return corte && instantOf(corte.taken_at);
  };
  const published = inOrder(entries, phase.name, takenAt)
    .filter((entry) => entry.event === 'published')
    .filter((entry) => entry.phase === phase.name);
  const recorded = new Set(published.map(({ number }) => number));
  const told = published.map(({ at, public: shows, number }): Switch => ({ at, shows, number, source: 'registro' }));
  const signed = acuses
    .filter(({ number, published_at }) => published_at !== null && !recorded.has(number))
    .map((acuse) => ({ at: instantOf(acuse.published_at!), shows: 'corte', number: acuse.number, source: 'acuse' }) as const)
    .sort((a, b) => a.number - b.number);
  let newest: number | null = null;
  return withAcuses(told, signed).map((one) => {
    if (one.shows !== 'corte') return { ...one, number: newest };
    newest = one.number;
    return one;
  });
}

/** Each acuse by its hour, and whatever that is between the corte before and the one after it: its clock may have been wrong. */
function withAcuses(told: readonly Switch[], signed: readonly (Switch & { readonly number: number })[]): Switch[] {
  const all = [...told];
  for (const one of signed) {
    const isBefore = ({ shows, number }: Switch) => shows === 'corte' && number !== null && number < one.number;
    const isAfter = ({ shows, number }: Switch) => shows === 'corte' && number !== null && number > one.number;
    const first = all.findLastIndex(isBefore) + 1;
    let place = first;
    while (place < all.length && !isAfter(all[place]!) && all[place]!.at <= one.at) place += 1;
    const [least, most] = [all[place - 1]?.at ?? -Infinity, all[place]?.at ?? Infinity];
    all.splice(place, 0, { ...one, at: Math.max(least, Math.min(one.at, most)) });
  }
  return all;
}

/** Of a corte that was left in place past its time readers saw the notice, whoever could not write it. */
function byTheRule(span: Span, { phase, cortes, keepsTheRule }: Seen): Span[] {
  const newest = span.number === null ? undefined : cortes.get(span.number);
  const limit = span.shows === 'corte' && keepsTheRule && newest ? staleAfter(phase, newest) : null;
  if (limit === null || span.to - limit <= IN_TIME_MS) return [span];
  const stale = Math.max(limit, span.from);
  return [
    { ...span, to: stale },
    { ...span, from: stale, shows: 'aviso', source: 'regla' },
  ];
}

/** The part of the spans that lies between two hours, ms. */
export function cutTo(spans: readonly Span[], from: number, to: number): Span[] {
  const cut = spans.map((span) => ({ ...span, from: Math.max(span.from, from), to: Math.min(span.to, to) }));
  return cut.filter((span) => span.from < span.to);
}

/** Two that say the same, one after the other without a gap, are one. */
export function joinedSpans<T extends Window>(spans: readonly T[], saySame: (one: T, next: T) => boolean): T[] {
  const joined: T[] = [];
  for (const span of spans) {
    const last = joined.at(-1);
    if (last && last.to === span.from && saySame(last, span)) joined[joined.length - 1] = { ...last, to: span.to };
    else joined.push(span);
  }
  return joined;
}

/** Milliseconds for which something was shown: the notice, say. */
export function shownFor(spans: readonly Span[], shows: Shown): number {
  return spans.filter((span) => span.shows === shows).reduce((sum, { from, to }) => sum + to - from, 0);
}
