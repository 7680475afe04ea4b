import { encodeQR } from 'qr';
import { type Html, html } from './html.ts';

/**
 * A text as a QR code, for paper: black squares alone, without colour, so that any printer makes it readable. It stands
 * beside the text itself, which a person can compare.
 * @param text upper-case letters and digits give the smallest code
 * @param label what it is, for whoever can't see it
 */
export function qrOf(text: string, label: string): Html {
  // A quarter of it may be lost: paper is folded, stamped and photocopied.
  const rows = encodeQR(text, 'raw', { ecc: 'quartile', border: QUIET });
  const squares = rows.flatMap((row, y) => runsOf(row).map(([x, length]) => `M${x} ${y}h${length}v1h-${length}z`)).join('');
  return html`<svg class="qr" viewBox="0 0 ${rows.length} ${rows.length}" role="img" aria-label="${label}" shape-rendering="crispEdges"><path d="${squares}"/></svg>`;
}

/** squares of white around it, by the standard */
const QUIET = 4;

/** @returns where black begins in the row, and how long it goes on */
function runsOf(row: readonly boolean[]): [x: number, length: number][] {
  const runs: [number, number][] = [];
  for (const [x, isBlack] of row.entries()) {
    const last = runs.at(-1);
    if (!isBlack) continue;
    if (last && last[0] + last[1] === x) last[1] += 1;
    else runs.push([x, 1]);
  }
  return runs;
}
