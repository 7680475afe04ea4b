import { formatTime, offsetOf } from '../../format/time.ts';
import { clockOf } from '../../html/hour.ts';
import { type Html, html, nothing } from '../../html/html.ts';
import type { ChainView } from '../record/chain-view.ts';
import { periodAt, STRIP, type Standing, startOfPeriod } from '../record/standing.ts';

/**
 * A node's latest periods, drawn. Every node's strip ends at the present period, so that one hour stands at one place in
 * all of them. A period that was received is a low bar, a failed one a high bar, and one that was not counted is empty:
 * the strip can be read without its colours.
 */

/** Of one period, in the drawing's own units. */
const STEP = 4;
const HEIGHT = 10;

/** @param now ms since the epoch */
export function strip({ periods }: Standing, { phase }: ChainView, now: number): Html {
  const first = periodAt(phase, now) - STRIP + 1;
  const shown = periods.filter(({ period }) => period >= first && period < first + STRIP);
  const bars = (ok: boolean, top: number) =>
    shown
      .filter((one) => one.ok === ok)
      .map(({ period }) => `M${(period - first) * STEP} ${top}h3v${HEIGHT - top}h-3z`)
      .join('');
  const [good, bad] = [bars(true, HEIGHT / 2), bars(false, 0)];
  const offset = offsetOf(phase.opens_at);
  const hours = shown
    .filter(({ ok }) => !ok)
    .map(({ period }) => clockOf(formatTime(startOfPeriod(phase, period), offset)))
    .join(', ');
  const told =
    shown.length === 0 ? 'Sin periodos contados' : `Periodos fallidos de los últimos ${STRIP}: ${hours === '' ? 'ninguno' : hours}`;
  return html`<svg class="strip" viewBox="0 0 ${STRIP * STEP} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${told}"><title>${told}</title><path class="base" d="M0 ${HEIGHT - 1}h${STRIP * STEP}v1h-${STRIP * STEP}z"/>${good === '' ? nothing : html`<path class="ok" d="${good}"/>`}${bad === '' ? nothing : html`<path class="no" d="${bad}"/>`}</svg>`;
}
