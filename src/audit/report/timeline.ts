import { formatTime, instantOf, offsetOf } from '../../format/time.ts';
import type { Phase } from '../../format/trust.ts';
import { clockOf, columnHour } from '../../html/hour.ts';
import { type Html, html, nothing } from '../../html/html.ts';
import { sizeOf } from '../../html/size.ts';
import { spanOf } from '../../html/span.ts';
import type { Corte } from '../../verdict/history.ts';
import type { Sello } from '../sellos/sellos.ts';

/**
 * The night as a picture (SVG without script): each corte a mark at its hour, as high as its package is large and in
 * its signer's colour; where one was late, the gap; where the key changed, a line with its name.
 */

const WIDTH = 1080;
const LEFT = 64;
const RIGHT = 16;
const ROW = 118;
const BASE = 92;
const TALLEST = 56;
const SHORTEST = 7;
const HOUR = 3_600_000;
/** Hours of a row: enough that a night is a few rows, and a month not a hundred. */
const ROW_HOURS = [6, 12, 24, 72, 168, 720, 8760];
const MOST_ROWS = 14;

/** Okabe and Ito's colours, which the colour-blind tell apart. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#e69f00', '#7a6a00', '#444444'];

/** Each colour as a class that sets `--key`: the page's policy forbids `style` attributes. */
export const KEY_COLOURS = COLOURS.map((colour, i) => `.k${i}{--key:${colour}}`).join('');

/** The class of a signer's colour. */
export function keyClass(signers: readonly string[], name: string): string {
  return `k${Math.max(signers.indexOf(name), 0) % COLOURS.length}`;
}

/** A corte with what follows from the cortes around it. */
export interface Mark {
  readonly corte: Corte;
  /** ms */
  readonly at: number;
  /** seconds since the corte before it, null in the first */
  readonly gap: number | null;
  /** whether it came more than half a period after it was due */
  readonly late: boolean;
  readonly newSigner: boolean;
}

export function marksOf(cortes: readonly Corte[], phase: Phase): Mark[] {
  return cortes.map((corte, i) => {
    const before = cortes[i - 1];
    const at = instantOf(corte.statement.taken_at);
    const gap = before ? (at - instantOf(before.statement.taken_at)) / 1000 : null;
    const late = gap !== null && gap > phase.period_seconds * 1.5;
    return { corte, at, gap, late, newSigner: before?.signer.name !== corte.signer.name };
  });
}

/**
 * @param signers by name, in the order of their colours
 * @param sellos time-stamp tokens, each shown at its own hour
 * @returns nothing where there is no corte
 */
export function timeline(marks: readonly Mark[], signers: readonly string[], sellos: readonly Sello[] = []): Html {
  const [first, last] = [marks[0], marks.at(-1)];
  if (!first || !last) return nothing;
  const offset = offsetOf(first.corte.statement.taken_at);
  const wall = (instant: number) => instant + offset * 60_000;
  const ends = endOf(first, last, sellos);
  const hours = ROW_HOURS.find((n) => (wall(ends) - wall(first.at)) / HOUR / n < MOST_ROWS) ?? 8760;
  const span = hours * HOUR;
  const start = Math.floor(wall(first.at) / HOUR) * HOUR;
  const rows = Math.floor((wall(ends) - start) / span) + 1;
  const largest = Math.max(...marks.map(({ corte }) => corte.statement.package.bytes), 1);
  const xOf = (time: number) => LEFT + ((time - start) % span) * ((WIDTH - LEFT - RIGHT) / span);
  const rowOf = (time: number) => Math.floor((time - start) / span);
  const drawn = marks.map((mark, i) => {
    const time = wall(mark.at);
    const before = marks[i - 1];
    const place = { x: xOf(time), base: rowOf(time) * ROW + BASE };
    const gap = mark.late && before ? gapBand(wall(before.at), time, mark.gap ?? 0) : nothing;
    return html`${gap}${markOf(mark, place, largest, signers)}`;
  });

  function gapBand(from: number, to: number, seconds: number): Html {
    const bands: Html[] = [];
    for (let row = rowOf(from); row <= rowOf(to); row++) {
      const x1 = row === rowOf(from) ? xOf(from) + 3 : LEFT;
      const x2 = row === rowOf(to) ? xOf(to) - 3 : WIDTH - RIGHT;
      bands.push(html`<rect class="gap" x="${x1}" y="${row * ROW + BASE - 22}" width="${Math.max(x2 - x1, 1)}" height="22"/>`);
    }
    const x = rowOf(from) === rowOf(to) ? (xOf(from) + xOf(to)) / 2 : Math.max((LEFT + xOf(to)) / 2, LEFT + 30);
    return html`${bands}<text class="gap-label" x="${x}" y="${rowOf(to) * ROW + BASE - 7}">${spanOf(Math.round(seconds / 60) * 60)}</text>`;
  }

  const seals = sellos.map((sello) => {
    const at = wall(instantOf(sello.hour));
    if (at < start || at > wall(ends)) return nothing;
    return sealOf(sello, xOf(at), rowOf(at) * ROW + BASE);
  });

  const axes = Array.from({ length: rows }, (_, row) => axis(start + row * span, row, hours, xOf));
  return html`<svg viewBox="0 0 ${WIDTH} ${rows * ROW + 6}" role="img" aria-label="${marks.length} cortes">${axes}${drawn}${seals}</svg>`;
}

/** So long after the last corte a token is still drawn, ms: one of years later would leave no room for the night. */
const SEAL_TAIL = 6 * HOUR;

function endOf(first: Mark, last: Mark, sellos: readonly Sello[]): number {
  const most = last.at + Math.max(SEAL_TAIL, last.at - first.at);
  const hours = sellos.map(({ hour }) => instantOf(hour)).filter((at) => at <= most);
  return Math.max(last.at, ...hours);
}

/** A diamond on the line of the hours; one whose hour and the corte's do not agree stands out. */
function sealOf({ number, authority, hour, verdict }: Sello, x: number, y: number): Html {
  const shape = `M${x} ${y - 5}l5 5l-5 5l-5 -5z`;
  return html`<path class="seal${verdict === 'good' ? '' : ' contrary'}" d="${shape}"><title>Corte ${number} · ${authority} · ${columnHour(hour)}</title></path>`;
}

function markOf(
  { corte, at, gap, newSigner }: Mark,
  { x, base }: { x: number; base: number },
  largest: number,
  signers: readonly string[],
): Html {
  const { statement, signer } = corte;
  const height = SHORTEST + (TALLEST - SHORTEST) * Math.sqrt(statement.package.bytes / largest);
  const key = keyClass(signers, signer.name);
  const hour = columnHour(formatTime(at, offsetOf(statement.taken_at)));
  const since = gap === null ? '' : `, +${spanOf(gap)}`;
  const title = `Corte ${statement.number} · ${hour}${since} · ${sizeOf(statement.package.bytes)} · ${signer.name}${statement.note === null ? '' : ` · ${statement.note}`}`;
  const change = newSigner
    ? html`<line class="key ${key}" x1="${x}" x2="${x}" y1="${base - TALLEST - 22}" y2="${base}"/><text class="key-label ${key}" x="${x + 4}" y="${base - TALLEST - 14}">${signer.name}</text>`
    : nothing;
  const flag = statement.note === null ? nothing : html`<circle cx="${x}" cy="${base - height - 6}" r="3.5" class="note"/>`;
  const end = statement.final ? html`<text class="final" x="${x + 5}" y="${base - 3}">■</text>` : nothing;
  return html`<g>${change}<rect class="corte ${key}" x="${x - 2}" y="${base - height}" width="4" height="${height}"/>${flag}${end}<title>${title}</title></g>`;
}

function axis(from: number, row: number, hours: number, xOf: (time: number) => number): Html {
  const y = row * ROW + BASE;
  const step = hours <= 12 ? 1 : hours / 12;
  const ticks: Html[] = [];
  for (let hour = 0; hour < hours; hour += step) {
    const time = from + hour * HOUR;
    const shown = formatTime(time, 0);
    const x = xOf(time);
    ticks.push(
      html`<line class="tick" x1="${x}" x2="${x}" y1="${y}" y2="${y + 5}"/><text class="hour" x="${x}" y="${y + 17}">${hours > 24 ? shown.slice(5, 10) : clockOf(shown)}</text>`,
    );
  }
  const day = new Date(from).toISOString().slice(0, 10);
  return html`<text class="day" x="0" y="${y - 4}">${day.slice(5)}</text><line class="axis" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y}" y2="${y}"/>${ticks}`;
}
