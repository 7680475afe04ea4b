import { formatTime, offsetOf } from '../../format/time.ts';
import { clockOf, hourOf, secondsOf } from '../../html/hour.ts';
import { type Html, html, joined, nothing } from '../../html/html.ts';
import type { ChainView } from '../record/chain-view.ts';
import { isGood } from '../record/seen.ts';
import type { SellarStanding } from '../sellar/standing.ts';
import { nextCorte } from './next-corte.ts';
import { isCard, type NodeView, SIGNS } from './node-view.ts';

/** The night in one row: the newest corte, the next one, how many nodes stand how, and the hour of all this. */

export interface Headline {
  readonly view: ChainView;
  readonly nodes: readonly NodeView[];
  /** ms since the epoch */
  readonly now: number;
  /** whether nobody makes cortes any more */
  readonly isEnded: boolean;
  /** of the time-stamp tokens; null where none are asked for */
  readonly sellar: Sellar | null;
}

/** `never` before the first pass; `unread` where what the passes wrote can't be read */
type Sellar = SellarStanding | 'never' | 'unread';

export function headline({ view, nodes, now, isEnded, sellar }: Headline): Html {
  const offset = offsetOf(view.phase.opens_at);
  const of = (...tones: NodeView['tone'][]) => nodes.filter(({ tone }) => tones.includes(tone)).length;
  const figures = [
    newest(view, now, offset),
    isEnded ? figure('next', '—', 'nadie prepara el próximo corte') : next(view, now, offset),
    figure('hour', secondsOf(formatTime(now, offset)), 'hora de estos datos'),
    figure('bien', `${SIGNS.bien} ${of('bien', 'vuelve')}`, 'al día'),
    figure('falla', `${SIGNS.falla} ${of('falla')}`, 'con fallas'),
    figure('malo', `${SIGNS.malo} ${of('malo')}`, 'interrumpidos'),
  ];
  const unknown = of('perdido', 'espera');
  if (unknown > 0) figures.push(figure('perdido', `${SIGNS.perdido} ${unknown}`, 'sin contacto'));
  const outside = seenOutside(nodes);
  if (outside) figures.push(outside);
  if (sellar) figures.push(seals(sellar));
  const uncalled = nodes.filter((node) => isCard(node) && node.row.called_at === null).length;
  figures.push(figure(uncalled === 0 ? 'tocall' : 'tocall uncalled', `☎ ${uncalled}`, 'sin llamar'));
  return html`<ul class="sum">
${joined(figures, '\n')}
</ul>`;
}

function figure(name: string, value: string, words: string): Html {
  return html`<li class="${name}"><strong>${value}</strong><span>${words}</span></li>`;
}

/** How many sites show readers what they should; nothing where nobody has looked. */
function seenOutside(nodes: readonly NodeView[]): Html | null {
  const sites = new Map(nodes.flatMap(({ row }) => (row.seen ? [[row.difusor, row.seen.state] as const] : [])));
  const states = [...sites.values()];
  if (states.length === 0) return null;
  if (states.includes('falla-del-iec')) return figure('fuera', '◎ —', 'no se ven los sitios');
  return figure('fuera', `◎ ${states.filter(isGood).length}/${states.length}`, 'sitios, por fuera');
}

function seals(sellar: Sellar): Html {
  if (typeof sellar === 'string' || sellar.idle_since !== null) return figure('falla', '◷ —', 'sellos de tiempo');
  const { authorities, silent, clocks } = sellar;
  const wrong = silent.length + clocks.length;
  return figure(wrong === 0 ? 'bien' : 'falla', `◷ ${authorities - wrong}/${authorities}`, 'sellos de tiempo');
}

/** What is wrong with the time-stamp tokens, in a line; nothing is wrong with what the night delivers. */
export function sealTrouble(sellar: Headline['sellar']): Html {
  const what = sellar === null ? null : whyNotSealed(sellar);
  return what === null ? nothing : html`<p class="doubt">Sellos de tiempo: ${what}. La noche sigue.</p>\n`;
}

function whyNotSealed(sellar: Sellar): string | null {
  if (sellar === 'unread') return 'no se pudo leer cómo van';
  if (sellar === 'never') return 'todavía nadie los pide';
  const { silent, clocks, idle_since: idle } = sellar;
  if (idle !== null) return `nadie los pide desde las ${clockOf(idle)}`;
  const said = [
    ...silent.map(({ name, since, why }) => `la autoridad ${name} no da ninguno desde las ${clockOf(since)} (${why.es})`),
    ...clocks.map(({ name, since, why }) => `de la autoridad ${name}, ninguno que cuente desde las ${clockOf(since)} (${why.es})`),
  ];
  return said.length === 0 ? null : said.join('; ');
}

const DAY_MS = 86_400_000;

function newest({ head, headTakenAt, isFinal }: ChainView, now: number, offset: number): Html {
  if (headTakenAt === null) return figure('newest', 'sin cortes', 'todavía no se emite el primero');
  const at = formatTime(headTakenAt, offset);
  const isOld = Math.abs(now - headTakenAt) >= DAY_MS;
  return figure('newest', `corte ${head}${isFinal ? ', final' : ''}`, isOld ? hourOf(at) : `de las ${clockOf(at)}`);
}

/** The script of the page counts down from this; without it the hour stands there. */
function next(view: ChainView, now: number, offset: number): Html {
  const due = nextCorte(view, now);
  if (due.kind === 'none') {
    const why = { final: 'ya se emitió el corte final', closed: 'la fase cerró' }[due.why];
    return figure('next', '—', `no hay más cortes: ${why}`);
  }
  const at = formatTime(due.at, offset);
  const hour = Math.abs(due.at - now) < DAY_MS ? clockOf(at) : hourOf(at);
  const [soon, late] = [`próximo corte, a las ${hour}`, `▲ debió salir a las ${hour}`];
  const isLate = now > due.at + due.grace;
  return html`<li class="next${isLate ? ' late' : ''}" id="next" data-at="${due.at}" data-late-at="${due.at + due.grace}"><strong>${clockOf(at)}</strong><span class="soon">${soon}</span><span class="tardy">${late}</span></li>`;
}

/** What a drill says above all, so that nobody takes it for the night itself. */
export function drill({ phase }: ChainView): Html {
  return phase.kind === 'simulacro' ? html`<p class="drill">SIMULACRO</p>\n` : nothing;
}
