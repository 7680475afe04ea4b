import { type Html, html, nothing } from '../../html/html.ts';
import type { Shown } from '../../verdict/publication.ts';
import { type Across, hourAxis, RIGHT, upwards, valueAxis, WIDTH, xOf } from './axis.ts';

/** The pictures of a report, as SVG without script: they say the same as a table beside them, for who sees. */

export interface Bar {
  /** ms */
  readonly from: number;
  readonly to: number;
  readonly value: number;
  /** shown where a pointer rests on it */
  readonly title: string;
}

export interface Shade {
  readonly from: number;
  readonly to: number;
}

export interface TimePlot {
  /** what the picture shows, in a sentence */
  readonly label: string;
  readonly from: number;
  readonly to: number;
  /** minutes east of UTC */
  readonly offset: number;
  readonly bars: readonly Bar[];
  /** where the notice was up */
  readonly shades: readonly Shade[];
  /** a level to compare with */
  readonly usual?: { readonly value: number; readonly label: string } | undefined;
}

const TOP = 16;
const BASE = 150;

export function timePlot({ label, from, to, offset, bars, shades, usual }: TimePlot): Html {
  const up = upwards(Math.max(0, ...bars.map(({ value }) => value), usual?.value ?? 0), TOP, BASE);
  const across: Across = { from, to, offset, left: up.left };
  const drawn = bars.map(({ from: begin, to: end, value, title }) => {
    const [x1, x2] = [xOf(across, begin), xOf(across, end)];
    const y = up.yOf(value);
    const gap = x2 - x1 > 4 ? 1 : 0;
    return html`<rect class="bar" x="${x1 + gap / 2}" y="${y}" width="${Math.max(x2 - x1 - gap, 0.5)}" height="${BASE - y}"><title>${title}</title></rect>`;
  });
  const behind = shades.map(({ from: begin, to: end }) => {
    const [x1, x2] = [xOf(across, begin), xOf(across, end)];
    return x2 > x1
      ? html`<rect class="shade" x="${x1}" y="${TOP - 6}" width="${Math.max(x2 - x1, 1)}" height="${BASE - TOP + 6}"/>`
      : nothing;
  });
  const level =
    usual === undefined
      ? nothing
      : html`<line class="usual" x1="${up.left}" x2="${WIDTH - RIGHT}" y1="${up.yOf(usual.value)}" y2="${up.yOf(usual.value)}"/><text class="usual-label" x="${WIDTH - RIGHT}" y="${up.yOf(usual.value) - 4}">${usual.label}</text>`;
  return html`<svg viewBox="0 0 ${WIDTH} ${BASE + 32}" role="img" aria-label="${label}">${behind}${valueAxis(up)}${drawn}${level}${hourAxis(across, BASE)}</svg>`;
}

export interface Strip {
  readonly name: string;
  readonly spans: readonly { readonly from: number; readonly to: number; readonly shows: Shown; readonly title: string }[];
}

const ROW = 30;

/** What readers saw, one strip for each node: the corte, the notice, the wait. */
export function stripPlot(label: string, strips: readonly Strip[], span: { from: number; to: number; offset: number }): Html {
  const left = Math.min(Math.max(...strips.map(({ name }) => name.length)) * 6.4 + 12, 140);
  const across: Across = { ...span, left };
  const rows = strips.map(({ name, spans }, row) => {
    const y = 8 + row * ROW;
    const unknown = html`<rect class="unknown" x="${left}" y="${y}" width="${WIDTH - left - RIGHT}" height="${ROW - 12}"/>`;
    const parts = spans.map(({ from, to, shows, title }) => {
      const [x1, x2] = [xOf(across, from), xOf(across, to)];
      // A corte's own strip ends a little before the next one's, so that the eye can count them.
      const gap = shows === 'corte' && x2 - x1 > 2.5 ? 0.7 : 0;
      const width = Math.max(x2 - x1 - gap, shows === 'aviso' ? 1 : 0.3);
      return html`<rect class="${shows}" x="${x1}" y="${y}" width="${width}" height="${ROW - 12}"><title>${title}</title></rect>`;
    });
    return html`<text class="name" x="0" y="${y + 13}">${name}</text>${unknown}${parts}`;
  });
  const base = 8 + strips.length * ROW - 6;
  return html`<svg viewBox="0 0 ${WIDTH} ${base + 34}" role="img" aria-label="${label}">${HATCH}${rows}${hourAxis(across, base)}</svg>`;
}

/** So that the notice is told from a corte without colour, too. */
const HATCH = html`<defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="hatch-ground" width="5" height="5"/><rect class="hatch-line" width="2" height="5"/></pattern></defs>`;

export interface DayBar {
  readonly name: string;
  readonly value: number;
  readonly shown: string;
  readonly isElection: boolean;
}

/** Days side by side, as bars to the right: those of the weeks before, and those that are told. */
export function dayPlot(label: string, days: readonly DayBar[]): Html {
  const left = Math.max(...days.map(({ name }) => name.length)) * 5.9 + 10;
  const room = WIDTH - left - 90;
  const largest = Math.max(1, ...days.map(({ value }) => value));
  const row = days.length > 16 ? 13 : 17;
  const bars = days.map(({ name, value, shown, isElection }, i) => {
    const y = 4 + i * row;
    const width = (value / largest) * room;
    return html`<text class="name" x="${left - 8}" y="${y + row - 6}">${name}</text><rect class="${isElection ? 'bar' : 'before'}" x="${left}" y="${y}" width="${Math.max(width, 0.5)}" height="${row - 4}"/><text class="shown" x="${left + width + 5}" y="${y + row - 6}">${shown}</text>`;
  });
  return html`<svg class="days" viewBox="0 0 ${WIDTH} ${days.length * row + 6}" role="img" aria-label="${label}">${bars}</svg>`;
}
