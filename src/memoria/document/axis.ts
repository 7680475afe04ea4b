import { formatTime } from '../../format/time.ts';
import { clockOf } from '../../html/hour.ts';
import { type Html, html, nothing } from '../../html/html.ts';
import { countOf } from '../../html/size.ts';
import { shortDay } from './numbers.ts';

/** What the plots have in common: one width, an axis of hours in the election's time, an axis of numbers. */

export const WIDTH = 720;
export const RIGHT = 14;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Between two labels of hours. */
const STEPS = [HOUR / 6, HOUR / 2, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 14 * DAY];
const MOST_TICKS = 17;

/** A span of time drawn from left to right; ms, and minutes east of UTC. */
export interface Across {
  readonly from: number;
  readonly to: number;
  readonly offset: number;
  readonly left: number;
}

export function xOf({ from, to, left }: Across, at: number): number {
  return left + ((Math.min(Math.max(at, from), to) - from) / Math.max(to - from, 1)) * (WIDTH - left - RIGHT);
}

/** The axis of hours at a height, with the day where one begins. */
export function hourAxis(across: Across, y: number): Html {
  const { from, to, offset, left } = across;
  const step = STEPS.find((one) => (to - from) / one <= MOST_TICKS) ?? 28 * DAY;
  const wall = offset * 60_000;
  const ticks: Html[] = [];
  const first = Math.ceil((from + wall) / step) * step - wall;
  let day = '';
  for (let at = first; at <= to; at += step) {
    const hour = formatTime(at, offset);
    const x = xOf(across, at);
    const isMidnight = (at + wall) % DAY === 0;
    const isNewDay = hour.slice(0, 10) !== day && (isMidnight || ticks.length === 0);
    day = hour.slice(0, 10);
    const anchor = x > WIDTH - 44 ? html` class="end"` : nothing;
    const label = step >= DAY ? shortDay(hour) : clockOf(hour);
    const named =
      isNewDay && step < DAY && x < WIDTH - 30
        ? html`<text class="day" x="${x}" y="${y + 27}"${anchor}>${shortDay(hour)}</text>`
        : nothing;
    ticks.push(
      html`<line class="tick" x1="${x}" x2="${x}" y1="${y}" y2="${y + 4}"/><text x="${x}" y="${y + 15}">${label}</text>${named}`,
    );
  }
  return html`<line class="axis" x1="${left}" x2="${WIDTH - RIGHT}" y1="${y}" y2="${y}"/>${ticks}`;
}

export interface Upwards {
  /** the values at which there is a line, from 0 to the highest */
  readonly ticks: readonly number[];
  /** how much room the labels take, from the left edge */
  readonly left: number;
  readonly yOf: (value: number) => number;
}

/** Round numbers from 0 to just above the largest. */
export function upwards(largest: number, top: number, base: number): Upwards {
  const rough = Math.max(largest, 1) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max([1, 2, 2.5, 5, 10].map((n) => n * power).find((n) => n >= rough) ?? rough, largest > 3 ? 1 : 0.25);
  const ticks = Array.from({ length: Math.ceil(Math.max(largest, step) / step) + 1 }, (_, i) => i * step);
  const highest = ticks.at(-1) ?? 1;
  const widest = Math.max(...ticks.map((tick) => labelOf(tick).length));
  return { ticks, left: widest * 5.6 + 12, yOf: (value) => base - (value / highest) * (base - top) };
}

export function valueAxis({ ticks, left, yOf }: Upwards): Html {
  const lines = ticks.map((tick) => {
    const y = yOf(tick);
    const grid = tick === 0 ? nothing : html`<line class="grid" x1="${left}" x2="${WIDTH - RIGHT}" y1="${y}" y2="${y}"/>`;
    return html`${grid}<text class="value" x="${left - 6}" y="${y + 3.5}">${labelOf(tick)}</text>`;
  });
  return html`${lines}`;
}

function labelOf(value: number): string {
  return Number.isInteger(value) ? countOf(value) : String(Math.round(value * 100) / 100);
}
