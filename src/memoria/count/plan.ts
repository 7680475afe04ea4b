import { UsageError } from '../../config/usage-error.ts';
import { LONGEST_DAYS, PAGE_KINDS, type Settings, type Window } from '../figures.ts';
import { words } from '../words.ts';

/** What is to be counted, checked; seconds from the beginning of the period. */
export interface Plan {
  /** seconds since the epoch */
  readonly from: number;
  /** of the period */
  readonly seconds: number;
  readonly offset: number;
  readonly hours: readonly Span[];
  readonly days: readonly Span[];
  readonly cortes: readonly (Span & { readonly number: number })[];
  readonly avisos: readonly Span[];
  readonly pageKinds: ReadonlySet<string>;
  readonly hosts: ReadonlySet<string>;
  readonly frame: string | null;
  readonly mostAddresses: number;
}

export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Of visits, kept one by one: 45 MiB, or 70 for a moment. */
const MOST_ADDRESSES = 1_000_000;
const FEWEST_ADDRESSES = 10_000;

const [MINUTE, HOUR, DAY] = [60, 3_600, 86_400];

/** @throws UsageError */
export function planOf(settings: Settings): Plan {
  const { from, to, offset, cortes = [], avisos = [], mostAddresses = MOST_ADDRESSES } = settings;
  const start = from / 1000;
  const seconds = to / 1000 - start;
  if (!Number.isInteger(start / MINUTE) || !Number.isInteger(seconds / MINUTE) || seconds <= 0 || start < 0) {
    throw new UsageError(words.wholeMinutes);
  }
  if (seconds > LONGEST_DAYS * DAY) throw new UsageError(words.longPeriod(LONGEST_DAYS));
  if (!Number.isInteger(offset) || Math.abs(offset) > 14 * 60) throw new UsageError(words.offsetMinutes);
  const cut = <T extends Window>(windows: readonly T[], what: string) => {
    windows.forEach((window, i) => {
      const isInOrder = window.from <= window.to && (i === 0 || windows[i - 1]!.to <= window.from);
      if (!isInOrder) throw new UsageError(words.outOfOrder(what));
    });
    return windows
      .map((window) => ({ ...window, from: secondIn(window.from, start, seconds), to: secondIn(window.to, start, seconds) }))
      .filter((window) => window.from < window.to);
  };
  return {
    from: start,
    seconds,
    offset,
    hours: parts(start, seconds, offset, HOUR),
    days: parts(start, seconds, offset, DAY),
    cortes: cut(cortes, 'cortes'),
    avisos: cut(avisos, 'avisos'),
    pageKinds: new Set(settings.pageKinds ?? PAGE_KINDS),
    hosts: new Set((settings.hosts ?? []).map((host) => host.toLowerCase())),
    frame: settings.frame ?? null,
    mostAddresses: Math.max(FEWEST_ADDRESSES, Math.floor(mostAddresses)),
  };
}

/** Logs have whole seconds: one that began before the moment is before it. */
function secondIn(instant: number, start: number, seconds: number): number {
  return Math.min(seconds, Math.max(0, Math.ceil(instant / 1000) - start));
}

/** The hours or days of the election that the period touches, the first and the last one cut to it. */
function parts(start: number, seconds: number, offset: number, length: number): Span[] {
  const local = start + offset * MINUTE;
  const spans: Span[] = [];
  for (let from = 0; from < seconds; ) {
    const to = Math.min(seconds, from + length - ((local + from) % length));
    spans.push({ from, to });
    from = to;
  }
  return spans;
}
