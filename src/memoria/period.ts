import { UsageError } from '../config/usage-error.ts';
import { formatTime, instantOf, offsetOf, parseTime } from '../format/time.ts';
import type { Phase } from '../format/trust.ts';
import { LONGEST_DAYS, type Window } from './figures.ts';
import { words } from './words.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

/** As a user gives it: a time of the format, or a day, which is the whole of it; null for what is usual. */
export interface Asked {
  readonly from: string | null;
  readonly to: string | null;
}

/**
 * The span that is told, at the election's own offset. Where nothing is asked, it is the day on which the phase opened
 * and the next one. It ends at the present minute at the latest: of what comes, nothing is known.
 *
 * @param now ms since the epoch
 * @throws UsageError for what is no time, and for a span that is empty, too long, or has not begun
 */
export function periodOf({ from, to }: Asked, phase: Phase, now: number): Window {
  const offset = offsetOf(phase.opens_at);
  const opening = startOfDay(phase.opens_at.slice(0, 10), offset);
  const begin = from === null ? opening : momentOf('--from', from, offset, 0);
  const end = to === null ? opening + 2 * DAY : momentOf('--to', to, offset, DAY);
  const present = Math.floor(now / MINUTE) * MINUTE;
  if (begin >= present) throw new UsageError(words.yetToCome(formatTime(begin, offset)));
  const last = Math.min(end, present);
  if (begin >= end) throw new UsageError(words.emptySpan(formatTime(end, offset)), words.giveBoth);
  if (last - begin > LONGEST_DAYS * DAY) throw new UsageError(words.longSpan(LONGEST_DAYS), words.giveBoth);
  return { from: begin, to: last };
}

/** @param dayAdds what a day alone means: its beginning, or its end */
function momentOf(option: string, text: string, offset: number, dayAdds: number): number {
  if (/^\d{4}-\d\d-\d\d$/.test(text) && parseTime(`${text}T00:00:00+00:00`) !== null) return startOfDay(text, offset) + dayAdds;
  const at = parseTime(text);
  if (at === null) throw new UsageError(words.noTime(option, text), words.noTimeHint);
  if (at % MINUTE !== 0) throw new UsageError(words.noMinute(option, text), words.noMinuteHint);
  return at;
}

function startOfDay(day: string, offset: number): number {
  return instantOf(`${day}T00:00:00+00:00`) - offset * MINUTE;
}
